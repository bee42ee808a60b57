<?php
/**
 * Reading an order for a delivery: one reader at a time, from the database and not from memory.
 *
 * Two queue runners may send the same order at once. Without the lock, one that read first may stamp
 * its reading later, and the server would take the older state for the newer. And a process that
 * sends a batch still has the order in memory as it was when the batch began. Both were seen.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * What is sent of an order as it is now, and what the table keeps of it.
 *
 * @return array{body: array<string, mixed>, read_at: string, modified: ?string, refunds: int[], is_gone: bool, is_unfinished: bool}
 * @throws RuntimeException When another process has been reading the order for five seconds.
 */
function counterfoil_read_order( int $order_id ): array {
	global $wpdb;
	$lock = substr( 'counterfoil_' . md5( DB_NAME . $wpdb->prefix ) . '_' . $order_id, 0, 64 );
	if ( '0' === $wpdb->get_var( $wpdb->prepare( 'SELECT GET_LOCK(%s, 5)', $lock ) ) ) {
		throw new RuntimeException( esc_html__( 'The order was being read by another process.', 'counterfoil-for-woocommerce' ) );
	}
	try {
		$read_at = counterfoil_database_time();
		wp_cache_flush_runtime();
		return counterfoil_as_sent( $order_id, wc_get_order( $order_id ), $read_at );
	} finally {
		$wpdb->query( $wpdb->prepare( 'SELECT RELEASE_LOCK(%s)', $lock ) );
	}
}

/**
 * The body of a delivery, and what the table keeps of it.
 *
 * @param int    $order_id The order's id.
 * @param mixed  $order    The order, or false where it is gone.
 * @param string $read_at  The database's time, before the order was read.
 * @return array{body: array<string, mixed>, read_at: string, modified: ?string, refunds: int[], is_gone: bool, is_unfinished: bool}
 */
function counterfoil_as_sent( int $order_id, $order, string $read_at ): array {
	$envelope = counterfoil_envelope( $read_at );
	if ( ! $order instanceof WC_Order ) {
		return array(
			'body'          => array(
				'id'          => $order_id,
				'counterfoil' => $envelope + array( 'missing' => true ),
			),
			'read_at'       => $read_at,
			'modified'      => null,
			'refunds'       => array(),
			'is_gone'       => true,
			'is_unfinished' => false,
		);
	}
	$told   = counterfoil_told();
	$fields = $told['gstin_fields'] ? $told['gstin_fields'] : counterfoil_usual_gstin_fields();
	$body   = counterfoil_reduced_order( $order, wc_get_price_decimals(), $fields, $told['share_contact_details'] );
	return array(
		'body'          => $body + array( 'counterfoil' => $envelope ),
		'read_at'       => $read_at,
		'modified'      => $body['date_modified_gmt'],
		'refunds'       => array_column( $body['refunds'], 'id' ),
		'is_gone'       => false,
		'is_unfinished' => counterfoil_is_unfinished( $body['status'] ),
	);
}

/**
 * What stands around an order: when it was read, by which plugin, in what kind of store.
 *
 * @param string $read_at The database's time.
 * @return array<string, mixed>
 */
function counterfoil_envelope( string $read_at ): array {
	return array(
		'schema'             => 1,
		'built_at'           => str_replace( ' ', 'T', $read_at ) . 'Z',
		'plugin'             => COUNTERFOIL_VERSION,
		'home'               => untrailingslashit( (string) get_option( 'home' ) ),
		'store_timezone'     => wp_timezone_string(),
		'prices_include_tax' => wc_prices_include_tax(),
		'decimals'           => wc_get_price_decimals(),
	);
}
