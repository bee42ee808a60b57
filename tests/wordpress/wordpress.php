<?php
/**
 * As much of WordPress as the plugin's files of values ask for; options stand in memory.
 *
 * Written for PHP 7.4 and up, as the plugin is.
 */

declare( strict_types=1 );

define( 'ABSPATH', __DIR__ . '/' );
define( 'HOUR_IN_SECONDS', 3600 );
define( 'MINUTE_IN_SECONDS', 60 );
define( 'WC_VERSION', '10.5.0' );

/**
 * Stands in for the database: options by name.
 */
final class Options {
	/** @var array<string, mixed> */
	public static array $all = array();
}

function get_option( string $name, $default = false ) {
	return Options::$all[ $name ] ?? $default;
}

function update_option( string $name, $value ): bool {
	Options::$all[ $name ] = $value;
	return true;
}

function delete_option( string $name ): bool {
	unset( Options::$all[ $name ] );
	return true;
}

function __( string $text, string $domain ): string {
	return $text;
}

function esc_html( string $text ): string {
	return htmlspecialchars( $text, ENT_QUOTES, 'UTF-8', false );
}

/** WordPress's own keeps more tags and looks at attributes; that a script goes is enough here. */
function wp_kses_post( string $html ): string {
	return strip_tags( $html, '<a><br><code><em><h4><li><ol><p><strong><ul>' );
}

function wp_json_encode( $value ): string {
	return json_encode( $value, JSON_THROW_ON_ERROR );
}

function untrailingslashit( string $text ): string {
	return rtrim( $text, '/\\' );
}

function wp_timezone_string(): string {
	return (string) get_option( 'timezone_string' );
}
