<?php
/**
 * One row an order: what was last sent of it, how that went, and when it is due again.
 *
 * It is the plugin's own table, and nothing is ever written on the order itself: that would be a
 * change of the order, which would be sent, which would be a change …
 *
 * Times are UTC. `attempts` counts since the order was last accepted. `marked_at` and the time an order was read have microseconds of the database's
 * clock, so that a delivery on its way does not settle what was noticed after it was read.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

const COUNTERFOIL_TABLE_VERSION = '1';

/**
 * The table's name.
 */
function counterfoil_table(): string {
	global $wpdb;
	return $wpdb->prefix . 'counterfoil_orders';
}

/**
 * Make the table, or bring it up to this version of the plugin.
 */
function counterfoil_make_table(): void {
	global $wpdb;
	if ( COUNTERFOIL_TABLE_VERSION === get_option( 'counterfoil_table' ) ) {
		return;
	}
	require_once ABSPATH . 'wp-admin/includes/upgrade.php';
	$table = counterfoil_table();
	// Two spaces after PRIMARY KEY, and a line each: dbDelta reads this text.
	dbDelta(
		"CREATE TABLE $table (
			order_id bigint(20) unsigned NOT NULL,
			topic varchar(20) NOT NULL DEFAULT '',
			tried_at datetime NULL,
			code smallint(6) NOT NULL DEFAULT 0,
			error varchar(255) NOT NULL DEFAULT '',
			attempts smallint(6) NOT NULL DEFAULT 0,
			due_at datetime NULL,
			marked_at datetime(6) NULL,
			sent_at datetime NULL,
			sent_modified datetime NULL,
			sent_refunds text NULL,
			is_gone tinyint(1) NOT NULL DEFAULT 0,
			checked_at datetime NULL,
			PRIMARY KEY  (order_id),
			KEY due_at (due_at),
			KEY tried_at (tried_at),
			KEY checked_at (checked_at)
		) {$wpdb->get_charset_collate()};"
	);
	update_option( 'counterfoil_table', COUNTERFOIL_TABLE_VERSION, false );
}

/**
 * The database's clock in UTC, with microseconds: one clock for all of a site's web servers.
 */
function counterfoil_database_time(): string {
	global $wpdb;
	return (string) $wpdb->get_var( 'SELECT UTC_TIMESTAMP(6)' );
}

/**
 * A Unix time as the table writes it.
 */
function counterfoil_sql_time( int $at ): string {
	return gmdate( 'Y-m-d H:i:s', $at );
}

/**
 * Let orders be sent as soon as possible.
 *
 * @param int[] $order_ids Their ids.
 */
function counterfoil_mark_due( array $order_ids ): void {
	global $wpdb;
	$table = counterfoil_table();
	foreach ( $order_ids as $order_id ) {
		// phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- the table's name.
		$wpdb->query( $wpdb->prepare( "INSERT INTO $table (order_id, due_at, marked_at) VALUES (%d, UTC_TIMESTAMP(), UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE due_at = UTC_TIMESTAMP(), marked_at = UTC_TIMESTAMP(6), attempts = 0", $order_id ) );
	}
}

/**
 * Let all orders that wait for the server be sent now: it has answered again.
 */
function counterfoil_free_waiting(): void {
	global $wpdb;
	$table = counterfoil_table();
	$wpdb->query( "UPDATE $table SET due_at = UTC_TIMESTAMP() WHERE due_at > UTC_TIMESTAMP() AND code >= 0" ); // phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared
}

/**
 * Take an order that is due; it is due again in five minutes, should this process die with it.
 *
 * @return int|null Its id; null where none is due.
 */
function counterfoil_claim_due(): ?int {
	global $wpdb;
	$table = counterfoil_table();
	// phpcs:disable WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- the table's name.
	$found = $wpdb->get_results( "SELECT order_id, due_at FROM $table WHERE due_at <= UTC_TIMESTAMP() ORDER BY due_at, order_id LIMIT 20" );
	foreach ( $found as $row ) {
		$is_ours = $wpdb->query( $wpdb->prepare( "UPDATE $table SET due_at = UTC_TIMESTAMP() + INTERVAL 5 MINUTE WHERE order_id = %d AND due_at = %s", $row->order_id, $row->due_at ) );
		if ( $is_ours ) {
			return (int) $row->order_id;
		}
	}
	// phpcs:enable
	return null;
}

/**
 * When the next order is due, as Unix time; null where none waits.
 */
function counterfoil_next_due(): ?int {
	global $wpdb;
	$table = counterfoil_table();
	$next  = $wpdb->get_var( "SELECT MIN(due_at) FROM $table" ); // phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared
	return null === $next ? null : (int) strtotime( $next . ' UTC' );
}

/**
 * How many orders wait to be sent again.
 */
function counterfoil_count_waiting(): int {
	global $wpdb;
	$table = counterfoil_table();
	return (int) $wpdb->get_var( "SELECT COUNT(*) FROM $table WHERE due_at IS NOT NULL" ); // phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared
}

/**
 * Note that an order was accepted, as it was when it was read.
 *
 * It is no longer due, unless something was noticed about it after it was read.
 *
 * @param array{order_id: int, topic: string, read_at: string, modified: ?string, refunds: int[], is_gone: bool} $delivery What was sent.
 */
function counterfoil_note_sent( array $delivery ): void {
	global $wpdb;
	$table = counterfoil_table();
	// phpcs:disable WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- the table's name.
	$wpdb->query(
		$wpdb->prepare(
			"INSERT INTO $table (order_id, topic, tried_at, code, attempts, sent_at, sent_modified, sent_refunds, is_gone)
			VALUES (%d, %s, UTC_TIMESTAMP(), 200, 1, UTC_TIMESTAMP(), NULLIF(%s, ''), %s, %d)
			ON DUPLICATE KEY UPDATE
				attempts = IF(error = '', 1, attempts + 1), topic = VALUES(topic),
				tried_at = VALUES(tried_at), code = 200, error = '', sent_at = VALUES(sent_at), sent_modified = VALUES(sent_modified),
				sent_refunds = VALUES(sent_refunds), is_gone = VALUES(is_gone),
				due_at = IF(marked_at > %s, due_at, NULL)",
			$delivery['order_id'],
			$delivery['topic'],
			str_replace( 'T', ' ', (string) $delivery['modified'] ),
			implode( ',', $delivery['refunds'] ),
			(int) $delivery['is_gone'],
			$delivery['read_at']
		)
	);
	// phpcs:enable
}

/**
 * Note that a delivery failed, and when it is tried again.
 *
 * @param int      $order_id The order.
 * @param string   $topic    Such as order.updated.
 * @param int      $code     The HTTP status; 0 where there was no answer, -1 where the order could not be read.
 * @param string   $error    Why, as a sentence.
 * @param int|null $due_at   Unix time; null where it is given up.
 * @param int      $attempts How many have failed in a row.
 */
function counterfoil_note_failed( int $order_id, string $topic, int $code, string $error, ?int $due_at, int $attempts ): void {
	global $wpdb;
	$table = counterfoil_table();
	// phpcs:disable WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- the table's name.
	$wpdb->query(
		$wpdb->prepare(
			"INSERT INTO $table (order_id, topic, tried_at, code, error, attempts, due_at, marked_at)
			VALUES (%d, %s, UTC_TIMESTAMP(), %d, %s, %d, NULLIF(%s, ''), UTC_TIMESTAMP(6))
			ON DUPLICATE KEY UPDATE
				topic = VALUES(topic), tried_at = VALUES(tried_at), code = VALUES(code), error = VALUES(error),
				attempts = VALUES(attempts), due_at = VALUES(due_at), marked_at = VALUES(marked_at)",
			$order_id,
			$topic,
			$code,
			mb_substr( $error, 0, 255 ),
			$attempts,
			null === $due_at ? '' : counterfoil_sql_time( $due_at )
		)
	);
	// phpcs:enable
}

/**
 * Forget an order that was never sent: it is none yet, and its next event begins anew.
 */
function counterfoil_forget_row( int $order_id ): void {
	global $wpdb;
	$table = counterfoil_table();
	$wpdb->query( $wpdb->prepare( "DELETE FROM $table WHERE order_id = %d AND sent_at IS NULL", $order_id ) ); // phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared
}

/**
 * The row of an order, if it has one.
 */
function counterfoil_row( int $order_id ): ?object {
	global $wpdb;
	$table = counterfoil_table();
	return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $table WHERE order_id = %d", $order_id ) ); // phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared
}

/**
 * The orders that were last tried, newest first.
 *
 * @return object[]
 */
function counterfoil_recent( int $limit ): array {
	global $wpdb;
	$table = counterfoil_table();
	return $wpdb->get_results( $wpdb->prepare( "SELECT * FROM $table WHERE tried_at IS NOT NULL ORDER BY tried_at DESC, order_id DESC LIMIT %d", $limit ) ); // phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared
}
