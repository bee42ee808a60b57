DROP INDEX item_by_sku_spelling, item_by_lookup_code_spelling, item_by_name_spelling;
DROP FUNCTION ledger_spelling_key(text);
ALTER FUNCTION ledger_spelling_of(text) RENAME TO ledger_spelling_key;
CREATE INDEX item_by_sku_spelling
    ON ledger_item (company_id, ledger_spelling_key(sku) text_pattern_ops);
CREATE INDEX item_by_lookup_code_spelling
    ON ledger_item (company_id, ledger_spelling_key(lookup_code) text_pattern_ops)
    WHERE lookup_code <> '';
CREATE INDEX item_by_name_spelling
    ON ledger_item (company_id, ledger_spelling_key(name) text_pattern_ops);
