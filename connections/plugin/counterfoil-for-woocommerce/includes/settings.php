<?php
/**
 * What this site remembers: its connection, the secret, what the server told, the breaker.
 *
 * Each option has one writer, so that two processes never overwrite each other's news.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * Every option of the plugin, for uninstall.php to remove.
 */
const COUNTERFOIL_OPTIONS = array(
	'counterfoil_connection',
	'counterfoil_secret',
	'counterfoil_told',
	'counterfoil_breaker',
	'counterfoil_swept_until',
	'counterfoil_healed',
	'counterfoil_table',
);

/**
 * The connection: where it leads, and which webhooks are ours. Written by pairing and unpairing.
 *
 * @return array{server: string, connection_id: string, connection_name: string, webhook_url: string, status: string, paired_at: int, home: string, moved: bool, webhooks: array<string, int>}
 */
function counterfoil_connection(): array {
	$stored = get_option( 'counterfoil_connection', array() );
	return ( is_array( $stored ) ? $stored : array() ) + array(
		'server'          => '',
		'connection_id'   => '',
		'connection_name' => '',
		'webhook_url'     => '',
		'status'          => 'new',
		'paired_at'       => 0,
		'home'            => '',
		'moved'           => false, // Until the server knows.
		'webhooks'        => array(),
	);
}

/**
 * Change some facts of the connection.
 *
 * @param array<string, mixed> $changes By name.
 */
function counterfoil_change_connection( array $changes ): void {
	update_option( 'counterfoil_connection', $changes + counterfoil_connection(), true );
}

/**
 * Whether this site is paired. A copy of it elsewhere is too: see counterfoil_may_send().
 */
function counterfoil_is_paired(): bool {
	return 'paired' === counterfoil_connection()['status'];
}

/**
 * Whether anything may leave the store now: paired, and not a copy that nobody has decided about.
 */
function counterfoil_may_send(): bool {
	return counterfoil_is_paired() && ! counterfoil_is_copy();
}

/**
 * The secret that signs; never shown and never loaded with the other options.
 */
function counterfoil_secret(): string {
	return (string) get_option( 'counterfoil_secret', '' );
}

/**
 * Keep a secret.
 */
function counterfoil_keep_secret( string $secret ): void {
	update_option( 'counterfoil_secret', $secret, false );
}

/**
 * Which of the four webhooks has this id; '' if it is not ours.
 */
function counterfoil_topic_of( int $webhook_id ): string {
	return (string) array_search( $webhook_id, counterfoil_connection()['webhooks'], true );
}

/**
 * The address of the server: of the connection, else the one that this zip carries.
 */
function counterfoil_server(): string {
	$connection = counterfoil_connection();
	return '' !== $connection['server'] ? $connection['server'] : counterfoil_own_server();
}

/**
 * The address of the server that handed this plugin out; '' where the zip carries none.
 */
function counterfoil_own_server(): string {
	static $address = null;
	if ( null === $address ) {
		$address = counterfoil_server_address( (string) require dirname( __DIR__ ) . '/server.php' );
	}
	return $address;
}

/**
 * What the server told when it last answered. Written by pairing and by each status call.
 *
 * @return array{at: int, share_contact_details: bool, gstin_fields: string[], orders_booked: int, last_order_at: string, latest: string, clock_off_by: int, refusal: string}
 */
function counterfoil_told(): array {
	$stored = get_option( 'counterfoil_told', array() );
	return ( is_array( $stored ) ? $stored : array() ) + array(
		'at'                    => 0,
		'share_contact_details' => false,
		'gstin_fields'          => array(),
		'orders_booked'         => 0,
		'last_order_at'         => '',
		'latest'                => '',
		'clock_off_by'          => 0,
		'refusal'               => '',
	);
}

/**
 * Remember what the server told.
 *
 * @param array<string, mixed> $json An answer to pairing or a status call.
 */
function counterfoil_remember_told( array $json ): void {
	$fields = isset( $json['gstin_fields'] ) && is_array( $json['gstin_fields'] ) ? $json['gstin_fields'] : array();
	$server = isset( $json['server_time'] ) && is_string( $json['server_time'] ) ? strtotime( $json['server_time'] ) : false;
	update_option(
		'counterfoil_told',
		array(
			'at'                    => time(),
			'share_contact_details' => true === ( $json['share_contact_details'] ?? false ),
			'gstin_fields'          => array_values( array_filter( $fields, 'is_string' ) ),
			'orders_booked'         => is_int( $json['orders_booked'] ?? null ) ? $json['orders_booked'] : 0,
			'last_order_at'         => is_string( $json['last_order_at'] ?? null ) ? $json['last_order_at'] : '',
			'latest'                => is_string( $json['plugin']['latest'] ?? null ) ? $json['plugin']['latest'] : '',
			'clock_off_by'          => $server ? time() - $server : 0,
			'refusal'               => counterfoil_told()['refusal'], // Cleared by counterfoil_server_is_back(), which frees what waits.
		),
		true
	);
}

/**
 * Remember that the server refuses this connection; '' once it does not.
 *
 * @param string $refusal 'unpaired', 'unauthentic' or 'unknown_connection'.
 */
function counterfoil_remember_refusal( string $refusal ): void {
	$told = counterfoil_told();
	if ( $told['refusal'] !== $refusal ) {
		update_option( 'counterfoil_told', array( 'refusal' => $refusal ) + $told, true );
	}
}

/**
 * The breaker: how many deliveries in a row found the server away, and until when none is tried.
 *
 * @return array{failures: int, until: int}
 */
function counterfoil_breaker(): array {
	$stored = get_option( 'counterfoil_breaker', array() );
	return ( is_array( $stored ) ? $stored : array() ) + array(
		'failures' => 0,
		'until'    => 0,
	);
}
