<?php
/**
 * The four webhooks, as WooCommerce lists them under Settings → Advanced → Webhooks.
 *
 * They belong to no user: should this plugin's code ever be gone while a webhook is alive,
 * WooCommerce sends an error and not a buyer's address.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

const COUNTERFOIL_TOPICS = array( 'order.created', 'order.updated', 'order.deleted', 'order.restored' );

/**
 * Make the webhooks, or bring those that are there to this address and secret; all active.
 *
 * @return array<string, int> Their ids by topic.
 */
function counterfoil_register_webhooks( string $webhook_url, string $secret ): array {
	$known = counterfoil_connection()['webhooks'];
	$ids   = array();
	foreach ( COUNTERFOIL_TOPICS as $topic ) {
		$webhook = counterfoil_webhook( $known[ $topic ] ?? 0 ) ?? new WC_Webhook();
		/* translators: %s: a topic such as order.updated */
		$webhook->set_name( sprintf( __( 'Counterfoil: %s', 'counterfoil-for-woocommerce' ), $topic ) );
		$webhook->set_topic( $topic );
		$webhook->set_delivery_url( $webhook_url );
		$webhook->set_secret( $secret );
		$webhook->set_api_version( 'wp_api_v3' );
		$webhook->set_user_id( 0 );
		$webhook->set_status( 'active' );
		$webhook->set_failure_count( 0 );
		if ( ! $webhook->get_id() ) {
			$webhook->save();
		}
		// Only after the first save is it a change, and without it each delivery is followed by a ping.
		$webhook->set_pending_delivery( false );
		$webhook->save();
		$ids[ $topic ] = $webhook->get_id();
	}
	return $ids;
}

/**
 * A webhook by its id; null where it is gone.
 */
function counterfoil_webhook( int $id ): ?WC_Webhook {
	if ( $id <= 0 ) {
		return null;
	}
	try {
		$webhook = new WC_Webhook( $id );
	} catch ( Exception $gone ) {
		return null;
	}
	return $webhook->get_id() ? $webhook : null;
}

/**
 * Switch the webhooks off; their rows and the credentials stay.
 */
function counterfoil_disable_webhooks(): void {
	foreach ( counterfoil_connection()['webhooks'] as $id ) {
		$webhook = counterfoil_webhook( (int) $id );
		if ( $webhook ) {
			$webhook->set_status( 'disabled' );
			$webhook->save();
		}
	}
}

/**
 * Put right what happened to the webhooks: disabled ones come back, missing ones are made again.
 *
 * Paused is the merchant's will and stays. What was healed is remembered until the server knows.
 *
 * @return string[] The topics that were healed.
 */
function counterfoil_heal_webhooks(): array {
	if ( ! counterfoil_may_send() ) {
		return array();
	}
	$connection = counterfoil_connection();
	$healed     = array();
	foreach ( COUNTERFOIL_TOPICS as $topic ) {
		$webhook = counterfoil_webhook( $connection['webhooks'][ $topic ] ?? 0 );
		if ( ! $webhook || 'disabled' === $webhook->get_status() || ! counterfoil_is_as_registered( $webhook, $topic ) ) {
			$healed[] = $topic;
		} elseif ( $webhook->get_user_id() > 0 ) {
			$webhook->set_user_id( 0 );
			$webhook->save();
		}
	}
	if ( $healed ) {
		$paused = counterfoil_paused_topics();
		counterfoil_change_connection( array( 'webhooks' => counterfoil_register_webhooks( $connection['webhook_url'], counterfoil_secret() ) ) );
		counterfoil_pause_topics( $paused );
		update_option( 'counterfoil_healed', array_values( array_unique( array_merge( (array) get_option( 'counterfoil_healed', array() ), $healed ) ) ), false );
	}
	return $healed;
}

/**
 * Whether a webhook still leads where it was made for, and signs with the connection's secret.
 */
function counterfoil_is_as_registered( WC_Webhook $webhook, string $topic ): bool {
	return $webhook->get_topic() === $topic
		&& $webhook->get_delivery_url() === counterfoil_connection()['webhook_url']
		&& $webhook->get_secret() === counterfoil_secret();
}

/**
 * The topics whose webhooks the merchant has paused.
 *
 * @return string[]
 */
function counterfoil_paused_topics(): array {
	$paused = array();
	foreach ( counterfoil_connection()['webhooks'] as $topic => $id ) {
		$webhook = counterfoil_webhook( (int) $id );
		if ( $webhook && 'paused' === $webhook->get_status() ) {
			$paused[] = $topic;
		}
	}
	return $paused;
}

/**
 * Pause some webhooks again.
 *
 * @param string[] $topics Their topics.
 */
function counterfoil_pause_topics( array $topics ): void {
	foreach ( $topics as $topic ) {
		$webhook = counterfoil_webhook( counterfoil_connection()['webhooks'][ $topic ] ?? 0 );
		if ( $webhook ) {
			$webhook->set_status( 'paused' );
			$webhook->save();
		}
	}
}

/**
 * A webhook of ours was saved: wp-admin's form makes the person who saves it its owner.
 *
 * @param int $id The webhook.
 */
function counterfoil_webhook_was_saved( $id ): void {
	if ( '' === counterfoil_topic_of( (int) $id ) || ! counterfoil_is_paired() ) {
		return;
	}
	$webhook = counterfoil_webhook( (int) $id );
	if ( ! $webhook ) {
		return;
	}
	$was_the_form = $webhook->get_user_id() > 0;
	if ( $was_the_form ) {
		$webhook->set_user_id( 0 );
		$webhook->save(); // Comes here once more, with nothing left to do.
	}
	if ( $was_the_form || 'disabled' === $webhook->get_status() ) {
		// Not here: WooCommerce may be about to save the old status once more. And what happened while
		// somebody had it paused is found now, not only within the hour.
		counterfoil_look_after_soon();
	}
}

/**
 * A webhook of ours was deleted for good: it is made again.
 *
 * @param int $id The webhook.
 */
function counterfoil_webhook_was_deleted( $id ): void {
	if ( '' !== counterfoil_topic_of( (int) $id ) && counterfoil_is_paired() ) {
		counterfoil_look_after_soon();
	}
}

/**
 * After a delivery: WooCommerce counts failures and switches a webhook off at the seventh. Ours starts anew.
 */
function counterfoil_keep_webhook_alive( int $id ): void {
	$webhook = counterfoil_webhook( $id );
	if ( $webhook && ( $webhook->get_failure_count() > 0 || 'disabled' === $webhook->get_status() ) ) {
		$webhook->set_failure_count( 0 );
		$webhook->set_status( 'paused' === $webhook->get_status() ? 'paused' : 'active' );
		$webhook->save();
	}
}
