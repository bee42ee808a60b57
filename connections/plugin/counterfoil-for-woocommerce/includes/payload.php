<?php
/**
 * What leaves the store: an order in the words of WooCommerce's REST API v3, reduced to what books need.
 *
 * An order's id, number, dates, status and amounts; the buyer's first and last name, state and
 * country; the lines with their taxes; every refund in full; a business buyer's GSTIN and company.
 * Contact details only where the merchant has switched them on in Counterfoil. Nothing else: what is
 * not named here stays in the store.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * An order, reduced.
 *
 * Amounts are text with the store's decimals, as in the REST API; lines are without tax.
 *
 * @param WC_Order $order         The order, freshly read.
 * @param int      $decimals      The store's decimals.
 * @param string[] $gstin_fields  Order meta keys that may hold the buyer's GSTIN.
 * @param bool     $with_contacts Whether the merchant shares contact details.
 * @return array<string, mixed>
 */
function counterfoil_reduced_order( WC_Order $order, int $decimals, array $gstin_fields, bool $with_contacts ): array {
	$reduced = array(
		'id'                 => $order->get_id(),
		'number'             => (string) $order->get_order_number(),
		'status'             => $order->get_status(),
		'currency'           => $order->get_currency(),
		'prices_include_tax' => $order->get_prices_include_tax(),
		'date_created_gmt'   => counterfoil_utc( $order->get_date_created() ),
		'date_modified_gmt'  => counterfoil_utc( $order->get_date_modified() ),
		'date_paid_gmt'      => counterfoil_utc( $order->get_date_paid() ),
		'date_completed_gmt' => counterfoil_utc( $order->get_date_completed() ),
		'discount_total'     => counterfoil_amount( $order->get_discount_total(), $decimals ),
		'discount_tax'       => counterfoil_amount( $order->get_discount_tax(), $decimals ),
		'shipping_total'     => counterfoil_amount( $order->get_shipping_total(), $decimals ),
		'shipping_tax'       => counterfoil_amount( $order->get_shipping_tax(), $decimals ),
		'cart_tax'           => counterfoil_amount( $order->get_cart_tax(), $decimals ),
		'total'              => counterfoil_amount( $order->get_total(), $decimals ),
		'total_tax'          => counterfoil_amount( $order->get_total_tax(), $decimals ),
		'line_items'         => counterfoil_product_lines( $order, $decimals ),
		'shipping_lines'     => counterfoil_shipping_lines( $order, $decimals ),
		'fee_lines'          => counterfoil_fee_lines( $order, $decimals ),
		'tax_lines'          => counterfoil_tax_lines( $order, $decimals ),
		'refunds'            => counterfoil_refunds( $order, $decimals ),
	);
	return $reduced + counterfoil_buyer( $order, $gstin_fields, $with_contacts );
}

/**
 * The buyer: name, state and country; GSTIN and company of a business; contact details if shared.
 *
 * @param WC_Order $order         The order.
 * @param string[] $gstin_fields  Order meta keys that may hold the GSTIN.
 * @param bool     $with_contacts Whether the merchant shares contact details.
 * @return array<string, mixed>
 */
function counterfoil_buyer( WC_Order $order, array $gstin_fields, bool $with_contacts ): array {
	$billing  = array( 'first_name', 'last_name', 'state', 'country' );
	$shipping = array( 'state', 'country' );
	$buyer    = array();
	if ( $with_contacts ) {
		$address  = array( 'company', 'address_1', 'address_2', 'city', 'postcode' );
		$billing  = array_merge( $billing, $address, array( 'email', 'phone' ) );
		$shipping = array_merge( $shipping, array( 'first_name', 'last_name' ), $address, array( 'phone' ) );
	}
	$gstin = counterfoil_buyer_gstin( $order, $gstin_fields );
	if ( '' !== $gstin ) {
		$buyer['buyer_gstin'] = $gstin;
		$billing[]            = 'company';
	}
	$buyer['billing']  = counterfoil_address( $order, 'billing', array_unique( $billing ) );
	$buyer['shipping'] = counterfoil_address( $order, 'shipping', $shipping );
	return $buyer;
}

/**
 * Some fields of one of the order's addresses.
 *
 * @param WC_Order $order  The order.
 * @param string   $which  'billing' or 'shipping'.
 * @param string[] $fields Their names.
 * @return array<string, string>
 */
function counterfoil_address( WC_Order $order, string $which, array $fields ): array {
	$address = array();
	foreach ( $fields as $field ) {
		$getter = array( $order, "get_{$which}_{$field}" );
		if ( is_callable( $getter ) ) {
			$address[ $field ] = (string) call_user_func( $getter );
		}
	}
	return $address;
}

/**
 * The first GSTIN among the order's meta, if its check digit is right.
 *
 * @param WC_Order $order  The order.
 * @param string[] $fields Meta keys.
 */
function counterfoil_buyer_gstin( WC_Order $order, array $fields ): string {
	foreach ( $order->get_meta_data() as $meta ) {
		if ( in_array( $meta->key, $fields, true ) && is_string( $meta->value ) ) {
			$gstin = counterfoil_normalise_gstin( $meta->value );
			if ( '' !== $gstin ) {
				return $gstin;
			}
		}
	}
	return '';
}

/**
 * The product lines. The SKU is the product's present one, as in the REST API.
 *
 * @return array<int, array<string, mixed>>
 */
function counterfoil_product_lines( WC_Order $order, int $decimals ): array {
	$lines = array();
	foreach ( $order->get_items( 'line_item' ) as $item ) {
		$product = $item->get_product();
		$lines[] = counterfoil_charge( $item, $decimals ) + array(
			'name'         => $item->get_name(),
			'sku'          => $product ? $product->get_sku() : null,
			'product_id'   => $item->get_product_id(),
			'variation_id' => $item->get_variation_id(),
			'quantity'     => $item->get_quantity(),
			'subtotal'     => counterfoil_amount( $item->get_subtotal(), $decimals ),
			'tax_class'    => counterfoil_tax_class( $item->get_tax_class() ),
		);
	}
	return $lines;
}

/**
 * The shipping lines.
 *
 * @return array<int, array<string, mixed>>
 */
function counterfoil_shipping_lines( WC_Order $order, int $decimals ): array {
	$lines = array();
	foreach ( $order->get_items( 'shipping' ) as $item ) {
		$lines[] = counterfoil_charge( $item, $decimals ) + array( 'method_title' => $item->get_name() );
	}
	return $lines;
}

/**
 * The fees; a discount given as a fee is negative.
 *
 * @return array<int, array<string, mixed>>
 */
function counterfoil_fee_lines( WC_Order $order, int $decimals ): array {
	$lines = array();
	foreach ( $order->get_items( 'fee' ) as $item ) {
		$lines[] = counterfoil_charge( $item, $decimals ) + array(
			'name'      => $item->get_name(),
			'tax_class' => counterfoil_tax_class( $item->get_tax_class() ),
		);
	}
	return $lines;
}

/**
 * The taxes of the order, one per rate; lines refer to them by rate_id.
 *
 * @return array<int, array<string, mixed>>
 */
function counterfoil_tax_lines( WC_Order $order, int $decimals ): array {
	$lines = array();
	foreach ( $order->get_items( 'tax' ) as $item ) {
		$lines[] = array(
			'id'                 => $item->get_id(),
			'rate_id'            => $item->get_rate_id(),
			'rate_code'          => $item->get_rate_code(),
			'label'              => $item->get_label(),
			'compound'           => $item->get_compound(),
			'rate_percent'       => $item->get_rate_percent(),
			'tax_total'          => counterfoil_amount( $item->get_tax_total(), $decimals ),
			'shipping_tax_total' => counterfoil_amount( $item->get_shipping_tax_total(), $decimals ),
		);
	}
	return $lines;
}

/**
 * Every refund in full, by id: webhooks of WooCommerce itself tell only its total.
 *
 * @return array<int, array<string, mixed>>
 */
function counterfoil_refunds( WC_Order $order, int $decimals ): array {
	$refunds = array();
	foreach ( $order->get_refunds() as $refund ) {
		$amount    = counterfoil_amount( $refund->get_amount(), $decimals );
		$refunds[] = array(
			'id'               => $refund->get_id(),
			'amount'           => $amount,
			'date_created_gmt' => counterfoil_utc( $refund->get_date_created() ),
			'line_items'       => counterfoil_refunded_lines( $refund, 'line_item', $decimals ),
			'shipping_lines'   => counterfoil_refunded_lines( $refund, 'shipping', $decimals ),
			'fee_lines'        => counterfoil_refunded_lines( $refund, 'fee', $decimals ),
		);
	}
	usort(
		$refunds,
		static function ( array $one, array $other ): int {
			return $one['id'] <=> $other['id'];
		}
	);
	return $refunds;
}

/**
 * What a refund gives back: negative amounts, each with the id of the line that it gives back.
 *
 * @param WC_Order_Refund $refund   The refund.
 * @param string          $type     'line_item', 'shipping' or 'fee'.
 * @param int             $decimals The store's decimals.
 * @return array<int, array<string, mixed>>
 */
function counterfoil_refunded_lines( WC_Order_Refund $refund, string $type, int $decimals ): array {
	$lines = array();
	foreach ( $refund->get_items( $type ) as $item ) {
		$line = counterfoil_charge( $item, $decimals ) + array( 'refunded_item_id' => (int) $item->get_meta( '_refunded_item_id' ) );
		if ( 'line_item' === $type ) {
			$line['quantity'] = $item->get_quantity(); // Of shipping and fees the getter says 1, whatever was given back.
		}
		$lines[] = $line;
	}
	return $lines;
}

/**
 * What all lines have: id, total without tax, tax, and the tax of each rate.
 *
 * @param WC_Order_Item_Product|WC_Order_Item_Shipping|WC_Order_Item_Fee $item     A line.
 * @param int                                                            $decimals The store's decimals.
 * @return array<string, mixed>
 */
function counterfoil_charge( WC_Order_Item $item, int $decimals ): array {
	$taxes = array();
	foreach ( $item->get_taxes()['total'] ?? array() as $rate_id => $total ) {
		$taxes[] = array(
			'id'    => (int) $rate_id,
			'total' => counterfoil_amount( $total, $decimals ),
		);
	}
	return array(
		'id'        => $item->get_id(),
		'total'     => counterfoil_amount( $item->get_total(), $decimals ),
		'total_tax' => counterfoil_amount( $item->get_total_tax(), $decimals ),
		'taxes'     => $taxes,
	);
}

/**
 * A tax class by WooCommerce's own name, 'other' for the store's own: all that the books ask of it.
 */
function counterfoil_tax_class( string $tax_class ): string {
	return in_array( $tax_class, array( '', 'reduced-rate', 'zero-rate' ), true ) ? $tax_class : 'other';
}

/**
 * An amount as the REST API writes it. Empty stays empty: it says that a rate does not apply.
 *
 * @param mixed $value    What a getter returned: text or a number.
 * @param int   $decimals The store's decimals.
 */
function counterfoil_amount( $value, int $decimals ): string {
	return '' === $value || null === $value ? '' : wc_format_decimal( $value, $decimals );
}

/**
 * A time in UTC, without a zone, as the REST API's *_gmt fields have it.
 */
function counterfoil_utc( ?WC_DateTime $time ): ?string {
	return $time ? gmdate( 'Y-m-d\TH:i:s', $time->getTimestamp() ) : null;
}
