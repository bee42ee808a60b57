"""Pages of the ledger that know nothing of stores."""
