<?php
/**
 * The address of the Counterfoil that handed this plugin out; empty where it is typed in.
 *
 * @package Counterfoil
 */

defined( 'ABSPATH' ) || exit;

return '';
