"""Who buys: customers known by e-mail where stores share contact details. The books read none."""
