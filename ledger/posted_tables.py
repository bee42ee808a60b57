"""The tables whose rows only grow: the application's role may SELECT and INSERT, no more."""

POSTED_TABLES = ("ledger_voucher", "ledger_voucherline", "ledger_vouchertax", "ledger_entry")

MOVEMENT_TABLES = ("ledger_stockmovement",)
"""What people enter of the stock: these grow alike, and `ledger.stock` alone adds to them."""

LOG_TABLES = ("ledger_edit",)
"""Written by triggers with their owner's rights: the application's role may SELECT, no more."""
