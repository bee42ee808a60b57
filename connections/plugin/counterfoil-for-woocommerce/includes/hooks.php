<?php
/**
 * What is hooked where: the table of contents. Nothing is decided here.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

use Automattic\WooCommerce\Utilities\FeaturesUtil;

defined( 'ABSPATH' ) || exit;

// Nothing of ours stands in the way of WooCommerce's order tables and block checkout.
add_action(
	'before_woocommerce_init',
	static function (): void {
		if ( class_exists( FeaturesUtil::class ) ) {
			FeaturesUtil::declare_compatibility( 'custom_order_tables', COUNTERFOIL_FILE, true );
			FeaturesUtil::declare_compatibility( 'cart_checkout_blocks', COUNTERFOIL_FILE, true );
		}
	}
);

add_action(
	'plugins_loaded',
	static function (): void {
		if ( class_exists( 'WooCommerce' ) ) {
			counterfoil_add_hooks();
		} else {
			add_action( 'admin_notices', 'counterfoil_notice_without_woocommerce' );
		}
		counterfoil_add_update_hooks();
	}
);

add_action(
	'init',
	static function (): void {
		// WordPress 6.8 finds the translations by the header; older ones have to be told.
		load_plugin_textdomain( 'counterfoil-for-woocommerce', false, dirname( plugin_basename( COUNTERFOIL_FILE ) ) . '/languages' );
	}
);

register_activation_hook(
	COUNTERFOIL_FILE,
	static function (): void {
		if ( class_exists( 'WooCommerce' ) && counterfoil_is_paired() ) {
			counterfoil_ensure_hourly();
			counterfoil_look_after_soon(); // The webhooks come back, and what changed meanwhile is found.
		}
	}
);

register_deactivation_hook(
	COUNTERFOIL_FILE,
	static function (): void {
		if ( class_exists( 'WooCommerce' ) ) {
			// Without our code WooCommerce would send an error for each event, and find none for our actions.
			counterfoil_disable_webhooks();
			as_unschedule_all_actions( '', array(), COUNTERFOIL_GROUP );
		}
	}
);

/**
 * Updates and calls to our server; they need no WooCommerce.
 */
function counterfoil_add_update_hooks(): void {
	add_filter( 'http_request_host_is_external', 'counterfoil_allow_host', 10, 3 );
	add_filter( 'http_allowed_safe_ports', 'counterfoil_allow_port', 10, 2 );
	if ( '' !== counterfoil_own_server() ) {
		add_filter( counterfoil_update_hook(), 'counterfoil_offer_update', 10, 3 );
		add_filter( 'plugins_api', 'counterfoil_plugin_details', 10, 3 );
	}
}

/**
 * Everything else.
 */
function counterfoil_add_hooks(): void {
	// Events: what is sent at all.
	add_filter( 'woocommerce_webhook_topic_hooks', 'counterfoil_add_topic_hooks', 10, 2 );
	add_filter( 'woocommerce_webhook_should_deliver', 'counterfoil_should_deliver', 10, 3 );
	add_filter( 'woocommerce_pre_delete_order_refund', 'counterfoil_refund_is_deleted', 10, 2 );
	add_action( 'woocommerce_before_delete_order', 'counterfoil_order_is_deleted', 10, 2 );
	add_action( 'before_delete_post', 'counterfoil_post_is_deleted', 10, 2 );
	add_action( 'woocommerce_order_status_changed', 'counterfoil_status_changed', 10, 2 );

	// A delivery, step by step.
	add_filter( 'woocommerce_webhook_payload', 'counterfoil_filter_payload', PHP_INT_MAX, 4 );
	add_filter( 'woocommerce_webhook_http_args', 'counterfoil_filter_request', 10, 3 );
	add_filter( 'pre_http_request', 'counterfoil_guard_request', 10, 2 );
	add_filter( 'woocommerce_max_webhook_delivery_failures', 'counterfoil_failure_limit' );
	add_action( 'woocommerce_webhook_delivery', 'counterfoil_after_delivery', 10, 5 );

	// Sending again, looking after it.
	add_action( 'counterfoil_drain', 'counterfoil_drain' );
	add_action( 'counterfoil_look_after', 'counterfoil_look_after', 10, 0 );
	add_action( 'counterfoil_hourly', 'counterfoil_look_after_hourly', 10, 0 );
	add_action( 'shutdown', 'counterfoil_delivery_died', 0, 0 );
	add_action( 'action_scheduler_failed_execution', 'counterfoil_action_failed' );
	add_action( 'action_scheduler_unexpected_shutdown', 'counterfoil_action_failed' );
	add_action( 'action_scheduler_failed_action', 'counterfoil_action_failed' );
	add_action( 'action_scheduler_ensure_recurring_actions', 'counterfoil_ensure_hourly' );
	add_action( 'woocommerce_webhook_updated', 'counterfoil_webhook_was_saved' );
	add_action( 'woocommerce_webhook_deleted', 'counterfoil_webhook_was_deleted' );

	// Counterfoil asks.
	add_action( 'rest_api_init', 'counterfoil_register_route' );
	add_action( 'woocommerce_api_counterfoil', 'counterfoil_answer_wc_api' );

	// What people see and press.
	add_action( 'admin_init', 'counterfoil_on_admin_page' );
	add_action( 'admin_init', 'counterfoil_add_privacy_text' );
	add_action( 'admin_menu', 'counterfoil_add_page', 60 );
	add_action( 'admin_enqueue_scripts', 'counterfoil_add_style' );
	add_action( 'admin_notices', 'counterfoil_notices' );
	add_filter( 'plugin_action_links_' . plugin_basename( COUNTERFOIL_FILE ), 'counterfoil_add_link' );
	add_action( 'admin_post_counterfoil_pair', 'counterfoil_on_pair' );
	add_action( 'admin_post_counterfoil_unpair', 'counterfoil_on_unpair' );
	add_action( 'admin_post_counterfoil_test', 'counterfoil_on_test' );
	add_action( 'admin_post_counterfoil_send_again', 'counterfoil_on_send_again' );
	add_action( 'admin_post_counterfoil_adopt', 'counterfoil_on_adopt' );
	add_action( 'admin_post_counterfoil_forget', 'counterfoil_on_forget' );
}

/**
 * Whenever somebody is in wp-admin: the table after an update of the plugin, the hourly action.
 */
function counterfoil_on_admin_page(): void {
	if ( wp_doing_ajax() || ! counterfoil_is_paired() ) {
		return;
	}
	counterfoil_make_table();
	counterfoil_ensure_hourly();
}
