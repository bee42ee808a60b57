<?php
/**
 * Counterfoil asks: orders in the form in which they are sent.
 *
 * `GET counterfoil/v1/orders?timestamp=…`, signed, with either
 *
 * - `modified_after`, `after_id`, `limit`: those changed since a place in the sequence of changes;
 *   `created_from`, `created_to` narrow them down to a period (Unix seconds, both included);
 * - `ids`: those very orders, at most a hundred; one that is gone is said to be missing.
 *
 * The same answer at `/?wc-api=counterfoil`, where the REST API is locked or permalinks are plain.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

const COUNTERFOIL_ROUTE = '/counterfoil/v1/orders';
const COUNTERFOIL_TOLERANCE = 300;

/**
 * Register the REST route. Whoever has not signed learns nothing from it.
 */
function counterfoil_register_route(): void {
	register_rest_route(
		'counterfoil/v1',
		'/orders',
		array(
			'methods'             => 'GET',
			'callback'            => static function ( WP_REST_Request $request ): WP_REST_Response {
				$answer   = counterfoil_answer_pull( $request->get_query_params(), (string) $request->get_header( 'X-Counterfoil-Signature' ), time() );
				$response = new WP_REST_Response( $answer['body'], $answer['code'] );
				$response->header( 'Cache-Control', 'no-store' );
				return $response;
			},
			'permission_callback' => '__return_true', // The signature is checked first of all, over the query as it came.
		)
	);
}

/**
 * The same answer at /?wc-api=counterfoil.
 */
function counterfoil_answer_wc_api(): void {
	// phpcs:disable WordPress.Security -- signed, not a form; checked by counterfoil_answer_pull().
	$signature = (string) wp_unslash( $_SERVER['HTTP_X_COUNTERFOIL_SIGNATURE'] ?? '' );
	$answer    = counterfoil_answer_pull( wp_unslash( $_GET ), $signature, time() );
	// phpcs:enable
	nocache_headers();
	header( 'Cache-Control: no-store' );
	wp_send_json( $answer['body'], $answer['code'] );
}

/**
 * What a pull is answered.
 *
 * @param array<string, mixed> $query     As it came, decoded.
 * @param string               $signature Of the route and the query.
 * @param int                  $now       Unix time.
 * @return array{code: int, body: array<string, mixed>}
 */
function counterfoil_answer_pull( array $query, string $signature, int $now ): array {
	if ( ! counterfoil_is_signed( counterfoil_text_of_pull( COUNTERFOIL_ROUTE, $query ), $signature, counterfoil_secret() ) ) {
		return counterfoil_refuse_pull( 401, 'unauthentic', 'The signature is missing or wrong.' );
	}
	if ( ! counterfoil_may_send() ) {
		return counterfoil_refuse_pull( 401, 'unpaired', 'This site is not paired, or is a copy of one that is.' );
	}
	$wanted = counterfoil_wanted_of_pull( $query );
	if ( is_string( $wanted ) ) {
		return counterfoil_refuse_pull( 400, 'unreadable', $wanted . ' is not a whole number, or not a list of at most a hundred.' );
	}
	if ( abs( $now - $wanted['timestamp'] ) > COUNTERFOIL_TOLERANCE ) {
		return counterfoil_refuse_pull( 401, 'clock', 'The request is older or newer than five minutes by the clock of this store.', array( 'store_time' => gmdate( 'Y-m-d\TH:i:s\Z', $now ) ) );
	}
	return array(
		'code' => 200,
		'body' => isset( $query['ids'] ) ? counterfoil_these_orders( $wanted['ids'] ) : counterfoil_page_of_orders( $wanted ),
	);
}

/**
 * What a pull wants, as numbers; or the name of the field that cannot be read.
 *
 * @param array<string, mixed> $query As it came.
 * @return array{timestamp: int, modified_after: int, after_id: int, limit: int, created_from: int, created_to: int, ids: int[]}|string
 */
function counterfoil_wanted_of_pull( array $query ) {
	$wanted  = array();
	$without = array(
		'timestamp'      => '0',
		'modified_after' => '0',
		'after_id'       => '0',
		'limit'          => '50',
		'created_from'   => '0',
		'created_to'     => '0',
	);
	foreach ( $without as $name => $default ) {
		$value = $query[ $name ] ?? $default;
		if ( ! is_string( $value ) || ! preg_match( '/^[0-9]{1,12}$/D', $value ) ) {
			return $name;
		}
		$wanted[ $name ] = (int) $value;
	}
	$ids = $query['ids'] ?? '';
	if ( ! is_string( $ids ) || ! preg_match( '/^(?:[0-9]{1,18}(?:,[0-9]{1,18}){0,99})?$/D', $ids ) ) {
		return 'ids';
	}
	$wanted['limit'] = max( 1, min( 100, $wanted['limit'] ) );
	$wanted['ids']   = array_map( 'intval', array_filter( explode( ',', $ids ) ) );
	return $wanted;
}

/**
 * A refusal.
 *
 * @param int                  $code    The HTTP status.
 * @param string               $name    A word for programs.
 * @param string               $message A sentence.
 * @param array<string, mixed> $more    More facts.
 * @return array{code: int, body: array<string, mixed>}
 */
function counterfoil_refuse_pull( int $code, string $name, string $message, array $more = array() ): array {
	return array(
		'code' => $code,
		'body' => array(
			'error' => array(
				'code'    => $name,
				'message' => $message,
			) + $more,
		),
	);
}

/**
 * A page of orders, and where the next one begins.
 *
 * @param array<string, mixed> $wanted As counterfoil_wanted_of_pull() returns it.
 * @return array{orders: array<int, array<string, mixed>>, next: array{modified_after: int, after_id: int}|null, unread: int[]}
 */
function counterfoil_page_of_orders( array $wanted ): array {
	$ids    = array();
	$next   = null;
	$orders = counterfoil_orders_after( $wanted['modified_after'], $wanted['after_id'], $wanted['limit'], $wanted['created_from'], $wanted['created_to'] );
	foreach ( $orders as $order ) {
		$ids[] = $order->get_id();
		$next  = array(
			'modified_after' => $order->get_date_modified()->getTimestamp(),
			'after_id'       => $order->get_id(),
		);
	}
	return array( 'next' => count( $ids ) === $wanted['limit'] ? $next : null ) + counterfoil_these_orders( $ids );
}

/**
 * Orders by their ids. A half-finished checkout is none, so it is left out.
 *
 * One that cannot be read, since another plugin's hook throws, is named and does not stop the others.
 *
 * @param int[] $ids Their ids.
 * @return array{orders: array<int, array<string, mixed>>, next: null, unread: int[]}
 */
function counterfoil_these_orders( array $ids ): array {
	$bodies = array();
	$unread = array();
	foreach ( $ids as $id ) {
		try {
			$read = counterfoil_read_order( $id );
			if ( ! $read['is_unfinished'] ) {
				$bodies[] = $read['body'];
			}
		} catch ( Throwable $error ) {
			$unread[] = $id;
		}
	}
	return array(
		'orders' => $bodies,
		'next'   => null,
		'unread' => $unread,
	);
}
