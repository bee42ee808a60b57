"""Pages for connecting stores, and what the plugin asks for."""
