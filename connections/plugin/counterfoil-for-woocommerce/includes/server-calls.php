<?php
/**
 * Calls to Counterfoil, other than deliveries.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * Send JSON to the server.
 *
 * @param string                $server  Its address.
 * @param string                $path    Such as /api/plugin/v1/pair.
 * @param array<string, mixed>  $content What to say.
 * @param array<string, string> $headers More headers.
 * @return array{ok: bool, code: int, body: string, why: string} `why` says in a sentence what went wrong.
 */
function counterfoil_call( string $server, string $path, array $content, array $headers = array() ): array {
	return counterfoil_request( 'POST', $server, $path, (string) wp_json_encode( (object) $content ), $headers );
}

/**
 * Send JSON to the server of this connection, signed like a delivery.
 *
 * @param string               $path    Such as /api/plugin/v1/status.
 * @param array<string, mixed> $content What to say.
 * @return array{ok: bool, code: int, body: string, why: string}
 */
function counterfoil_signed_call( string $path, array $content ): array {
	$connection = counterfoil_connection();
	$body       = (string) wp_json_encode( (object) $content );
	$headers    = array(
		'X-Counterfoil-Connection' => $connection['connection_id'],
		'X-WC-Webhook-Signature'   => counterfoil_sign( $body, counterfoil_secret() ),
	);
	return counterfoil_request( 'POST', $connection['server'], $path, $body, $headers );
}

/**
 * One call. Redirects are not followed: what is sent must not end up elsewhere.
 *
 * @param string                $method  GET or POST.
 * @param string                $server  The server's address.
 * @param string                $path    The path.
 * @param string                $body    The body, as it is signed.
 * @param array<string, string> $headers More headers.
 * @return array{ok: bool, code: int, body: string, why: string}
 */
function counterfoil_request( string $method, string $server, string $path, string $body = '', array $headers = array() ): array {
	counterfoil_allowed_server( $server );
	$answer = wp_safe_remote_request(
		$server . $path,
		array(
			'method'              => $method,
			'timeout'             => 15,
			'redirection'         => 0,
			'limit_response_size' => 1048576,
			'headers'             => $headers + array(
				'Content-Type' => 'application/json',
				'Accept'       => 'application/json',
			),
			'body'                => 'GET' === $method ? null : $body,
		)
	);
	if ( is_wp_error( $answer ) ) {
		/* translators: 1: the server's address, 2: a technical message */
		$why = sprintf( __( '%1$s could not be reached: %2$s', 'counterfoil-for-woocommerce' ), $server, $answer->get_error_message() );
		return array(
			'ok'   => false,
			'code' => 0,
			'body' => '',
			'why'  => $why,
		);
	}
	$code = (int) wp_remote_retrieve_response_code( $answer );
	$body = (string) wp_remote_retrieve_body( $answer );
	$why  = counterfoil_why_not( $code, $body, (string) wp_remote_retrieve_header( $answer, 'location' ), $server );
	return array(
		'ok'   => '' === $why,
		'code' => $code,
		'body' => $body,
		'why'  => $why,
	);
}

/**
 * The server that may be called although it is on a private address or another port than WordPress allows.
 *
 * @param string|null $server An address to allow for the rest of this request.
 * @return array{host: string, port: int} By default the connection's own.
 */
function counterfoil_allowed_server( ?string $server = null ): array {
	static $allowed = null;
	if ( null !== $server ) {
		$allowed = $server;
	}
	return counterfoil_host_and_port( $allowed ?? counterfoil_server() );
}

/**
 * Let WordPress call the server's host although it is local; for that host and port alone.
 *
 * @param mixed  $is_external What WordPress or another plugin thinks.
 * @param string $host        The host that is called.
 * @param string $url         The whole address.
 * @return mixed
 */
function counterfoil_allow_host( $is_external, $host, $url ) {
	$server = counterfoil_allowed_server();
	return $is_external || ( strtolower( (string) $host ) === $server['host'] && counterfoil_host_and_port( (string) $url ) === $server );
}

/**
 * Let WordPress call the server's port; for that host alone.
 *
 * @param int[]  $ports Those that are allowed already.
 * @param string $host  The host that is called.
 * @return int[]
 */
function counterfoil_allow_port( $ports, $host ) {
	$server = counterfoil_allowed_server();
	if ( '' !== $server['host'] && strtolower( (string) $host ) === $server['host'] ) {
		$ports[] = $server['port'];
	}
	return $ports;
}

/**
 * Ask the server how it is, and tell how we are. What it tells is remembered.
 *
 * @return array{ok: bool, code: int, body: string, why: string}
 */
function counterfoil_ask_status(): array {
	$healed = (array) get_option( 'counterfoil_healed', array() );
	$answer = counterfoil_signed_call(
		'/api/plugin/v1/status',
		counterfoil_site_facts() + array(
			'waiting'  => counterfoil_count_waiting(),
			'healed'   => array_values( $healed ),
			'paused'   => counterfoil_paused_topics(),
			'moved'    => counterfoil_connection()['moved'],
			'rest_url' => rest_url(),
		)
	);
	$json   = counterfoil_json( $answer['body'] );
	if ( $answer['ok'] && true === ( $json['reachable'] ?? false ) ) {
		delete_option( 'counterfoil_healed' );
		if ( counterfoil_connection()['moved'] ) {
			counterfoil_change_connection( array( 'moved' => false ) );
		}
		counterfoil_remember_told( $json );
		return $answer;
	}
	if ( $answer['ok'] ) {
		$answer['ok']  = false;
		$answer['why'] = counterfoil_why_not( $answer['code'], '', '', counterfoil_server() );
	}
	counterfoil_note_refusal( $answer['code'], $answer['body'] );
	return $answer;
}

/**
 * Remember it where the server says that it does not know or accept this connection any more.
 */
function counterfoil_note_refusal( int $code, string $body ): void {
	$said = counterfoil_json( $body )['error']['code'] ?? '';
	if ( in_array( $said, array( 'unpaired', 'unauthentic', 'unknown_connection' ), true ) && ( 401 === $code || 404 === $code ) ) {
		counterfoil_remember_refusal( $said );
	}
}

/**
 * What the server is told about this site: nothing personal.
 *
 * @return array<string, mixed>
 */
function counterfoil_site_facts(): array {
	return array(
		'site_url'       => (string) get_option( 'home' ),
		'plugin_version' => COUNTERFOIL_VERSION,
		'wp_version'     => get_bloginfo( 'version' ),
		'wc_version'     => defined( 'WC_VERSION' ) ? WC_VERSION : '',
		'php_version'    => PHP_VERSION,
		'sent_at'        => gmdate( 'Y-m-d\TH:i:s\Z' ),
	);
}

/**
 * Where contact details are shared, ask at most a minute before they leave whether they still are.
 */
function counterfoil_renew_sharing(): void {
	$told = counterfoil_told();
	if ( $told['share_contact_details'] && $told['at'] < time() - MINUTE_IN_SECONDS && counterfoil_breaker()['until'] <= time() ) {
		counterfoil_ask_status();
	}
}
