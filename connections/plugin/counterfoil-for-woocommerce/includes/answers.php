<?php
/**
 * What a server's answer means, in words.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * The JSON object in an answer's body, or null where there is none.
 *
 * @return array<string, mixed>|null
 */
function counterfoil_json( string $body ): ?array {
	$found = json_decode( $body, true );
	return is_array( $found ) ? $found : null;
}

/**
 * The sentence in a refusal of Counterfoil's; '' where there is none.
 *
 * @param array<string, mixed>|null $json The answer.
 */
function counterfoil_said( ?array $json ): string {
	$said = $json['error']['message'] ?? '';
	return is_string( $said ) ? trim( $said ) : '';
}

/**
 * Why a call did not succeed, as a sentence for the merchant; '' where it did.
 *
 * @param int    $code     The HTTP status.
 * @param string $body     The body.
 * @param string $location Where a redirect points.
 * @param string $address  The server's address, as it was called.
 */
function counterfoil_why_not( int $code, string $body, string $location, string $address ): string {
	$json = counterfoil_json( $body );
	if ( $code >= 300 && $code < 400 ) {
		$to = counterfoil_redirect_target( $location );
		return '' === $to
			/* translators: %s: the server's address */
			? sprintf( __( '%s answers with a redirect. Enter the address that it leads to.', 'counterfoil-for-woocommerce' ), $address )
			/* translators: 1: the server's address, 2: another address */
			: sprintf( __( '%1$s redirects to %2$s. Enter that address as the server.', 'counterfoil-for-woocommerce' ), $address, $to );
	}
	$said = counterfoil_said( $json );
	if ( '' !== $said ) {
		return $said;
	}
	if ( $code >= 500 || 429 === $code ) {
		/* translators: 1: the server's address, 2: a number such as 503 */
		return sprintf( __( '%1$s is temporarily unavailable (%2$d). Please try again in a few minutes.', 'counterfoil-for-woocommerce' ), $address, $code );
	}
	if ( 200 === $code && null !== $json && ! isset( $json['error'] ) ) {
		return '';
	}
	/* translators: 1: the server's address, 2: a number such as 404 */
	return sprintf( __( '%1$s answers (%2$d), but not as Counterfoil does: it sent a web page or something else. Check the address.', 'counterfoil-for-woocommerce' ), $address, $code );
}

/**
 * The address of the server that a redirect leads to: its scheme, host and port.
 */
function counterfoil_redirect_target( string $location ): string {
	$parts = parse_url( $location ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- pure on purpose.
	if ( ! is_array( $parts ) || empty( $parts['host'] ) ) {
		return '';
	}
	return ( $parts['scheme'] ?? 'https' ) . '://' . $parts['host'] . ( isset( $parts['port'] ) ? ':' . $parts['port'] : '' );
}

/**
 * Why a delivery did not arrive, as a short sentence; '' where Counterfoil has accepted it.
 *
 * WooCommerce takes every answer up to 302 for success. Here only Counterfoil's own word counts: a
 * redirect, a log-in page or a proxy's greeting has booked nothing.
 */
function counterfoil_why_not_delivered( int $code, string $body ): string {
	$json = counterfoil_json( $body );
	if ( 200 === $code && 'accepted' === ( $json['status'] ?? '' ) ) {
		return '';
	}
	$said = counterfoil_said( $json );
	if ( '' !== $said ) {
		return $said;
	}
	if ( $code >= 300 && $code < 400 ) {
		return __( 'The server answered with a redirect instead of accepting the order.', 'counterfoil-for-woocommerce' );
	}
	if ( $code >= 500 || 429 === $code ) {
		return __( 'Counterfoil is temporarily unavailable.', 'counterfoil-for-woocommerce' );
	}
	return __( 'Something that is not Counterfoil answered.', 'counterfoil-for-woocommerce' );
}

/**
 * The credentials in the answer to pairing, or null where any of them is missing or odd.
 *
 * @param string $body The body.
 * @return array{connection_id: string, connection_name: string, webhook_url: string, secret: string}|null
 */
function counterfoil_credentials( string $body ): ?array {
	$json  = counterfoil_json( $body ) ?? array();
	$found = array();
	foreach ( array( 'connection_id', 'connection_name', 'webhook_url', 'secret' ) as $name ) {
		if ( ! isset( $json[ $name ] ) || ! is_string( $json[ $name ] ) || '' === $json[ $name ] ) {
			return null;
		}
		$found[ $name ] = $json[ $name ];
	}
	$is_sane = preg_match( '/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/D', $found['connection_id'] )
		&& preg_match( '#^https?://[^\s/]+/\S*$#D', $found['webhook_url'] )
		// Orders must not travel in the clear, whatever a server says.
		&& ( 0 === strpos( $found['webhook_url'], 'https://' ) || counterfoil_is_local_address( $found['webhook_url'] ) )
		// WooCommerce decodes HTML entities in a secret before it signs; letters and digits have none.
		&& preg_match( '/^[A-Za-z0-9]{20,}$/D', $found['secret'] );
	return $is_sane ? $found : null;
}
