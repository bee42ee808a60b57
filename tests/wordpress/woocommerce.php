<?php
/**
 * WooCommerce's orders, made of what its REST API v3 says of them.
 *
 * The getters answer as WooCommerce's do: amounts as text without idle zeros ("899", "7.2"), "" for
 * a tax that does not apply, and an error for what an object does not have. Compared with WooCommerce
 * 10.5 order by order: what the plugin made of both was the same.
 */

declare( strict_types=1 );

function wc_get_price_decimals(): int {
	return (int) get_option( 'woocommerce_price_num_decimals', 2 );
}

function wc_prices_include_tax(): bool {
	return 'yes' === get_option( 'woocommerce_prices_include_tax' );
}

/**
 * A number as text with so many decimals; of text only digits, the sign and the last point count.
 */
function wc_format_decimal( $number, $decimals = false, bool $trim_zeros = false ): string {
	if ( null === $number || '' === $number ) {
		return '';
	}
	if ( ! is_float( $number ) ) {
		$parts  = explode( '.', (string) preg_replace( '/[^0-9.-]/', '', (string) $number ) );
		$after  = count( $parts ) > 1 ? '.' . array_pop( $parts ) : '';
		$number = implode( '', $parts ) . $after;
	}
	if ( false === $decimals ) {
		return (string) $number;
	}
	$text = number_format( (float) $number, (int) $decimals, '.', '' );
	return $trim_zeros && false !== strpos( $text, '.' ) ? rtrim( rtrim( $text, '0' ), '.' ) : $text;
}

class WC_DateTime extends DateTime {}

/**
 * What orders and lines have in common: an id, fields, meta.
 */
abstract class WC_Data {
	/** @var array<string, mixed> */
	protected array $data;

	public function __construct( array $data ) {
		$this->data = $data;
	}

	/**
	 * Any field that the REST API tells, by its getter.
	 */
	public function __call( string $name, array $arguments ) {
		$field = substr( $name, 4 );
		if ( 0 !== strpos( $name, 'get_' ) || ! array_key_exists( $field, $this->data ) ) {
			throw new BadMethodCallException( get_class( $this ) . " has no $name()" );
		}
		return $this->raw( $field );
	}

	public function get_id(): int {
		return $this->data['id'];
	}

	/** @return object[] */
	public function get_meta_data(): array {
		return array_map(
			static function ( array $meta ): object {
				return (object) $meta;
			},
			$this->data['meta_data']
		);
	}

	public function get_meta( string $key ) {
		foreach ( $this->data['meta_data'] as $meta ) {
			if ( $meta['key'] === $key ) {
				return $meta['value'];
			}
		}
		return '';
	}

	/**
	 * A field as WooCommerce stores it, where the REST API has put zeros behind an amount.
	 */
	protected function raw( string $field ) {
		$value = $this->data[ $field ];
		return is_string( $value ) && preg_match( '/(total|tax|amount)$/', $field ) ? without_idle_zeros( $value ) : $value;
	}

	protected function time( string $field ): ?WC_DateTime {
		$text = $this->data[ $field . '_gmt' ];
		return null === $text ? null : new WC_DateTime( $text, new DateTimeZone( 'UTC' ) );
	}
}

function without_idle_zeros( string $amount ): string {
	return preg_match( '/^-?[0-9]+\.[0-9]+$/D', $amount ) ? rtrim( rtrim( $amount, '0' ), '.' ) : $amount;
}

abstract class WC_Abstract_Order extends WC_Data {
	private const GROUPS = array(
		'line_item' => array( 'line_items', WC_Order_Item_Product::class ),
		'shipping'  => array( 'shipping_lines', WC_Order_Item_Shipping::class ),
		'fee'       => array( 'fee_lines', WC_Order_Item_Fee::class ),
		'tax'       => array( 'tax_lines', WC_Order_Item_Tax::class ),
		'coupon'    => array( 'coupon_lines', WC_Order_Item_Coupon::class ),
	);

	/** @return array<int, WC_Order_Item> */
	public function get_items( string $type = 'line_item' ): array {
		list( $group, $class ) = self::GROUPS[ $type ];
		$items                 = array();
		foreach ( $this->data[ $group ] as $line ) {
			$items[ $line['id'] ] = new $class( $line );
		}
		return $items;
	}

	public function get_date_created(): ?WC_DateTime {
		return $this->time( 'date_created' );
	}
}

class WC_Order extends WC_Abstract_Order {
	private array $refunds;

	/**
	 * @param array<string, mixed> $order   The REST API's order.
	 * @param array<int, mixed>    $refunds The REST API's refunds of the order.
	 */
	public function __construct( array $order, array $refunds ) {
		parent::__construct( $order );
		$this->refunds = $refunds;
	}

	/**
	 * A field of the order or, as in get_billing_state(), of one of its addresses.
	 */
	public function __call( string $name, array $arguments ) {
		if ( preg_match( '/^get_(billing|shipping)_(\w+)$/D', $name, $found ) && isset( $this->data[ $found[1] ][ $found[2] ] ) ) {
			return $this->data[ $found[1] ][ $found[2] ];
		}
		return parent::__call( $name, $arguments );
	}

	public function get_type(): string {
		return 'shop_order';
	}

	public function get_order_number(): string {
		return $this->data['number'];
	}

	public function get_date_modified(): ?WC_DateTime {
		return $this->time( 'date_modified' );
	}

	public function get_date_paid(): ?WC_DateTime {
		return $this->time( 'date_paid' );
	}

	public function get_date_completed(): ?WC_DateTime {
		return $this->time( 'date_completed' );
	}

	/** @return WC_Order_Refund[] */
	public function get_refunds(): array {
		return array_map(
			static function ( array $refund ): WC_Order_Refund {
				return new WC_Order_Refund( $refund );
			},
			$this->refunds
		);
	}
}

class WC_Order_Refund extends WC_Abstract_Order {
	public function get_type(): string {
		return 'shop_order_refund';
	}
}

class WC_Order_Item extends WC_Data {
	/** One, but for products. */
	public function get_quantity() {
		return 1;
	}

	/** @return array<string, array<int, string>> */
	public function get_taxes(): array {
		$taxes = array( 'total' => array() );
		foreach ( $this->data['taxes'] as $tax ) {
			$taxes['total'][ $tax['id'] ] = without_idle_zeros( $tax['total'] );
		}
		return $taxes;
	}
}

class WC_Order_Item_Product extends WC_Order_Item {
	public function get_quantity() {
		return $this->data['quantity'];
	}

	/** @return WC_Product|false False where the product is deleted. */
	public function get_product() {
		return null === $this->data['sku'] ? false : new WC_Product( $this->data );
	}
}

class WC_Order_Item_Shipping extends WC_Order_Item {
	public function get_name(): string {
		return $this->get_method_title();
	}

	public function get_method_title(): string {
		return $this->data['method_title'] ? $this->data['method_title'] : 'Shipping';
	}
}

class WC_Order_Item_Fee extends WC_Order_Item {}

class WC_Order_Item_Coupon extends WC_Order_Item {}

class WC_Order_Item_Tax extends WC_Order_Item {
	public function get_label(): string {
		return $this->data['label'] ? $this->data['label'] : 'Tax';
	}

	public function get_rate_percent(): ?float {
		return null === $this->data['rate_percent'] ? null : (float) $this->data['rate_percent'];
	}
}

class WC_Product extends WC_Data {}
