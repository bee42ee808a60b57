-- What spelling a text costs, so that the planner never spells every item of a company for each key
-- instead of taking the index. Before statistics know of a company's items it expects one, and then
-- both look alike; the price of a function counts only where the planner cannot look inside it.

ALTER FUNCTION ledger_spelling_key(text) RENAME TO ledger_spelling_of;

CREATE FUNCTION ledger_spelling_key(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
BEGIN
    RETURN public.ledger_spelling_of(words);
END $$;

DROP INDEX item_by_sku_spelling, item_by_lookup_code_spelling, item_by_name_spelling;
CREATE INDEX item_by_sku_spelling
    ON ledger_item (company_id, ledger_spelling_key(sku) text_pattern_ops);
CREATE INDEX item_by_lookup_code_spelling
    ON ledger_item (company_id, ledger_spelling_key(lookup_code) text_pattern_ops)
    WHERE lookup_code <> '';
CREATE INDEX item_by_name_spelling
    ON ledger_item (company_id, ledger_spelling_key(name) text_pattern_ops);
