<?php
/**
 * The page WooCommerce → Counterfoil.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * Put the page into WooCommerce's menu.
 */
function counterfoil_add_page(): void {
	add_submenu_page( 'woocommerce', 'Counterfoil', 'Counterfoil', 'manage_woocommerce', 'counterfoil', 'counterfoil_print_page' );
}

/**
 * The page's address.
 */
function counterfoil_page_url(): string {
	return admin_url( 'admin.php?page=counterfoil' );
}

/**
 * Whether the page is the one that is shown.
 */
function counterfoil_is_own_page(): bool {
	return isset( $_GET['page'] ) && 'counterfoil' === $_GET['page']; // phpcs:ignore WordPress.Security.NonceVerification -- only asks where we are.
}

/**
 * The page's style, on no other page but where the question about a copy stands.
 */
function counterfoil_add_style(): void {
	if ( counterfoil_is_own_page() || counterfoil_is_copy() ) {
		wp_enqueue_style( 'counterfoil', plugins_url( 'assets/admin.css', COUNTERFOIL_FILE ), array(), COUNTERFOIL_VERSION );
	}
}

/**
 * A link to the page in the list of plugins.
 *
 * @param string[] $links The links so far.
 * @return string[]
 */
function counterfoil_add_link( $links ) {
	$own = '<a href="' . esc_url( counterfoil_page_url() ) . '">' . esc_html__( 'Settings', 'counterfoil-for-woocommerce' ) . '</a>';
	return array_merge( array( $own ), (array) $links );
}

/**
 * The page: paired or not, what is going on, and what leaves the store.
 */
function counterfoil_print_page(): void {
	echo '<div class="wrap counterfoil"><h1>Counterfoil</h1>';
	counterfoil_print_message();
	if ( counterfoil_is_copy() ) {
		// The notice at the top asks which it is; until then there is nothing to press here.
		echo '<p>' . esc_html__( 'Answer the question above first.', 'counterfoil-for-woocommerce' ) . '</p>';
	} elseif ( counterfoil_is_paired() ) {
		counterfoil_print_panel();
		counterfoil_print_activity();
	} else {
		counterfoil_print_pair_form();
	}
	counterfoil_print_what_leaves();
	echo '</div>';
}

/**
 * What came of the button that was pressed last.
 */
function counterfoil_print_message(): void {
	$message = get_transient( counterfoil_message_key() );
	if ( is_array( $message ) ) {
		delete_transient( counterfoil_message_key() );
		counterfoil_print_notice( $message['type'], $message['text'] );
	}
}

/**
 * Where the message for the present user is kept until the next page.
 */
function counterfoil_message_key(): string {
	return 'counterfoil_message_' . get_current_user_id();
}

/**
 * A button that posts one of our actions.
 *
 * @param string                $action  Such as 'test'.
 * @param string                $label   What stands on it.
 * @param array<string, string> $fields  Hidden fields.
 * @param string                $classes Of the button.
 */
function counterfoil_print_button( string $action, string $label, array $fields = array(), string $classes = 'button' ): void {
	echo '<form method="post" action="' . esc_url( admin_url( 'admin-post.php' ) ) . '">';
	echo '<input type="hidden" name="action" value="' . esc_attr( 'counterfoil_' . $action ) . '">';
	wp_nonce_field( 'counterfoil_' . $action );
	foreach ( $fields as $name => $value ) {
		echo '<input type="hidden" name="' . esc_attr( $name ) . '" value="' . esc_attr( $value ) . '">';
	}
	echo '<button type="submit" class="' . esc_attr( $classes ) . '">' . esc_html( $label ) . '</button></form>';
}
