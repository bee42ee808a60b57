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
		$actions = "DELETE a, l FROM {$wpdb->prefix}actionscheduler_actions a LEFT JOIN {$wpdb->prefix}actionscheduler_logs l ON l.action_id = a.action_id WHERE";
		foreach ( $webhooks as $id ) {
			$args = $wpdb->esc_like( '{"webhook_id":' . $id . ',' ) . '%';
			$wpdb->query( $wpdb->prepare( "$actions a.hook = 'woocommerce_deliver_webhook_async' AND a.status = 'pending' AND a.args LIKE %s", $args ) );
		}
		$wpdb->query( "$actions a.hook IN ('counterfoil_drain', 'counterfoil_look_after', 'counterfoil_hourly')" );
		$wpdb->query( "DELETE FROM {$wpdb->prefix}actionscheduler_groups WHERE slug = 'counterfoil'" );
	}
	$wpdb->query( "DROP TABLE IF EXISTS {$wpdb->prefix}counterfoil_orders" );
	foreach ( COUNTERFOIL_OPTIONS as $option ) {
		delete_option( $option );
	}
	delete_transient( 'counterfoil_update' );
	$messages = $wpdb->get_col( "SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE '\\_transient\\_counterfoil\\_message\\_%'" );
	foreach ( $messages as $name ) {
		delete_transient( substr( $name, strlen( '_transient_' ) ) );
	}
	// phpcs:enable
	// WooCommerce's own lists of webhooks, which it would not make anew by itself.
	foreach ( array( '', '_status_active', '_status_paused', '_status_disabled' ) as $which ) {
		delete_transient( 'woocommerce_webhook_ids' . $which );
	}
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
