<?php
/**
 * Addresses: the server's, and the name under which this site knows itself.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * A server's address as it was typed, made whole: https where no scheme was given, no path, no slash.
 *
 * @return string '' where it is no address.
 */
function counterfoil_server_address( string $typed ): string {
	$address = trim( $typed );
	if ( '' === $address ) {
		return '';
	}
	if ( ! preg_match( '#^[a-z][a-z0-9+.-]*://#i', $address ) ) {
		$address = 'https://' . $address;
	}
	$parts = parse_url( $address ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- pure on purpose.
	if ( ! is_array( $parts ) || empty( $parts['host'] ) || isset( $parts['user'] ) ) {
		return '';
	}
	$scheme = strtolower( $parts['scheme'] ?? '' );
	// parse_url() takes anything for a host: a name, or an IPv6 address in brackets.
	$is_host = preg_match( '/^(?:\[[0-9a-f:.]+\]|[^\s\x00-\x20\[\]:<>"\'\\\\_]+)$/iuD', $parts['host'] );
	if ( ! $is_host || ( 'https' !== $scheme && 'http' !== $scheme ) ) {
		return '';
	}
	return $scheme . '://' . strtolower( $parts['host'] ) . ( isset( $parts['port'] ) ? ':' . $parts['port'] : '' );
}

/**
 * Host and port of an address; the scheme's own port where it names none.
 *
 * @return array{host: string, port: int}
 */
function counterfoil_host_and_port( string $address ): array {
	$parts = parse_url( $address ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- pure on purpose.
	$parts = is_array( $parts ) ? $parts : array();
	return array(
		'host' => strtolower( $parts['host'] ?? '' ),
		'port' => $parts['port'] ?? ( 'http' === ( $parts['scheme'] ?? '' ) ? 80 : 443 ),
	);
}

/**
 * Whether an address is on this machine or its local network, where http is good enough.
 */
function counterfoil_is_local_address( string $address ): bool {
	$host = trim( counterfoil_host_and_port( $address )['host'], '[]' );
	if ( 'localhost' === $host || preg_match( '/\.(localhost|local|test|internal)$/', $host ) ) {
		return true;
	}
	$is_ip = false !== filter_var( $host, FILTER_VALIDATE_IP );
	return $is_ip && false === filter_var( $host, FILTER_VALIDATE_IP, FILTER_FLAG_NO_PRIV_RANGE | FILTER_FLAG_NO_RES_RANGE );
}

/**
 * What stays the same of a site's address when it moves from http to https, or gains a www: host and path.
 */
function counterfoil_site_key( string $home ): string {
	$parts = parse_url( trim( $home ) ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- pure on purpose.
	$parts = is_array( $parts ) ? $parts : array();
	$host  = (string) preg_replace( '/^www\./', '', strtolower( $parts['host'] ?? '' ) );
	return $host . rtrim( $parts['path'] ?? '', '/' );
}
