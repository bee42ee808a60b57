<?php
/**
 * Which changes of orders are sent: WooCommerce's own events, and those that it keeps silent about.
 *
 * | what happens                         | with order tables (HPOS)               | with posts (legacy)   |
 * |--------------------------------------|----------------------------------------|-----------------------|
 * | a refund is deleted                  | woocommerce_pre_delete_order_refund    | + before_delete_post  |
 * | an order is deleted for good         | woocommerce_before_delete_order        | + before_delete_post  |
 * | an order leaves the trash by REST    | woocommerce_order_status_changed       | WooCommerce itself    |
 *
 * Our own two actions stand beside WooCommerce's hooks on our webhooks, so that all of it takes the
 * same way: WooCommerce's queue, one webhook, one signature.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

use Automattic\WooCommerce\Utilities\OrderUtil;

defined( 'ABSPATH' ) || exit;

/**
 * Put our actions beside WooCommerce's hooks, for our webhooks alone.
 *
 * @param array<string, string[]> $hooks   By topic.
 * @param WC_Webhook              $webhook The webhook that asks.
 * @return array<string, string[]>
 */
function counterfoil_add_topic_hooks( $hooks, $webhook ) {
	if ( '' !== counterfoil_topic_of( (int) $webhook->get_id() ) ) {
		$hooks['order.updated'][] = 'counterfoil_order_changed';
		$hooks['order.deleted'][] = 'counterfoil_order_gone';
	}
	return $hooks;
}

/**
 * Whether an event is sent by one of our webhooks: of orders alone, and of none that is only begun.
 *
 * @param bool       $should  What WooCommerce thinks.
 * @param WC_Webhook $webhook The webhook.
 * @param mixed      $arg     The order's id.
 * @return bool
 */
function counterfoil_should_deliver( $should, $webhook, $arg ) {
	if ( '' === counterfoil_topic_of( (int) $webhook->get_id() ) ) {
		return $should;
	}
	if ( ! counterfoil_may_send() ) {
		return false;
	}
	if ( doing_action( 'counterfoil_order_gone' ) || doing_action( 'counterfoil_order_changed' ) ) {
		return 'active' === $webhook->get_status();
	}
	$order = $should ? wc_get_order( absint( $arg ) ) : false;
	return $order instanceof WC_Order && 'shop_order' === $order->get_type() && ! counterfoil_is_unfinished( $order->get_status() );
}

/**
 * Whether a status is of an order that is not one yet, such as a checkout page that somebody has open.
 */
function counterfoil_is_unfinished( string $status ): bool {
	return in_array( $status, array( 'checkout-draft', 'auto-draft', 'draft', 'new' ), true );
}

/**
 * A refund is about to be deleted; the order is sent once it is.
 *
 * @param mixed $check  What other plugins answered; passed on.
 * @param mixed $refund The refund.
 * @return mixed
 */
function counterfoil_refund_is_deleted( $check, $refund ) {
	if ( null === $check && $refund instanceof WC_Order_Refund ) {
		counterfoil_order_changed( $refund->get_parent_id() );
	}
	return $check;
}

/**
 * An order is about to be deleted for good. WooCommerce clears away half-finished checkouts this way too.
 *
 * @param int   $order_id Its id.
 * @param mixed $order    The order.
 */
function counterfoil_order_is_deleted( $order_id, $order = null ): void {
	if ( ! $order instanceof WC_Order || ( 'shop_order' === $order->get_type() && ! counterfoil_is_unfinished( $order->get_status() ) ) ) {
		counterfoil_order_gone( (int) $order_id );
	}
}

/**
 * A post is about to be deleted for good: with legacy storage it may be an order or a refund.
 *
 * With order tables WooCommerce deletes placeholder posts through here as well, and they mean nothing.
 *
 * @param int     $post_id Its id.
 * @param WP_Post $post    The post.
 */
function counterfoil_post_is_deleted( $post_id, $post ): void {
	if ( OrderUtil::custom_orders_table_usage_is_enabled() ) {
		return;
	}
	if ( 'shop_order' === $post->post_type ) {
		if ( ! counterfoil_is_unfinished( (string) preg_replace( '/^wc-/', '', $post->post_status ) ) ) {
			counterfoil_order_gone( (int) $post_id );
		}
	} elseif ( 'shop_order_refund' === $post->post_type ) {
		counterfoil_order_changed( (int) $post->post_parent );
	}
}

/**
 * An order changed its status: WooCommerce sends nothing when a PUT by REST takes one out of the trash.
 *
 * @param int    $order_id Its id.
 * @param string $from     The old status.
 */
function counterfoil_status_changed( $order_id, $from ): void {
	if ( 'trash' === $from ) {
		counterfoil_order_changed( (int) $order_id );
	}
}

/**
 * Let our webhook for order.updated send an order; once in a request.
 */
function counterfoil_order_changed( int $order_id ): void {
	counterfoil_once( 'counterfoil_order_changed', $order_id );
}

/**
 * Let our webhook for order.deleted send an order; once in a request.
 */
function counterfoil_order_gone( int $order_id ): void {
	counterfoil_once( 'counterfoil_order_gone', $order_id );
}

/**
 * Do an action for an order, once in a request.
 */
function counterfoil_once( string $action, int $order_id ): void {
	static $done = array();
	if ( $order_id > 0 && ! isset( $done[ $action ][ $order_id ] ) ) {
		$done[ $action ][ $order_id ] = true;
		do_action( $action, $order_id );
	}
}
