<?php
/**
 * Signatures: HMAC-SHA256 with the connection's secret, in base64, as WooCommerce signs webhooks.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * Sign a body, byte for byte as it is sent.
 */
function counterfoil_sign( string $body, string $secret ): string {
	return base64_encode( hash_hmac( 'sha256', $body, $secret, true ) ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions -- how WooCommerce writes it.
}

/**
 * What is signed of a pull: the route and its query, sorted, without the words that only lead to it.
 *
 * @param string               $route Such as /counterfoil/v1/orders.
 * @param array<string, mixed> $query As received, decoded.
 */
function counterfoil_text_of_pull( string $route, array $query ): string {
	unset( $query['rest_route'], $query['wc-api'] );
	ksort( $query, SORT_STRING );
	return $route . '?' . http_build_query( $query, '', '&', PHP_QUERY_RFC3986 );
}

/**
 * Whether a signature was made with the secret, compared in constant time.
 */
function counterfoil_is_signed( string $text, string $signature, string $secret ): bool {
	return '' !== $secret && hash_equals( counterfoil_sign( $text, $secret ), $signature );
}
