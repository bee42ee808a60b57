<?php
/**
 * Notices at the top of wp-admin: only what somebody has to do something about.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * WooCommerce is not there, so nothing of ours is either.
 */
function counterfoil_notice_without_woocommerce(): void {
	if ( current_user_can( 'activate_plugins' ) ) {
		counterfoil_print_notice( 'warning', __( 'Counterfoil for WooCommerce needs WooCommerce. Install and activate WooCommerce, then pair this site.', 'counterfoil-for-woocommerce' ) );
	}
}

/**
 * What concerns the connection; on the plugin's own page it stands in the panel instead.
 */
function counterfoil_notices(): void {
	if ( ! current_user_can( 'manage_woocommerce' ) ) {
		return;
	}
	if ( counterfoil_is_copy() ) {
		counterfoil_print_copy_notice();
		return;
	}
	foreach ( counterfoil_troubles() as $trouble ) {
		counterfoil_print_notice( 'warning', $trouble, counterfoil_page_url() );
	}
}

/**
 * What is wrong with the connection, in sentences.
 *
 * @return string[]
 */
function counterfoil_troubles(): array {
	if ( ! counterfoil_is_paired() ) {
		return array();
	}
	$refusals = array(
		'unpaired'           => __( 'Counterfoil refuses this store’s orders: the connection was unpaired there. Pair it again there, or unpair here and use a new code. Meanwhile the orders wait.', 'counterfoil-for-woocommerce' ),
		'unauthentic'        => __( 'Counterfoil refuses this store’s orders: the secret is no longer the one it knows. Unpair here, make a new code in Counterfoil and pair again. Meanwhile the orders wait.', 'counterfoil-for-woocommerce' ),
		'unknown_connection' => __( 'The connection was deleted in Counterfoil. Make a new one there, unpair here and pair with its code.', 'counterfoil-for-woocommerce' ),
	);
	$found    = array();
	if ( isset( $refusals[ counterfoil_told()['refusal'] ] ) ) {
		$found[] = $refusals[ counterfoil_told()['refusal'] ];
	}
	$paused = counterfoil_paused_topics();
	if ( $paused ) {
		/* translators: %s: topics such as order.created, order.updated */
		$found[] = sprintf( __( 'These Counterfoil webhooks are paused, so their orders are not booked: %s. Set them to Active under WooCommerce → Settings → Advanced → Webhooks.', 'counterfoil-for-woocommerce' ), implode( ', ', $paused ) );
	}
	return $found;
}

/**
 * This site looks like a copy of the one that was paired: ask which it is.
 */
function counterfoil_print_copy_notice(): void {
	echo '<div class="notice notice-warning"><p><strong>' . esc_html__( 'Counterfoil is paused.', 'counterfoil-for-woocommerce' ) . '</strong> ';
	/* translators: %s: the connection's name */
	echo esc_html( sprintf( __( 'This site has another address than the one that was paired as “%s”. So that the orders of a copy are not booked, nothing is sent until you say which it is.', 'counterfoil-for-woocommerce' ), counterfoil_connection()['connection_name'] ) );
	echo '</p><p class="counterfoil-buttons">';
	counterfoil_print_button( 'adopt', __( 'It is the same store at a new address', 'counterfoil-for-woocommerce' ) );
	counterfoil_print_button( 'forget', __( 'It is a copy: do not send from here', 'counterfoil-for-woocommerce' ) );
	echo '</p></div>';
}

/**
 * A notice in WordPress's own style.
 *
 * @param string $type    'success', 'warning' or 'error'.
 * @param string $message A sentence.
 * @param string $url     Where to do something about it; '' for nowhere.
 */
function counterfoil_print_notice( string $type, string $message, string $url = '' ): void {
	echo '<div class="notice notice-' . esc_attr( $type ) . '"><p>' . esc_html( $message );
	if ( '' !== $url && ! counterfoil_is_own_page() ) {
		echo ' <a href="' . esc_url( $url ) . '">' . esc_html__( 'Open Counterfoil', 'counterfoil-for-woocommerce' ) . '</a>';
	}
	echo '</p></div>';
}
