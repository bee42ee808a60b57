<?php
/**
 * Plugin Name:       Counterfoil for WooCommerce
 * Description:       Sends each order, edit and refund of this store to Counterfoil, which books it: once, with the right tax.
 * Version:           0.1.0
 * Requires at least: 6.5
 * Requires PHP:      7.4
 * Author:            Counterfoil
 * License:           MIT
 * License URI:       https://opensource.org/license/mit
 * Text Domain:       counterfoil-for-woocommerce
 * Domain Path:       /languages
 * Update URI:        false
 * WC requires at least: 8.2
 * WC tested up to:   10.5
 *
 * @package Counterfoil
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

define( 'COUNTERFOIL_FILE', __FILE__ );
define( 'COUNTERFOIL_VERSION', '0.1.0' );

// What is decided from values alone.
require_once __DIR__ . '/includes/gstin.php';
require_once __DIR__ . '/includes/signature.php';
require_once __DIR__ . '/includes/schedule.php';
require_once __DIR__ . '/includes/address.php';
require_once __DIR__ . '/includes/answers.php';
require_once __DIR__ . '/includes/payload.php';

// What this site keeps.
require_once __DIR__ . '/includes/settings.php';
require_once __DIR__ . '/includes/table.php';

// What is done.
require_once __DIR__ . '/includes/clone-guard.php';
require_once __DIR__ . '/includes/server-calls.php';
require_once __DIR__ . '/includes/webhooks.php';
require_once __DIR__ . '/includes/events.php';
require_once __DIR__ . '/includes/reading.php';
require_once __DIR__ . '/includes/delivery.php';
require_once __DIR__ . '/includes/retry.php';
require_once __DIR__ . '/includes/sweep.php';
require_once __DIR__ . '/includes/pairing.php';
require_once __DIR__ . '/includes/pull.php';
require_once __DIR__ . '/includes/updates.php';

// What people see.
require_once __DIR__ . '/includes/notices.php';
require_once __DIR__ . '/includes/page.php';
require_once __DIR__ . '/includes/page-parts.php';
require_once __DIR__ . '/includes/privacy.php';
require_once __DIR__ . '/includes/actions.php';

require_once __DIR__ . '/includes/hooks.php';
