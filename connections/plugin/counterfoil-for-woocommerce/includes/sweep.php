<?php
/**
 * Looking after it, once an hour: webhooks that were switched off, and changes that nobody reported.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

const COUNTERFOIL_OVERLAP = 600;
const COUNTERFOIL_KNOWN_AT_ONCE = 1000;

/**
 * Once an hour. The last two minutes are left to the webhooks, which may still be about to send; the
 * next sweep begins before them.
 */
function counterfoil_look_after_hourly(): void {
	counterfoil_look_after( time() - 120 );
}

/**
 * Heal the webhooks, find what was missed, tell the server, send what is due.
 *
 * @param int|null $until Until when changes are looked for; null for now: nobody reported them while the webhooks were off.
 */
function counterfoil_look_after( ?int $until = null ): void {
	if ( ! counterfoil_may_send() ) {
		return;
	}
	$healed = counterfoil_heal_webhooks();
	counterfoil_sweep_changed( $healed || null === $until ? time() : $until );
	counterfoil_sweep_known();
	if ( counterfoil_ask_status()['ok'] ) {
		counterfoil_server_is_back();
	}
	counterfoil_schedule_next_drain();
}

/**
 * Look after it as soon as the queue runs.
 */
function counterfoil_look_after_soon(): void {
	counterfoil_schedule( 'counterfoil_look_after', time() );
}

/**
 * Keep the hourly action alive: Action Scheduler drops a recurring action that failed five times.
 */
function counterfoil_ensure_hourly(): void {
	if ( counterfoil_is_paired() && ! as_has_scheduled_action( 'counterfoil_hourly', array(), COUNTERFOIL_GROUP ) ) {
		as_schedule_recurring_action( time() + HOUR_IN_SECONDS, HOUR_IN_SECONDS, 'counterfoil_hourly', array(), COUNTERFOIL_GROUP, true );
	}
}

/**
 * Orders that were changed since the last sweep and not sent as they are now.
 *
 * After a pause the sweep goes through all that happened meanwhile.
 *
 * @param int $until Unix time.
 */
function counterfoil_sweep_changed( int $until ): void {
	$before   = (int) get_option( 'counterfoil_swept_until', $until );
	$modified = $before - COUNTERFOIL_OVERLAP;
	$id       = 0;
	do {
		$orders = counterfoil_orders_after( $modified, $id, 100 );
		$states = array();
		foreach ( $orders as $order ) {
			$modified = $order->get_date_modified()->getTimestamp();
			$id       = $order->get_id();
			if ( $modified <= $until ) {
				$states[ $id ] = counterfoil_sql_time( $modified );
			}
		}
		counterfoil_mark_due( counterfoil_not_sent_as( $states ) );
		wp_cache_flush_runtime();
	} while ( $orders && $modified <= $until );
	update_option( 'counterfoil_swept_until', max( $before, $until ), false );
}

/**
 * Which of some orders were not sent in this state or a newer one.
 *
 * @param array<int, string> $states Time of modification by id.
 * @return int[]
 */
function counterfoil_not_sent_as( array $states ): array {
	global $wpdb;
	if ( ! $states ) {
		return array();
	}
	$table = counterfoil_table();
	$ids   = implode( ',', array_map( 'intval', array_keys( $states ) ) );
	$sent  = $wpdb->get_results( "SELECT order_id, sent_modified FROM $table WHERE order_id IN ($ids)", OBJECT_K ); // phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- numbers.
	return array_keys(
		array_filter(
			$states,
			static function ( string $modified, int $id ) use ( $sent ): bool {
				return ! isset( $sent[ $id ] ) || null === $sent[ $id ]->sent_modified || $sent[ $id ]->sent_modified < $modified;
			},
			ARRAY_FILTER_USE_BOTH
		)
	);
}

/**
 * Orders that were sent and are gone since, and refunds that have vanished: neither moves a date.
 *
 * A thousand orders at a time, those not looked at for longest first.
 */
function counterfoil_sweep_known(): void {
	global $wpdb;
	$table = counterfoil_table();
	// phpcs:disable WordPress.DB.PreparedSQL -- the table's name, and numbers.
	$known = $wpdb->get_results( $wpdb->prepare( "SELECT order_id, sent_refunds FROM $table WHERE sent_at IS NOT NULL AND is_gone = 0 ORDER BY checked_at IS NOT NULL, checked_at, order_id LIMIT %d", COUNTERFOIL_KNOWN_AT_ONCE ), OBJECT_K );
	foreach ( array_chunk( $known, 200, true ) as $chunk ) {
		$ids = array_map( 'intval', array_keys( $chunk ) );
		counterfoil_mark_due( array_unique( array_merge( counterfoil_vanished_orders( $ids ), counterfoil_orders_with_vanished_refunds( $chunk ) ) ) );
		$wpdb->query( "UPDATE $table SET checked_at = UTC_TIMESTAMP() WHERE order_id IN (" . implode( ',', $ids ) . ')' );
	}
	// phpcs:enable
}

/**
 * Which of these orders exist no more.
 *
 * @param int[] $ids Their ids.
 * @return int[]
 */
function counterfoil_vanished_orders( array $ids ): array {
	$alive = wc_get_orders(
		array(
			'type'     => 'shop_order',
			'status'   => counterfoil_all_statuses(),
			'post__in' => $ids,
			'limit'    => -1,
			'return'   => 'ids',
		)
	);
	// An order whose status nobody knows any more, since its plugin is gone, is not found by status.
	return array_values(
		array_filter(
			array_diff( $ids, array_map( 'intval', $alive ) ),
			static function ( int $id ): bool {
				return ! wc_get_order( $id );
			}
		)
	);
}

/**
 * Which orders were sent with refunds that exist no more.
 *
 * @param array<int, object> $rows Rows of the table by order.
 * @return int[]
 */
function counterfoil_orders_with_vanished_refunds( array $rows ): array {
	$order_of = array();
	foreach ( $rows as $order_id => $row ) {
		foreach ( array_filter( explode( ',', (string) $row->sent_refunds ) ) as $refund_id ) {
			$order_of[ (int) $refund_id ] = (int) $order_id;
		}
	}
	if ( ! $order_of ) {
		return array();
	}
	$alive = wc_get_orders(
		array(
			'type'     => 'shop_order_refund',
			'status'   => 'any',
			'post__in' => array_keys( $order_of ),
			'limit'    => -1,
			'return'   => 'ids',
		)
	);
	return array_values( array_unique( array_diff_key( $order_of, array_flip( array_map( 'intval', $alive ) ) ) ) );
}

/**
 * Orders in the sequence of their last change, from a place on: a page of them.
 *
 * A place is a time and an id, and not a page's number: while somebody pages through, an order that
 * is changed moves to the end, and the next page would begin one too late.
 *
 * @param int $modified     Unix time of the last order of the page before.
 * @param int $id           Its id; of the same second, only greater ones follow.
 * @param int $limit        How many.
 * @param int $created_from Unix time; only those created then or later.
 * @param int $created_to   Unix time; only those created then or earlier; 0 for no end.
 * @return WC_Order[]
 */
function counterfoil_orders_after( int $modified, int $id, int $limit, int $created_from = 0, int $created_to = 0 ): array {
	$found  = array();
	$page   = 1;
	$wanted = array(
		'type'          => 'shop_order',
		'status'        => counterfoil_all_statuses(),
		'date_modified' => '>=' . $modified,
		'orderby'       => array(
			'modified' => 'ASC',
			'ID'       => 'ASC',
		),
		'limit'         => $limit,
	);
	if ( $created_from || $created_to ) {
		$wanted['date_created'] = max( 1, $created_from ) . '...' . ( $created_to ? $created_to : time() + DAY_IN_SECONDS );
	}
	do {
		$orders = wc_get_orders( $wanted + array( 'paged' => $page ) );
		foreach ( $orders as $order ) {
			if ( $order->get_date_modified()->getTimestamp() > $modified || $order->get_id() > $id ) {
				$found[] = $order;
			}
		}
		++$page;
	} while ( count( $found ) < $limit && count( $orders ) === $limit );
	return array_slice( $found, 0, $limit );
}

/**
 * Every status of an order that is one, the trash included.
 *
 * @return string[]
 */
function counterfoil_all_statuses(): array {
	$statuses = array_diff( array_keys( wc_get_order_statuses() ), array( 'wc-checkout-draft' ) );
	return array_merge( array_values( $statuses ), array( 'trash' ) );
}
