<?php
/**
 * The plugin is deleted: remove all that it has made. WooCommerce may be gone already, so by SQL.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/includes/settings.php';

/**
 * Whether a table is there.
 */
function counterfoil_has_table( string $table ): bool {
	global $wpdb;
	return $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $table ) ) ) === $table;
}

/**
 * Remove everything of one site.
 */
function counterfoil_uninstall(): void {
	global $wpdb;
	// phpcs:disable WordPress.DB -- names of tables, once, for good.
	$webhooks = array_map( 'intval', counterfoil_connection()['webhooks'] );
	if ( $webhooks && counterfoil_has_table( $wpdb->prefix . 'wc_webhooks' ) ) {
		$wpdb->query( "DELETE FROM {$wpdb->prefix}wc_webhooks WHERE webhook_id IN (" . implode( ',', $webhooks ) . ')' );
	}
	if ( counterfoil_has_table( $wpdb->prefix . 'actionscheduler_actions' ) ) {
		$wpdb->query( "DELETE FROM {$wpdb->prefix}actionscheduler_actions WHERE hook IN ('counterfoil_drain', 'counterfoil_look_after', 'counterfoil_hourly')" );
	}
	$wpdb->query( "DROP TABLE IF EXISTS {$wpdb->prefix}counterfoil_orders" );
	// phpcs:enable
	foreach ( COUNTERFOIL_OPTIONS as $option ) {
		delete_option( $option );
	}
	delete_transient( 'counterfoil_update' );
}

if ( is_multisite() ) {
	foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $counterfoil_site ) {
		switch_to_blog( (int) $counterfoil_site );
		counterfoil_uninstall();
		restore_current_blog();
	}
} else {
	counterfoil_uninstall();
}
