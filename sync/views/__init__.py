"""Pages that show what came from stores: Home, E-Commerce, day book, vouchers, orders."""
