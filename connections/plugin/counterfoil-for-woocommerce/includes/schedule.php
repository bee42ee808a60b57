<?php
/**
 * When a delivery that failed is tried again.
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

/**
 * Seconds until the next attempt after so many failed ones; null once it is given up.
 *
 * A minute, two, five, fifteen, an hour, three, six, twelve; then daily for fourteen days.
 */
function counterfoil_retry_delay( int $failed_attempts ): ?int {
	$delays = array( 60, 120, 300, 900, 3600, 10800, 21600, 43200 );
	$daily  = $failed_attempts - count( $delays );
	if ( $daily > 14 ) {
		return null;
	}
	return $daily > 0 ? 86400 : $delays[ max( 1, $failed_attempts ) - 1 ];
}

/**
 * Whether a failure says that the server is away, so that the next deliveries need not try it at once.
 *
 * @param int $code The HTTP status; 0 where there was no answer.
 */
function counterfoil_is_server_away( int $code ): bool {
	return 0 === $code || 429 === $code || $code >= 500;
}

/**
 * The breaker after one more delivery: how many failed in a row, and until when none is tried.
 *
 * After three in a row it stays open for a minute: a server that hangs would otherwise hold up the
 * store's only queue for fifteen seconds an order.
 *
 * @param array{failures: int, until: int} $breaker As it was.
 * @param bool                             $is_away Whether this delivery found the server away.
 * @param int                              $now     Unix time.
 * @return array{failures: int, until: int}
 */
function counterfoil_next_breaker( array $breaker, bool $is_away, int $now ): array {
	$failures = $is_away ? $breaker['failures'] + 1 : 0;
	return array(
		'failures' => $failures,
		'until'    => $failures >= 3 ? $now + 60 : 0,
	);
}
