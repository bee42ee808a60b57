<?php
/**
 * A text for the store's privacy policy.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * Suggest it under Settings → Privacy.
 */
function counterfoil_add_privacy_text(): void {
	$text = '<p class="privacy-policy-tutorial">' . esc_html__( 'This store sends its orders to Counterfoil, which keeps the books.', 'counterfoil-for-woocommerce' ) . '</p>';
	foreach ( counterfoil_what_leaves() as $sentence ) {
		$text .= '<p>' . esc_html( $sentence ) . '</p>';
	}
	wp_add_privacy_policy_content( 'Counterfoil for WooCommerce', wp_kses_post( $text ) );
}
