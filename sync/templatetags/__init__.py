"""How templates write the states of orders, deliveries and connections."""
