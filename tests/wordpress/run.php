<?php
/**
 * Calls functions of the plugin: JSON in on stdin, JSON out. A warning, notice or deprecation is fatal.
 *
 * In:  {"plugin": folder, "options": {name: value}, "calls": [[function, [argument…]]…]}
 * Out: [result…]
 *
 * An argument {"$order": {"order": …, "refunds": […]}} becomes an order, {"$bytes": base64} bytes.
 */

declare( strict_types=1 );

error_reporting( E_ALL );
ini_set( 'display_errors', 'stderr' );
set_error_handler(
	static function ( int $level, string $message, string $file, int $line ): bool {
		throw new ErrorException( $message, 0, $level, $file, $line );
	}
);

require __DIR__ . '/wordpress.php';
require __DIR__ . '/woocommerce.php';

function understood( $argument ) {
	if ( is_array( $argument ) && isset( $argument['$order'] ) ) {
		return new WC_Order( $argument['$order']['order'], $argument['$order']['refunds'] );
	}
	if ( is_array( $argument ) && isset( $argument['$bytes'] ) ) {
		return base64_decode( $argument['$bytes'], true );
	}
	return $argument;
}

/**
 * The body of a delivery, in the bytes that WooCommerce makes of it.
 */
function body_sent( int $order_id, $order, string $read_at ): string {
	return trim( wp_json_encode( counterfoil_as_sent( $order_id, $order, $read_at )['body'] ) );
}

$asked        = json_decode( (string) file_get_contents( 'php://stdin' ), true, 512, JSON_THROW_ON_ERROR );
Options::$all = $asked['options'];
define( 'COUNTERFOIL_VERSION', $asked['version'] );
foreach ( array( 'gstin', 'signature', 'schedule', 'address', 'answers', 'payload', 'settings', 'clone-guard', 'events', 'reading', 'pull', 'updates' ) as $name ) {
	require $asked['plugin'] . "/includes/$name.php";
}

$answers = array();
foreach ( $asked['calls'] as list( $function, $arguments ) ) {
	$answers[] = $function( ...array_map( 'understood', $arguments ) );
}
echo json_encode( $answers, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION );
