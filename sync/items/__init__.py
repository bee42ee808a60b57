"""What a store calls its products, and what the books call them."""
