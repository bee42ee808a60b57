-- Whatever a row refers to belongs to the row's own company.

ALTER TABLE ledger_itemrate ADD CONSTRAINT item_rate_item_of_same_company
    FOREIGN KEY (company_id, item_id) REFERENCES ledger_item (company_id, id);

ALTER TABLE ledger_draft ADD CONSTRAINT draft_party_of_same_company
    FOREIGN KEY (company_id, party_id) REFERENCES ledger_party (company_id, id);

ALTER TABLE ledger_voucher
    ADD CONSTRAINT voucher_party_of_same_company
    FOREIGN KEY (company_id, party_id) REFERENCES ledger_party (company_id, id),
    ADD CONSTRAINT voucher_against_same_company
    FOREIGN KEY (company_id, against_id) REFERENCES ledger_voucher (company_id, id);

ALTER TABLE ledger_voucherline
    ADD CONSTRAINT voucher_line_voucher_of_same_company
    FOREIGN KEY (company_id, voucher_id) REFERENCES ledger_voucher (company_id, id),
    ADD CONSTRAINT voucher_line_item_of_same_company
    FOREIGN KEY (company_id, item_id) REFERENCES ledger_item (company_id, id);

ALTER TABLE ledger_vouchertax ADD CONSTRAINT voucher_tax_voucher_of_same_company
    FOREIGN KEY (company_id, voucher_id) REFERENCES ledger_voucher (company_id, id);

ALTER TABLE ledger_entry
    ADD CONSTRAINT entry_voucher_of_same_company
    FOREIGN KEY (company_id, voucher_id) REFERENCES ledger_voucher (company_id, id),
    ADD CONSTRAINT entry_account_of_same_company
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id);
