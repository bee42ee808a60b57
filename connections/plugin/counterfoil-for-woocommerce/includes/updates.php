<?php
/**
 * Updates through WordPress's own screen, from the server that handed this plugin out.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * Tell WordPress of the newest version: also when it is installed, so that automatic updates can be chosen.
 *
 * @param mixed  $update      What another plugin answered.
 * @param mixed  $plugin_data The plugin's header.
 * @param string $plugin_file Which plugin is asked about.
 * @return mixed
 */
function counterfoil_offer_update( $update, $plugin_data, $plugin_file ) {
	if ( plugin_basename( COUNTERFOIL_FILE ) !== $plugin_file ) {
		return $update;
	}
	$told = counterfoil_newest_version();
	return $told ? counterfoil_update_as_array( $told ) : $update;
}

/**
 * The details that WordPress shows in its window.
 *
 * @param mixed  $result What another plugin answered.
 * @param string $action What is asked.
 * @param object $args   About which plugin.
 * @return mixed
 */
function counterfoil_plugin_details( $result, $action, $args ) {
	if ( 'plugin_information' !== $action || 'counterfoil-for-woocommerce' !== ( $args->slug ?? '' ) ) {
		return $result;
	}
	$told = counterfoil_newest_version();
	return $told ? counterfoil_update_as_details( $told ) : $result;
}

/**
 * What the server says of the newest version; asked once a minute at most, and anew when somebody
 * presses “Check again”.
 *
 * No rarer: WordPress itself asks at most once a minute, and pressing the button within that minute
 * would show what was kept.
 *
 * @return array<string, mixed>|null
 */
function counterfoil_newest_version(): ?array {
	$is_forced = isset( $_GET['force-check'] ); // phpcs:ignore WordPress.Security.NonceVerification -- WordPress's own button; it only skips a cache.
	$told      = $is_forced ? false : get_transient( 'counterfoil_update' );
	if ( ! is_array( $told ) ) {
		$answer = counterfoil_request( 'GET', counterfoil_own_server(), '/api/plugin/v1/update' );
		$told   = ( $answer['ok'] ? counterfoil_json( $answer['body'] ) : null ) ?? array();
		set_transient( 'counterfoil_update', $told, $told ? MINUTE_IN_SECONDS : 10 * MINUTE_IN_SECONDS );
	}
	return counterfoil_is_update_answer( $told ) ? $told : null;
}

/**
 * Whether an answer can be handed to WordPress.
 *
 * @param array<string, mixed> $told The answer.
 */
function counterfoil_is_update_answer( array $told ): bool {
	return isset( $told['version'], $told['package'] )
		&& is_string( $told['version'] ) && preg_match( '/^[0-9][0-9A-Za-z.+-]*$/D', $told['version'] )
		&& is_string( $told['package'] ) && preg_match( '#^https?://#', $told['package'] );
}

/**
 * Up to which WordPress it was tried: a 6.9 stands for 6.9.1 as well, which WordPress would call untested.
 */
function counterfoil_tested_up_to( string $tested ): string {
	$present = (string) ( $GLOBALS['wp_version'] ?? '' );
	return '' !== $tested && 0 === strpos( $present, $tested . '.' ) ? $present : $tested;
}

/**
 * A field of the answer, if it is text.
 *
 * @param array<string, mixed> $told The answer.
 * @param string               $name The field.
 * @param string               $else What to say where it is none.
 */
function counterfoil_text_of( array $told, string $name, string $else = '' ): string {
	return isset( $told[ $name ] ) && is_string( $told[ $name ] ) ? $told[ $name ] : $else;
}

/**
 * The answer in the form that WordPress's list of updates takes.
 *
 * @param array<string, mixed> $told The answer.
 * @return array<string, mixed>
 */
function counterfoil_update_as_array( array $told ): array {
	return array(
		'id'           => counterfoil_text_of( $told, 'url', 'counterfoil-for-woocommerce' ),
		'slug'         => 'counterfoil-for-woocommerce',
		'version'      => $told['version'],
		'url'          => counterfoil_text_of( $told, 'homepage', counterfoil_text_of( $told, 'url' ) ),
		'package'      => $told['package'],
		'tested'       => counterfoil_tested_up_to( counterfoil_text_of( $told, 'tested' ) ),
		'requires'     => counterfoil_text_of( $told, 'requires' ),
		'requires_php' => counterfoil_text_of( $told, 'requires_php' ),
	);
}

/**
 * The answer in the form that WordPress's window of details takes.
 *
 * @param array<string, mixed> $told The answer.
 */
function counterfoil_update_as_details( array $told ): object {
	$sections = isset( $told['sections'] ) && is_array( $told['sections'] ) ? array_filter( $told['sections'], 'is_string' ) : array();
	return (object) array(
		'name'          => counterfoil_text_of( $told, 'name', 'Counterfoil for WooCommerce' ),
		'slug'          => 'counterfoil-for-woocommerce',
		'version'       => $told['version'],
		'author'        => esc_html( counterfoil_text_of( $told, 'author', 'Counterfoil' ) ),
		'homepage'      => counterfoil_text_of( $told, 'homepage' ),
		'requires'      => counterfoil_text_of( $told, 'requires' ),
		'tested'        => counterfoil_tested_up_to( counterfoil_text_of( $told, 'tested' ) ),
		'requires_php'  => counterfoil_text_of( $told, 'requires_php' ),
		'last_updated'  => counterfoil_text_of( $told, 'last_updated' ),
		'sections'      => array_map( 'wp_kses_post', $sections ),
		'download_link' => $told['package'],
	);
}

/**
 * The hook by which WordPress asks: it names the host of the header's Update URI, which is our server's.
 */
function counterfoil_update_hook(): string {
	return 'update_plugins_' . counterfoil_host_and_port( counterfoil_own_server() )['host'];
}
