<?php
/**
 * Sending again: WooCommerce sends an event once, whatever becomes of it.
 *
 * WooCommerce's own action is not queued once more: its de-duplication swallows new events while an
 * old one waits. Orders that are due stand in our table, and one action of our own sends them through
 * the webhook for order.updated, as they are then.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

const COUNTERFOIL_GROUP = 'counterfoil';

/**
 * Send the orders that are due, for twenty seconds at most: it is the store's queue, not ours.
 */
function counterfoil_drain(): void {
	if ( ! counterfoil_may_send() ) {
		return;
	}
	$ends = time() + 20;
	try {
		while ( time() < $ends && counterfoil_breaker()['until'] <= time() ) {
			$order_id = counterfoil_claim_due();
			if ( null === $order_id || ! counterfoil_send( $order_id ) ) {
				break;
			}
		}
	} finally {
		counterfoil_schedule_next_drain();
	}
}

/**
 * Send an order now, through the webhook.
 *
 * @return bool Whether it was tried: not while the merchant has paused the webhook.
 */
function counterfoil_send( int $order_id ): bool {
	$id      = counterfoil_connection()['webhooks']['order.updated'] ?? 0;
	$webhook = counterfoil_webhook( $id );
	if ( ! $webhook ) {
		counterfoil_heal_webhooks();
		$webhook = counterfoil_webhook( counterfoil_connection()['webhooks']['order.updated'] ?? 0 );
	}
	if ( ! $webhook || 'paused' === $webhook->get_status() ) {
		return false;
	}
	try {
		$webhook->deliver( $order_id );
	} catch ( Throwable $error ) {
		counterfoil_delivery_died( $error->getMessage() );
	}
	return true;
}

/**
 * Queue a drain, unless one is queued for then or earlier.
 *
 * @param int $at Unix time.
 */
function counterfoil_schedule_drain( int $at ): void {
	counterfoil_schedule( 'counterfoil_drain', $at );
}

/**
 * Queue a drain for when the next order is due, and not before the breaker closes.
 */
function counterfoil_schedule_next_drain(): void {
	$next = counterfoil_next_due();
	if ( null !== $next && ! in_array( 'order.updated', counterfoil_paused_topics(), true ) ) {
		counterfoil_schedule_drain( max( $next, counterfoil_breaker()['until'], time() ) );
	}
}

/**
 * Queue one of our actions, unless it is queued for then or earlier.
 *
 * @param string $hook The action.
 * @param int    $at   Unix time.
 */
function counterfoil_schedule( string $hook, int $at ): void {
	// Of the pending ones alone: an action that runs is found too, and may be past its last look.
	$queued = as_get_scheduled_actions(
		array(
			'hook'         => $hook,
			'group'        => COUNTERFOIL_GROUP,
			'status'       => ActionScheduler_Store::STATUS_PENDING,
			'date'         => gmdate( 'Y-m-d H:i:s', max( $at, time() ) ),
			'date_compare' => '<=',
			'per_page'     => 1,
		),
		'ids'
	);
	if ( ! $queued ) {
		as_schedule_single_action( $at, $hook, array(), COUNTERFOIL_GROUP );
	}
}

/**
 * An action has failed, or PHP died in it: WooCommerce forgets the event, we do not.
 *
 * @param int $action_id The action.
 */
function counterfoil_action_failed( $action_id ): void {
	$action = ActionScheduler::store()->fetch_action( (string) $action_id );
	$args   = $action->get_args();
	if ( 'woocommerce_deliver_webhook_async' === $action->get_hook() ) {
		$webhook_id = (int) ( $args['webhook_id'] ?? $args[0] ?? 0 );
		if ( '' === counterfoil_topic_of( $webhook_id ) ) {
			return;
		}
		$order_id = (int) ( $args['arg'] ?? $args[1] ?? 0 );
		counterfoil_delivery_died(); // In this very process, if it was.
		if ( null === ( counterfoil_row( $order_id )->due_at ?? null ) ) {
			counterfoil_mark_due( array( $order_id ) );
		}
	} elseif ( 'counterfoil_drain' !== $action->get_hook() ) {
		return;
	}
	// Not at once: what killed it may still be there.
	counterfoil_schedule_drain( time() + 60 );
}
