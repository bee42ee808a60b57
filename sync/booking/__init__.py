"""From a delivery in the inbox to vouchers in the books."""
