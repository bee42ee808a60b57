-- What was booked day by day, by the source that it came from: reports of any length read a few
-- thousand sums here instead of hundreds of thousands of rows (docs/decisions/0030).

-- The source of a voucher is its source key up to the first slash; without a slash it has none.
CREATE FUNCTION ledger_source(source_key text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN strpos(source_key, '/') > 0 THEN split_part(source_key, '/', 1) ELSE '' END $$;

-- The sums by account are made anew, now by source too, and with how many entries they sum up.
DROP TRIGGER entries_are_summed_by_day ON ledger_entry;
DROP TABLE ledger_accountday;

CREATE TABLE ledger_accountday (
    company_id bigint NOT NULL,
    account_id bigint NOT NULL,
    date date NOT NULL,
    source text NOT NULL,
    entries integer NOT NULL,
    debits numeric(18, 2) NOT NULL,
    credits numeric(18, 2) NOT NULL,
    PRIMARY KEY (company_id, account_id, date, source),
    CONSTRAINT account_day_account_of_same_company
        FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
) WITH (fillfactor = 50); -- Today's rows are updated all day: room for that within their page.

CREATE TABLE ledger_voucherday (
    company_id bigint NOT NULL REFERENCES ledger_company,
    date date NOT NULL,
    source text NOT NULL,
    type varchar(11) NOT NULL,
    is_registered boolean NOT NULL, -- the buyer: has a GSTIN
    flag varchar(40) NOT NULL, -- empty: all vouchers; besides, those with each flag once more
    vouchers integer NOT NULL,
    taxable_value numeric(18, 2) NOT NULL,
    cgst numeric(18, 2) NOT NULL,
    sgst numeric(18, 2) NOT NULL,
    igst numeric(18, 2) NOT NULL,
    other_tax numeric(18, 2) NOT NULL,
    round_off numeric(18, 2) NOT NULL,
    total numeric(18, 2) NOT NULL,
    PRIMARY KEY (company_id, date, source, type, is_registered, flag)
) WITH (fillfactor = 50);

CREATE TABLE ledger_supplyday (
    company_id bigint NOT NULL REFERENCES ledger_company,
    date date NOT NULL,
    source text NOT NULL,
    type varchar(11) NOT NULL,
    is_registered boolean NOT NULL,
    kind varchar(8) NOT NULL,
    hsn varchar(8) NOT NULL, -- empty where the line has none
    taxability varchar(10) NOT NULL,
    rate numeric(6, 3) NOT NULL,
    is_taxed boolean NOT NULL, -- not on a note that came too late to reduce tax, whatever its rate
    lines integer NOT NULL,
    quantity numeric(18, 4) NOT NULL,
    taxable_value numeric(18, 2) NOT NULL,
    cgst numeric(18, 2) NOT NULL,
    sgst numeric(18, 2) NOT NULL,
    igst numeric(18, 2) NOT NULL,
    other_tax numeric(18, 2) NOT NULL,
    PRIMARY KEY
        (company_id, date, source, type, is_registered, kind, hsn, taxability, rate, is_taxed)
) WITH (fillfactor = 50);

-- A line's tax by the voucher's column for it; SGST and UTGST share one.
CREATE FUNCTION ledger_line_tax(names text[], taxes numeric[],
    OUT cgst numeric, OUT sgst numeric, OUT igst numeric, OUT other_tax numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum(amount) FILTER (WHERE name = 'CGST'), 0),
        coalesce(sum(amount) FILTER (WHERE name IN ('SGST', 'UTGST')), 0),
        coalesce(sum(amount) FILTER (WHERE name = 'IGST'), 0),
        coalesce(sum(amount) FILTER (WHERE name NOT IN ('CGST', 'SGST', 'UTGST', 'IGST')), 0)
    FROM unnest(names, taxes) AS tax (name, amount)
$$;

-- How many pieces a line is about. A note moves pieces only where its price is the sale's; else it
-- corrects a value, and the quantity on it is that of the whole line.
CREATE FUNCTION ledger_pieces(line ledger_voucherline, sale_id bigint) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN line.quantity IS NULL OR line.quantity = 0 THEN 0
        WHEN sale_id IS NULL THEN line.quantity
        WHEN EXISTS (
            SELECT FROM ledger_voucherline AS sold
            WHERE sold.voucher_id = sale_id AND sold.source_line = line.source_line
                AND sold.rate = line.rate AND sold.quantity <> 0
                AND abs(sold.taxable_value / sold.quantity - line.taxable_value / line.quantity)
                    <= 0.01
        ) THEN line.quantity
        ELSE 0
    END
$$;

-- Everything that is posted already.
INSERT INTO ledger_accountday
    SELECT entry.company_id, entry.account_id, voucher.date, ledger_source(voucher.source_key),
        count(*), sum(entry.debit), sum(entry.credit)
    FROM ledger_entry entry JOIN ledger_voucher voucher ON voucher.id = entry.voucher_id
    GROUP BY 1, 2, 3, 4;

INSERT INTO ledger_voucherday
    SELECT company_id, date, ledger_source(source_key), type, buyer_gstin IS NOT NULL, flag,
        count(*), sum(taxable_value), sum(cgst), sum(sgst), sum(igst), sum(other_tax),
        sum(round_off), sum(total)
    FROM ledger_voucher CROSS JOIN LATERAL unnest(array_prepend('', flags)) AS flag
    GROUP BY 1, 2, 3, 4, 5, 6;

INSERT INTO ledger_supplyday
    SELECT line.company_id, voucher.date, ledger_source(voucher.source_key), voucher.type,
        voucher.buyer_gstin IS NOT NULL, line.kind, coalesce(line.hsn, ''), line.taxability,
        line.rate, line.tax_names <> '{}', count(*), sum(ledger_pieces(line, voucher.against_id)),
        sum(line.taxable_value), sum(tax.cgst), sum(tax.sgst), sum(tax.igst), sum(tax.other_tax)
    FROM ledger_voucherline line JOIN ledger_voucher voucher ON voucher.id = line.voucher_id
        CROSS JOIN LATERAL ledger_line_tax(line.tax_names, line.taxes) AS tax
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

-- From now on each posting adds to the sums, in its own transaction.
CREATE OR REPLACE FUNCTION ledger_sum_entries_by_day() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    INSERT INTO ledger_accountday AS day
        SELECT added.company_id, added.account_id, voucher.date,
            ledger_source(voucher.source_key), count(*), sum(added.debit), sum(added.credit)
        FROM added JOIN ledger_voucher voucher ON voucher.id = added.voucher_id
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (company_id, account_id, date, source) DO UPDATE
        SET entries = day.entries + excluded.entries,
            debits = day.debits + excluded.debits, credits = day.credits + excluded.credits;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_sum_vouchers_by_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_voucherday AS day
        SELECT company_id, date, ledger_source(source_key), type, buyer_gstin IS NOT NULL, flag,
            count(*), sum(taxable_value), sum(cgst), sum(sgst), sum(igst), sum(other_tax),
            sum(round_off), sum(total)
        FROM added CROSS JOIN LATERAL unnest(array_prepend('', flags)) AS flag
        GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (company_id, date, source, type, is_registered, flag) DO UPDATE
        SET vouchers = day.vouchers + excluded.vouchers,
            taxable_value = day.taxable_value + excluded.taxable_value,
            cgst = day.cgst + excluded.cgst, sgst = day.sgst + excluded.sgst,
            igst = day.igst + excluded.igst, other_tax = day.other_tax + excluded.other_tax,
            round_off = day.round_off + excluded.round_off, total = day.total + excluded.total;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_sum_supplies_by_day() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    INSERT INTO ledger_supplyday AS day
        SELECT added.company_id, voucher.date, ledger_source(voucher.source_key), voucher.type,
            voucher.buyer_gstin IS NOT NULL, added.kind, coalesce(added.hsn, ''),
            added.taxability, added.rate, added.tax_names <> '{}', count(*),
            sum(ledger_pieces(added, voucher.against_id)), sum(added.taxable_value), sum(tax.cgst),
            sum(tax.sgst), sum(tax.igst), sum(tax.other_tax)
        FROM added JOIN ledger_voucher voucher ON voucher.id = added.voucher_id
            CROSS JOIN LATERAL ledger_line_tax(added.tax_names, added.taxes) AS tax
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    ON CONFLICT
        (company_id, date, source, type, is_registered, kind, hsn, taxability, rate, is_taxed)
        DO UPDATE SET lines = day.lines + excluded.lines,
            quantity = day.quantity + excluded.quantity,
            taxable_value = day.taxable_value + excluded.taxable_value,
            cgst = day.cgst + excluded.cgst, sgst = day.sgst + excluded.sgst,
            igst = day.igst + excluded.igst, other_tax = day.other_tax + excluded.other_tax;
    RETURN NULL;
END $$;

CREATE TRIGGER entries_are_summed_by_day AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_sum_entries_by_day();
CREATE TRIGGER vouchers_are_summed_by_day AFTER INSERT ON ledger_voucher
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_sum_vouchers_by_day();
CREATE TRIGGER supplies_are_summed_by_day AFTER INSERT ON ledger_voucherline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_sum_supplies_by_day();

CREATE TRIGGER account_days_follow_the_entries
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_accountday
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_other_sums();
CREATE TRIGGER voucher_days_follow_the_vouchers
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_voucherday
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_other_sums();
CREATE TRIGGER supply_days_follow_the_lines
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_supplyday
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_other_sums();

-- Flags are rare, and looked for where they are rarest; a voucher without any is not in here.
CREATE INDEX voucher_by_flag ON ledger_voucher USING gin (flags) WHERE flags <> '{}';
