<?php
/**
 * What the buttons do. Each asks first who pressed it and whether from our page.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * Pair this site.
 */
function counterfoil_on_pair(): void {
	counterfoil_check_press( 'pair' );
	$server = counterfoil_own_server();
	if ( '' === $server ) {
		$server = counterfoil_server_address( counterfoil_posted( 'server' ) );
	}
	$why = counterfoil_pair( counterfoil_posted( 'code' ), $server );
	if ( '' !== $why && counterfoil_is_paired() ) {
		counterfoil_go_back( 'success', $why ); // Two clicks: the other one has paired it.
	}
	if ( '' !== $why ) {
		counterfoil_go_back( 'error', $why );
	}
	/* translators: %s: the connection's name */
	counterfoil_go_back( 'success', sprintf( __( 'Paired with “%s”. Orders that are placed or changed from now on are booked.', 'counterfoil-for-woocommerce' ), counterfoil_connection()['connection_name'] ) );
}

/**
 * Unpair this site.
 */
function counterfoil_on_unpair(): void {
	counterfoil_check_press( 'unpair' );
	$why = counterfoil_unpair();
	if ( '' !== $why ) {
		/* translators: %s: what went wrong */
		counterfoil_go_back( 'warning', sprintf( __( 'This site is unpaired and sends nothing more, but Counterfoil could not be told: %s', 'counterfoil-for-woocommerce' ), $why ) );
	}
	counterfoil_go_back( 'success', __( 'This site is unpaired: nothing is sent any more. The credentials are kept, and so is everything that is booked.', 'counterfoil-for-woocommerce' ) );
}

/**
 * Test the connection.
 */
function counterfoil_on_test(): void {
	counterfoil_check_press( 'test' );
	$answer = counterfoil_ask_status();
	if ( ! $answer['ok'] ) {
		counterfoil_go_back( 'error', $answer['why'] );
	}
	counterfoil_server_is_back();
	$told = counterfoil_told();
	$text = __( 'Counterfoil is reachable.', 'counterfoil-for-woocommerce' ) . ' ' . sprintf(
		/* translators: %s: a number of orders */
		_n( 'It has booked %s order of this store.', 'It has booked %s orders of this store.', $told['orders_booked'], 'counterfoil-for-woocommerce' ),
		number_format_i18n( $told['orders_booked'] )
	);
	if ( abs( $told['clock_off_by'] ) > COUNTERFOIL_TOLERANCE ) {
		counterfoil_go_back( 'warning', $text . ' ' . counterfoil_clock_words( $told['clock_off_by'] ) );
	}
	counterfoil_go_back( 'success', $text );
}

/**
 * Send an order once more, now.
 */
function counterfoil_on_send_again(): void {
	counterfoil_check_press( 'send_again' );
	$order_id = absint( counterfoil_posted( 'order' ) );
	if ( ! $order_id || ! counterfoil_row( $order_id ) ) {
		counterfoil_go_back( 'error', __( 'There is no such order.', 'counterfoil-for-woocommerce' ) );
	}
	delete_option( 'counterfoil_breaker' ); // Somebody wants to know now.
	counterfoil_mark_due( array( $order_id ) );
	if ( ! counterfoil_may_send() || ! counterfoil_send( $order_id ) ) {
		counterfoil_go_back( 'warning', __( 'The webhooks are paused: nothing was sent.', 'counterfoil-for-woocommerce' ) );
	}
	$row = counterfoil_row( $order_id );
	if ( $row && '' !== $row->error ) {
		counterfoil_go_back( 'error', $row->error );
	}
	/* translators: %s: an order's id */
	counterfoil_go_back( 'success', sprintf( __( 'Counterfoil has accepted order #%s.', 'counterfoil-for-woocommerce' ), (string) $order_id ) );
}

/**
 * The store has moved to this address.
 */
function counterfoil_on_adopt(): void {
	counterfoil_check_press( 'adopt' );
	counterfoil_adopt_address();
	counterfoil_go_back( 'success', __( 'This address is the store’s from now on; it goes on where it stopped.', 'counterfoil-for-woocommerce' ) );
}

/**
 * This site is a copy.
 */
function counterfoil_on_forget(): void {
	counterfoil_check_press( 'forget' );
	counterfoil_forget_copy();
	counterfoil_go_back( 'success', __( 'This copy sends nothing. The store that it was copied from goes on as before.', 'counterfoil-for-woocommerce' ) );
}

/**
 * Go on only if somebody who may has pressed our own button.
 */
function counterfoil_check_press( string $action ): void {
	if ( ! current_user_can( 'manage_woocommerce' ) ) {
		wp_die( esc_html__( 'You may not do this.', 'counterfoil-for-woocommerce' ), '', array( 'response' => 403 ) );
	}
	check_admin_referer( 'counterfoil_' . $action );
}

/**
 * A field of the form that was posted.
 */
function counterfoil_posted( string $name ): string {
	// phpcs:ignore WordPress.Security.NonceVerification -- counterfoil_check_press() comes first.
	return isset( $_POST[ $name ] ) && is_string( $_POST[ $name ] ) ? sanitize_text_field( wp_unslash( $_POST[ $name ] ) ) : '';
}

/**
 * Back to the page, with a message; ends the request.
 *
 * @param string $type 'success', 'warning' or 'error'.
 * @param string $text A sentence.
 * @return never
 */
function counterfoil_go_back( string $type, string $text ): void {
	$message = array(
		'type' => $type,
		'text' => $text,
	);
	set_transient( counterfoil_message_key(), $message, 5 * MINUTE_IN_SECONDS );
	// Not wp_safe_redirect(): it refuses wp-admin itself where the shop has another host than wp-admin.
	wp_redirect( counterfoil_page_url() ); // phpcs:ignore WordPress.Security.SafeRedirect -- our own page.
	exit;
}
