<?php
/**
 * Pairing and parting.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * Exchange a pairing code for the connection's credentials, and register the webhooks.
 *
 * Nothing is kept before the whole answer is there and makes sense, so that no connection is half made.
 *
 * @param string $code   As it was typed.
 * @param string $server The server's address, made whole.
 * @return string '' or, in a sentence, why not.
 */
function counterfoil_pair( string $code, string $server ): string {
	global $wpdb;
	$lock = substr( 'counterfoil_pair_' . md5( DB_NAME . $wpdb->prefix ), 0, 64 );
	if ( '0' === $wpdb->get_var( $wpdb->prepare( 'SELECT GET_LOCK(%s, 0)', $lock ) ) ) {
		return __( 'Pairing is under way already. Reload this page in a moment.', 'counterfoil-for-woocommerce' );
	}
	try {
		return counterfoil_pair_alone( $code, $server );
	} finally {
		$wpdb->query( $wpdb->prepare( 'SELECT RELEASE_LOCK(%s)', $lock ) );
	}
}

/**
 * The same, while nobody else does.
 */
function counterfoil_pair_alone( string $code, string $server ): string {
	wp_cache_delete( 'alloptions', 'options' ); // Another request may have paired this site a moment ago.
	if ( counterfoil_is_paired() && ! counterfoil_is_copy() ) {
		return __( 'This site is paired already.', 'counterfoil-for-woocommerce' );
	}
	if ( '' === $server ) {
		return __( 'Enter the address of your Counterfoil, such as https://books.example.com.', 'counterfoil-for-woocommerce' );
	}
	if ( 0 === strpos( $server, 'http://' ) && ! counterfoil_is_local_address( $server ) ) {
		return __( 'Orders must not travel in the clear: enter the address with https://.', 'counterfoil-for-woocommerce' );
	}
	$answer = counterfoil_call( $server, '/api/plugin/v1/pair', counterfoil_introduction( $code ) );
	if ( ! $answer['ok'] ) {
		return $answer['why'];
	}
	$credentials = counterfoil_credentials( $answer['body'] );
	if ( null === $credentials ) {
		/* translators: %s: the server's address */
		return sprintf( __( '%s answered, but without credentials that could be used. Nothing was changed here; make a new code and try again.', 'counterfoil-for-woocommerce' ), $server );
	}
	return counterfoil_begin( $server, $credentials, counterfoil_json( $answer['body'] ) ?? array() );
}

/**
 * What a site says of itself when it pairs.
 *
 * @return array<string, mixed>
 */
function counterfoil_introduction( string $code ): array {
	return counterfoil_site_facts() + array(
		'code'               => strtoupper( (string) preg_replace( '/[\s-]+/', '', $code ) ),
		'site_name'          => wp_specialchars_decode( get_bloginfo( 'name' ), ENT_QUOTES ),
		'timezone'           => wp_timezone_string(),
		'currency'           => get_woocommerce_currency(),
		'decimals'           => wc_get_price_decimals(),
		'prices_include_tax' => wc_prices_include_tax(),
		'rest_url'           => rest_url(),
	);
}

/**
 * Begin to send: keep the credentials, register the webhooks, look after it from now on.
 *
 * The connection of before goes on where it stopped. Another one begins now: history is never sent
 * without being asked for.
 *
 * @param string                $server      The server's address.
 * @param array<string, string> $credentials Checked.
 * @param array<string, mixed>  $told        The whole answer.
 * @return string '' or why not.
 */
function counterfoil_begin( string $server, array $credentials, array $told ): string {
	counterfoil_make_table();
	if ( counterfoil_connection()['connection_id'] !== $credentials['connection_id'] ) {
		counterfoil_forget_deliveries();
	}
	try {
		$webhooks = counterfoil_register_webhooks( $credentials['webhook_url'], $credentials['secret'] );
	} catch ( Exception $error ) {
		/* translators: %s: a technical message */
		return sprintf( __( 'WooCommerce refused to register the webhooks: %s. Make a new code and try again.', 'counterfoil-for-woocommerce' ), $error->getMessage() );
	}
	counterfoil_keep_secret( $credentials['secret'] );
	unset( $credentials['secret'] );
	counterfoil_change_connection(
		$credentials + array(
			'server'    => $server,
			'status'    => 'paired',
			'paired_at' => time(),
			'home'      => counterfoil_home_hash(),
			'webhooks'  => $webhooks,
		)
	);
	counterfoil_remember_told( $told );
	counterfoil_remember_refusal( '' );
	delete_option( 'counterfoil_breaker' );
	counterfoil_free_waiting();
	add_option( 'counterfoil_swept_until', time() + COUNTERFOIL_OVERLAP, '', false ); // Of a new one: nothing before this moment.
	counterfoil_ensure_hourly();
	counterfoil_look_after_soon();
	return '';
}

/**
 * Stop sending. The webhooks are switched off, the credentials stay, and the server is told.
 *
 * @return string '' or, in a sentence, what did not work: here it is unpaired all the same.
 */
function counterfoil_unpair(): string {
	counterfoil_disable_webhooks();
	counterfoil_change_connection( array( 'status' => 'unpaired' ) );
	as_unschedule_all_actions( '', array(), COUNTERFOIL_GROUP );
	$answer = counterfoil_signed_call(
		'/api/plugin/v1/unpair',
		array(
			'action'  => 'unpair',
			'sent_at' => gmdate( 'Y-m-d\TH:i:s\Z' ),
		)
	);
	$is_told = $answer['ok'] && true === ( counterfoil_json( $answer['body'] )['ok'] ?? false );
	if ( $is_told || ! $answer['ok'] ) {
		return $answer['why'];
	}
	return counterfoil_why_not( $answer['code'], '', '', counterfoil_server() );
}

/**
 * Forget what was sent to another connection.
 */
function counterfoil_forget_deliveries(): void {
	global $wpdb;
	$table = counterfoil_table();
	$wpdb->query( "DELETE FROM $table" ); // phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared
	delete_option( 'counterfoil_swept_until' );
}
