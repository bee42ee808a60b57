<?php
/**
 * Copies of a site: a staging copy has the credentials and the queue of the original, and must not send.
 *
 * The site's own address is remembered as a hash, which tools that move a site do not rewrite.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * What this site is called, as a hash. Of the option: home_url() differs by language and scheme.
 */
function counterfoil_home_hash(): string {
	return hash( 'sha256', counterfoil_site_key( (string) get_option( 'home' ) ) );
}

/**
 * Whether this site is paired under another address than its own: a copy, or a store that has moved.
 */
function counterfoil_is_copy(): bool {
	$connection = counterfoil_connection();
	return 'paired' === $connection['status'] && counterfoil_home_hash() !== $connection['home'];
}

/**
 * The store has moved: this address is its own from now on, and the server is told so.
 */
function counterfoil_adopt_address(): void {
	counterfoil_change_connection(
		array(
			'home'  => counterfoil_home_hash(),
			'moved' => true,
		)
	);
	counterfoil_look_after_soon();
}

/**
 * This is a copy: forget the connection here. The server is not told, for the original goes on with it.
 */
function counterfoil_forget_copy(): void {
	counterfoil_disable_webhooks();
	counterfoil_change_connection(
		array(
			'status' => 'new',
			'home'   => '',
		)
	);
	delete_option( 'counterfoil_secret' );
}
