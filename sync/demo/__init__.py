"""A small honest store for demonstrations: it keeps orders and tells of them by webhook."""
