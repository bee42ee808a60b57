<?php
/**
 * The parts of the page WooCommerce → Counterfoil.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * The form for the pairing code.
 */
function counterfoil_print_pair_form(): void {
	$connection = counterfoil_connection();
	echo '<div class="counterfoil-card"><h2>' . esc_html__( 'Pair this site with Counterfoil', 'counterfoil-for-woocommerce' ) . '</h2>';
	if ( 'unpaired' === $connection['status'] ) {
		/* translators: %s: the connection's name */
		echo '<p>' . esc_html( sprintf( __( 'This site is unpaired. Nothing is sent. Pair it with a new code of “%s”, and it goes on where it stopped.', 'counterfoil-for-woocommerce' ), $connection['connection_name'] ) ) . '</p>';
	}
	echo '<p>' . esc_html__( 'In Counterfoil open E-Commerce, choose the store’s connection and press “Generate pairing code”. The code is good for ten minutes and for one site.', 'counterfoil-for-woocommerce' ) . '</p>';
	echo '<form method="post" action="' . esc_url( admin_url( 'admin-post.php' ) ) . '"><input type="hidden" name="action" value="counterfoil_pair">';
	wp_nonce_field( 'counterfoil_pair' );
	echo '<table class="form-table" role="presentation"><tbody>';
	if ( '' === counterfoil_own_server() ) {
		echo '<tr><th scope="row"><label for="counterfoil-server">' . esc_html__( 'Address of your Counterfoil', 'counterfoil-for-woocommerce' ) . '</label></th>';
		echo '<td><input type="text" inputmode="url" class="regular-text" id="counterfoil-server" name="server" required placeholder="https://books.example.com" value="' . esc_attr( $connection['server'] ) . '"></td></tr>';
	}
	echo '<tr><th scope="row"><label for="counterfoil-code">' . esc_html__( 'Pairing code', 'counterfoil-for-woocommerce' ) . '</label></th>';
	echo '<td><input type="text" class="counterfoil-code" id="counterfoil-code" name="code" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="12">';
	if ( '' !== counterfoil_own_server() ) {
		/* translators: %s: the server's address */
		echo '<p class="description">' . esc_html( sprintf( __( 'of your Counterfoil at %s', 'counterfoil-for-woocommerce' ), counterfoil_own_server() ) ) . '</p>';
	}
	echo '</td></tr></tbody></table>';
	echo '<p><button type="submit" class="button button-primary">' . esc_html__( 'Pair this site', 'counterfoil-for-woocommerce' ) . '</button></p></form></div>';
}

/**
 * The panel of a paired site.
 */
function counterfoil_print_panel(): void {
	$is_well = ! counterfoil_troubles() && counterfoil_breaker()['failures'] < 3;
	echo '<div class="counterfoil-card counterfoil-panel ' . ( $is_well ? 'is-well' : 'has-trouble' ) . '"><div>';
	echo '<h2>' . esc_html__( 'Paired with Counterfoil', 'counterfoil-for-woocommerce' ) . '</h2><dl>';
	foreach ( counterfoil_panel_facts() as $name => $value ) {
		echo '<dt>' . esc_html( $name ) . '</dt><dd>' . esc_html( $value ) . '</dd>';
	}
	echo '</dl></div><div class="counterfoil-buttons">';
	counterfoil_print_button( 'test', __( 'Test connection', 'counterfoil-for-woocommerce' ), array(), 'button button-primary' );
	counterfoil_print_button( 'unpair', __( 'Unpair this site', 'counterfoil-for-woocommerce' ) );
	echo '</div></div>';
}

/**
 * What the panel says, by name.
 *
 * @return array<string, string>
 */
function counterfoil_panel_facts(): array {
	$connection = counterfoil_connection();
	$told       = counterfoil_told();
	$facts      = array(
		__( 'Connection', 'counterfoil-for-woocommerce' )      => $connection['connection_name'],
		__( 'Server', 'counterfoil-for-woocommerce' )          => $connection['server'],
		__( 'Paired since', 'counterfoil-for-woocommerce' )    => counterfoil_local_time( $connection['paired_at'] ),
		__( 'Contact details', 'counterfoil-for-woocommerce' ) => $told['share_contact_details']
			? __( 'shared: switched on in Counterfoil', 'counterfoil-for-woocommerce' )
			: __( 'not shared', 'counterfoil-for-woocommerce' ),
	);
	$waiting    = counterfoil_count_waiting();
	if ( counterfoil_breaker()['failures'] >= 3 ) {
		$facts[ __( 'Answer', 'counterfoil-for-woocommerce' ) ] = __( 'none at the moment; it is tried again every minute', 'counterfoil-for-woocommerce' );
	}
	if ( $waiting ) {
		$facts[ __( 'Waiting', 'counterfoil-for-woocommerce' ) ] = sprintf(
			/* translators: %s: a number of orders */
			_n( '%s order will be sent again', '%s orders will be sent again', $waiting, 'counterfoil-for-woocommerce' ),
			number_format_i18n( $waiting )
		);
	}
	if ( abs( $told['clock_off_by'] ) > COUNTERFOIL_TOLERANCE ) {
		$facts[ __( 'Clock', 'counterfoil-for-woocommerce' ) ] = counterfoil_clock_words( $told['clock_off_by'] );
	}
	return $facts;
}

/**
 * A clock that is off, in words.
 *
 * @param int $seconds By how much this site's clock is ahead of the server's.
 */
function counterfoil_clock_words( int $seconds ): string {
	$span = human_time_diff( 0, abs( $seconds ) );
	return $seconds > 0
		/* translators: %s: a time such as 1 hour */
		? sprintf( __( 'This site’s clock is %s ahead of Counterfoil’s. Ask your host to set it right.', 'counterfoil-for-woocommerce' ), $span )
		/* translators: %s: a time such as 1 hour */
		: sprintf( __( 'This site’s clock is %s behind Counterfoil’s. Ask your host to set it right.', 'counterfoil-for-woocommerce' ), $span );
}

/**
 * The last ten orders that were sent, and how that went.
 */
function counterfoil_print_activity(): void {
	echo '<h2>' . esc_html__( 'Recent activity', 'counterfoil-for-woocommerce' ) . '</h2>';
	$rows = counterfoil_recent( 10 );
	if ( ! $rows ) {
		echo '<p>' . esc_html__( 'Nothing was sent yet. Save an order, and it appears here as soon as WooCommerce’s queue has run: within a minute or so.', 'counterfoil-for-woocommerce' ) . '</p>';
		return;
	}
	$heads = array(
		__( 'When', 'counterfoil-for-woocommerce' ),
		__( 'Order', 'counterfoil-for-woocommerce' ),
		__( 'Answer', 'counterfoil-for-woocommerce' ),
		__( 'Attempts', 'counterfoil-for-woocommerce' ),
		__( 'Next attempt', 'counterfoil-for-woocommerce' ),
		'',
	);
	echo '<table class="widefat striped counterfoil-activity"><thead><tr>';
	foreach ( $heads as $head ) {
		echo '<th scope="col">' . esc_html( $head ) . '</th>';
	}
	echo '</tr></thead><tbody>';
	foreach ( $rows as $row ) {
		counterfoil_print_activity_row( $row );
	}
	echo '</tbody></table>';
}

/**
 * One order that was sent.
 *
 * @param object $row Of our table.
 */
function counterfoil_print_activity_row( object $row ): void {
	$order = wc_get_order( (int) $row->order_id );
	$name  = '#' . ( $order instanceof WC_Order ? $order->get_order_number() : $row->order_id );
	$next  = counterfoil_next_attempt_words( $row );
	echo '<tr><td>' . esc_html( counterfoil_local_time( (int) strtotime( $row->tried_at . ' UTC' ) ) ) . '</td>';
	echo '<td class="counterfoil-order">' . ( $order instanceof WC_Order ? '<a href="' . esc_url( $order->get_edit_order_url() ) . '">' . esc_html( $name ) . '</a>' : esc_html( $name ) ) . ' <span class="description">' . esc_html( $row->topic ) . '</span></td>';
	echo '<td>' . wp_kses_post( counterfoil_answer_mark( $row ) ) . '</td>';
	echo '<td class="counterfoil-attempts">' . esc_html( number_format_i18n( max( 1, (int) $row->attempts ) ) ) . '</td>';
	echo '<td class="counterfoil-next" data-name="' . esc_attr__( 'Next attempt', 'counterfoil-for-woocommerce' ) . '">' . esc_html( $next ) . '</td><td class="counterfoil-again">';
	counterfoil_print_button( 'send_again', __( 'Send again', 'counterfoil-for-woocommerce' ), array( 'order' => (string) $row->order_id ), 'button button-small' );
	echo '</td></tr>';
}

/**
 * The answer to a delivery: its number, and the error beside it and under the pointer.
 *
 * @param object $row Of our table.
 * @return string HTML.
 */
function counterfoil_answer_mark( object $row ): string {
	if ( '' === $row->error ) {
		return '<span class="counterfoil-code-well">' . esc_html( (string) $row->code ) . '</span>';
	}
	$code = (int) $row->code > 0 ? (string) $row->code : '—';
	return '<span class="counterfoil-code-bad" title="' . esc_attr( $row->error ) . '">' . esc_html( $code ) . '</span> <span class="counterfoil-error">' . esc_html( $row->error ) . '</span>';
}

/**
 * When an order is sent again, in words.
 *
 * @param object $row Of our table.
 */
function counterfoil_next_attempt_words( object $row ): string {
	if ( null !== $row->due_at ) {
		$at = (int) strtotime( $row->due_at . ' UTC' );
		return $at <= time() ? __( 'as soon as the queue runs', 'counterfoil-for-woocommerce' ) : counterfoil_local_time( $at );
	}
	return '' === $row->error ? '' : __( 'given up', 'counterfoil-for-woocommerce' );
}

/**
 * A time in the site's zone and format.
 */
function counterfoil_local_time( int $at ): string {
	return $at ? (string) wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), $at ) : '';
}

/**
 * What leaves the store, in plain words.
 */
function counterfoil_print_what_leaves(): void {
	echo '<div class="counterfoil-leaves"><h2>' . esc_html__( 'What leaves this store', 'counterfoil-for-woocommerce' ) . '</h2>';
	foreach ( counterfoil_what_leaves() as $sentence ) {
		echo '<p>' . esc_html( $sentence ) . '</p>';
	}
	echo '</div>';
}

/**
 * The same as sentences; the privacy policy's text uses them too.
 *
 * @return string[]
 */
function counterfoil_what_leaves(): array {
	return array(
		__( 'Of each order: its id, number, dates, status and amounts; the buyer’s first and last name, state and country; the lines with SKU, name, quantity, price and taxes, shipping and fees; and its refunds. Of a business buyer also the GSTIN and the company’s name, without which the input tax credit would be lost.', 'counterfoil-for-woocommerce' ),
		__( 'E-mail, phone and postal addresses only if contact details are switched on in Counterfoil. Payment details, notes, reasons of refunds, coupons, custom fields and visitors’ addresses never leave this store.', 'counterfoil-for-woocommerce' ),
	);
}
