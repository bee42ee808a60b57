<?php
/**
 * A delivery: WooCommerce's queue and signature, our body, and a note of how it went.
 *
 * The steps of one delivery, in WooCommerce's WC_Webhook::deliver():
 *
 * 1. it builds a payload → counterfoil_filter_payload() puts the reduced order in its place;
 * 2. it asks for the request's arguments → counterfoil_filter_request() sets a shorter time-out;
 * 3. it sends → counterfoil_guard_request() holds back what must not leave or cannot arrive;
 * 4. it reports → counterfoil_after_delivery() notes it, and when to try again.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * The code of a row whose order could not even be read.
 */
const COUNTERFOIL_NOT_READ = -1;

/**
 * The delivery on its way in this process; null between two.
 *
 * @param array<string, mixed>|null|false $set What it is from now on; false only asks.
 * @return array<string, mixed>|null
 */
function counterfoil_on_its_way( $set = false ): ?array {
	static $delivery = null;
	if ( false !== $set ) {
		$delivery = $set;
	}
	return $delivery;
}

/**
 * Step 1: the reduced order. An error while reading never breaks the queue or the checkout: it holds
 * the delivery back, and the order is tried again.
 *
 * @param mixed $payload     What WooCommerce would send.
 * @param mixed $resource    'order'.
 * @param mixed $resource_id The order's id.
 * @param mixed $webhook_id  The webhook.
 * @return mixed
 */
function counterfoil_filter_payload( $payload, $resource, $resource_id, $webhook_id ) {
	$topic = counterfoil_topic_of( (int) $webhook_id );
	if ( '' === $topic ) {
		counterfoil_on_its_way( null ); // Whatever became of ours, the limit of failures is another's from here on.
		return $payload;
	}
	$delivery = array(
		'order_id'      => (int) $resource_id,
		'topic'         => $topic,
		'held'          => '',
		'is_unfinished' => false,
	);
	counterfoil_on_its_way( $delivery ); // Before it is read: PHP may end in another plugin's hook.
	try {
		counterfoil_renew_sharing();
		$read = counterfoil_read_order( (int) $resource_id );
		counterfoil_on_its_way( $read + $delivery );
		return $read['body'];
	} catch ( Throwable $error ) {
		/* translators: %s: a technical message */
		$delivery['held'] = sprintf( __( 'The order could not be read: %s', 'counterfoil-for-woocommerce' ), $error->getMessage() );
		counterfoil_on_its_way( $delivery );
		return array();
	}
}

/**
 * Step 2: fifteen seconds are enough; WooCommerce would wait sixty, and its whole queue with it.
 *
 * @param array<string, mixed> $args       The request's arguments.
 * @param mixed                $arg        The order's id.
 * @param mixed                $webhook_id The webhook.
 * @return array<string, mixed>
 */
function counterfoil_filter_request( $args, $arg, $webhook_id ) {
	if ( '' !== counterfoil_topic_of( (int) $webhook_id ) ) {
		$args['timeout'] = 15;
	}
	return $args;
}

/**
 * Step 3: hold back what could not be read, what must not leave, and what would only wait.
 *
 * @param mixed                $answer What another plugin answered; false where the request goes out.
 * @param array<string, mixed> $args   The request's arguments.
 * @return mixed
 */
function counterfoil_guard_request( $answer, $args ) {
	$delivery = counterfoil_on_its_way();
	$webhook  = (int) ( $args['headers']['X-WC-Webhook-ID'] ?? 0 );
	if ( null === $delivery || '' === counterfoil_topic_of( $webhook ) ) {
		return $answer;
	}
	if ( '' !== $delivery['held'] ) {
		return new WP_Error( 'counterfoil_held', $delivery['held'] );
	}
	if ( $delivery['is_unfinished'] && null === ( counterfoil_row( $delivery['order_id'] )->sent_at ?? null ) ) {
		return new WP_Error( 'counterfoil_unfinished', __( 'This is a checkout that is only begun, and no order yet.', 'counterfoil-for-woocommerce' ) );
	}
	if ( ! counterfoil_may_send() ) {
		return new WP_Error( 'counterfoil_not_sent', __( 'This site is not paired with Counterfoil, or is a copy of one that is.', 'counterfoil-for-woocommerce' ) );
	}
	if ( counterfoil_breaker()['until'] > time() ) {
		return new WP_Error( 'counterfoil_breaker', __( 'Counterfoil did not answer a moment ago; the order is sent again shortly.', 'counterfoil-for-woocommerce' ) );
	}
	return $answer;
}

/**
 * Ours is never switched off by WooCommerce's count of failures. The filter has no id: the delivery
 * on its way tells whose count it is.
 *
 * @param int $limit WooCommerce's limit.
 * @return int
 */
function counterfoil_failure_limit( $limit ) {
	return counterfoil_on_its_way() ? PHP_INT_MAX : $limit;
}

/**
 * Step 4: note how it went.
 *
 * @param mixed $request    The request's arguments.
 * @param mixed $response   The answer, or a WP_Error.
 * @param mixed $duration   Seconds.
 * @param mixed $arg        The order's id.
 * @param mixed $webhook_id The webhook.
 */
function counterfoil_after_delivery( $request, $response, $duration, $arg, $webhook_id ): void {
	$delivery = counterfoil_on_its_way();
	if ( null === $delivery || '' === counterfoil_topic_of( (int) $webhook_id ) ) {
		return;
	}
	counterfoil_on_its_way( null );
	if ( is_wp_error( $response ) ) {
		counterfoil_delivery_failed( $delivery, 0, '', $response->get_error_message(), (string) $response->get_error_code() );
	} else {
		$code = (int) wp_remote_retrieve_response_code( $response );
		$body = (string) wp_remote_retrieve_body( $response );
		$why  = counterfoil_why_not_delivered( $code, $body );
		if ( '' === $why ) {
			counterfoil_delivery_arrived( $delivery );
		} else {
			counterfoil_delivery_failed( $delivery, $code, $body, $why );
		}
	}
	if ( counterfoil_may_send() ) {
		counterfoil_keep_webhook_alive( (int) $webhook_id );
	}
}

/**
 * Something threw, or PHP ends, while an order is on its way: another plugin's hook, memory, time.
 *
 * It counts as an attempt, so that an order that always ends PHP does so ever more rarely.
 *
 * @param string $why A technical message.
 */
function counterfoil_delivery_died( string $why = '' ): void {
	$delivery = counterfoil_on_its_way();
	if ( null !== $delivery ) {
		counterfoil_on_its_way( null );
		/* translators: %s: a technical message */
		$why = '' === $why ? __( 'PHP ended while the order was being read or sent.', 'counterfoil-for-woocommerce' ) : sprintf( __( 'The order could not be read: %s', 'counterfoil-for-woocommerce' ), $why );
		counterfoil_delivery_failed( $delivery, 0, '', $why, 'counterfoil_held' );
	}
}

/**
 * Counterfoil has accepted it. If it had been away, everything that waits for it goes now.
 *
 * @param array<string, mixed> $delivery The delivery.
 */
function counterfoil_delivery_arrived( array $delivery ): void {
	counterfoil_note_sent( $delivery );
	counterfoil_server_is_back();
}

/**
 * It did not arrive: note why, and when it is tried again.
 *
 * @param array<string, mixed> $delivery The delivery.
 * @param int                  $code     The HTTP status; 0 where there was no answer.
 * @param string               $body     The answer's body.
 * @param string               $why      A sentence.
 * @param string               $held     Why it was not even tried, as a code of ours; '' where it was.
 */
function counterfoil_delivery_failed( array $delivery, int $code, string $body, string $why, string $held = '' ): void {
	if ( 'counterfoil_unfinished' === $held ) {
		counterfoil_forget_row( $delivery['order_id'] );
		return;
	}
	if ( 'counterfoil_not_sent' === $held ) {
		counterfoil_mark_due( array( $delivery['order_id'] ) );
		return;
	}
	$row      = counterfoil_row( $delivery['order_id'] );
	$attempts = $row && '' !== $row->error ? (int) $row->attempts : 0;
	if ( 'counterfoil_breaker' === $held ) {
		$due_at = counterfoil_breaker()['until'] + 1;
	} else {
		++$attempts;
		$delay  = counterfoil_retry_delay( $attempts );
		$due_at = null === $delay ? null : time() + $delay;
		counterfoil_note_refusal( $code, $body );
		if ( 'counterfoil_held' === $held ) {
			$code = COUNTERFOIL_NOT_READ;
		} else {
			counterfoil_count_failure( null === ( counterfoil_json( $body )['error']['code'] ?? null ) || counterfoil_is_server_away( $code ) );
		}
	}
	counterfoil_note_failed( $delivery['order_id'], $delivery['topic'], $code, $why, $due_at, $attempts );
	if ( null !== $due_at ) {
		counterfoil_schedule_drain( $due_at );
	}
}

/**
 * Count a failure for the breaker.
 *
 * @param bool $is_away Whether the server was away; a refusal of this one connection is an answer.
 */
function counterfoil_count_failure( bool $is_away ): void {
	update_option( 'counterfoil_breaker', counterfoil_next_breaker( counterfoil_breaker(), $is_away, time() ), false );
}

/**
 * The server has answered as it should: close the breaker, and send what waits if it had been away.
 */
function counterfoil_server_is_back(): void {
	$was_in_trouble = counterfoil_breaker()['failures'] > 0 || '' !== counterfoil_told()['refusal'];
	if ( $was_in_trouble ) {
		delete_option( 'counterfoil_breaker' );
		counterfoil_remember_refusal( '' );
		counterfoil_free_waiting();
		counterfoil_schedule_next_drain();
	}
}
