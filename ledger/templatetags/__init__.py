"""How templates write the ledger's figures, dates and words."""
