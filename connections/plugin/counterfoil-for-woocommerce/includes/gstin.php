<?php
/**
 * GSTIN: the number of a registered business, checked by shape, state and check digit.
 *
 * The same rules as the server's (GSTN's published shapes and check digit), so that a number that
 * is none, which may be anything a buyer typed, does not leave the store.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * Order meta keys under which the usual checkout plugins keep a buyer's GSTIN.
 *
 * @return string[]
 */
function counterfoil_usual_gstin_fields(): array {
	return array(
		'_billing_gstin', 'billing_gstin', '_billing_gst', 'billing_gst', '_billing_gst_number',
		'billing_gst_number', '_billing_gst_no', 'billing_gst_no', '_billing_gst_in', '_gstin', 'gstin',
		'gstin_number', '_gstin_number', 'gst_number', '_gst_number', 'gst_no', '_gst_no', 'gst',
		'customer_gstin', '_customer_gstin', 'buyer_gstin', '_buyer_gstin', 'company_gstin',
		'billing_vat_number', '_billing_vat_number', 'billing_vat', '_billing_vat', '_vat_number',
		'vat_number', '_billing_tax_id', 'billing_tax_id',
	);
}

/**
 * The GSTIN in capitals without spaces, or '' where the text cannot be one.
 */
function counterfoil_normalise_gstin( string $text ): string {
	$candidate = strtoupper( (string) preg_replace( '/\s+/u', '', $text ) );
	$shapes    = '/^(?:'
		. '[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][Z1-9ABD-J][0-9A-Z]'
		. '|[0-9]{2}[A-Z]{4}[0-9]{5}[A-Z][0-9]Z[0-9]'
		. '|[0-9]{4}[A-Z]{3}[0-9]{5}[UO]N[A-Z0-9]'
		. '|[0-9]{4}[A-Z]{3}[0-9]{5}NR[0-9A-Z]'
		. '|[0-9]{2}[A-Z]{4}[A-Z0-9][0-9]{4}[A-Z][1-9A-Z]D[0-9A-Z]'
		. '|[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]C[0-9A-Z]'
		. ')$/D';
	if ( ! preg_match( $shapes, $candidate ) || ! counterfoil_is_gst_state( substr( $candidate, 0, 2 ) ) ) {
		return '';
	}
	return counterfoil_gstin_check_digit( substr( $candidate, 0, 14 ) ) === $candidate[14] ? $candidate : '';
}

/**
 * Whether two digits are the GST code of a living state: 25 and 28 are no more, 39 and up never were.
 */
function counterfoil_is_gst_state( string $code ): bool {
	$number = (int) $code;
	return $number >= 1 && $number <= 38 && 25 !== $number && 28 !== $number;
}

/**
 * The fifteenth character: weights 1 and 2 in turn, base 36.
 */
function counterfoil_gstin_check_digit( string $first_fourteen ): string {
	$digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
	$total  = 0;
	foreach ( str_split( $first_fourteen ) as $position => $character ) {
		$product = (int) strpos( $digits, $character ) * ( 1 + $position % 2 );
		$total  += intdiv( $product, 36 ) + $product % 36;
	}
	return $digits[ ( 36 - $total % 36 ) % 36 ];
}
