DROP INDEX item_by_name_spelling;
DROP INDEX item_by_lookup_code_spelling;
DROP INDEX item_by_sku_spelling;
DROP FUNCTION ledger_spelling_key(text);
