"""A small honest store for demonstrations: it keeps orders and tells of them as WooCommerce does."""
