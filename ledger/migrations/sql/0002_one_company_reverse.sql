ALTER TABLE ledger_entry
    DROP CONSTRAINT entry_account_of_same_company,
    DROP CONSTRAINT entry_voucher_of_same_company;
ALTER TABLE ledger_vouchertax DROP CONSTRAINT voucher_tax_voucher_of_same_company;
ALTER TABLE ledger_voucherline
    DROP CONSTRAINT voucher_line_item_of_same_company,
    DROP CONSTRAINT voucher_line_voucher_of_same_company;
ALTER TABLE ledger_voucher
    DROP CONSTRAINT voucher_against_same_company,
    DROP CONSTRAINT voucher_party_of_same_company;
ALTER TABLE ledger_draft DROP CONSTRAINT draft_party_of_same_company;
ALTER TABLE ledger_itemrate DROP CONSTRAINT item_rate_item_of_same_company;
