-- At commit every new voucher adds up: debits equal credits, and its columns are the sums of its
-- lines and taxes. Rows cannot come later (0002_append_only), so this holds for ever.

ALTER TABLE ledger_vouchertax ADD CONSTRAINT voucher_tax_is_value_times_rate
    CHECK (amount = round(taxable_value * rate / 100, 2) OR is_as_charged);

CREATE FUNCTION ledger_voucher_adds_up() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
    debits numeric;
    credits numeric;
    lines numeric;
    taxes numeric[];
BEGIN
    IF NEW.posted_xid <> pg_current_xact_id() THEN
        RAISE EXCEPTION 'voucher % claims to be posted by another transaction', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT coalesce(sum(debit), 0), coalesce(sum(credit), 0) INTO debits, credits
        FROM ledger_entry WHERE voucher_id = NEW.id;
    IF debits <> credits THEN
        RAISE EXCEPTION 'voucher % does not balance: debits %, credits %',
            NEW.number, debits, credits USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF debits = 0
        AND (NEW.total, NEW.taxable_value, NEW.cgst, NEW.sgst, NEW.igst, NEW.other_tax)
            <> (0, 0, 0, 0, 0, 0)
    THEN
        RAISE EXCEPTION 'voucher % has no entries', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.type NOT IN ('sales', 'credit_note', 'debit_note') THEN
        IF NEW.total <> debits THEN
            RAISE EXCEPTION 'voucher % is of % but debits %', NEW.number, NEW.total, debits
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(taxable_value), 0) INTO lines
        FROM ledger_voucherline WHERE voucher_id = NEW.id;
    SELECT ARRAY[
            coalesce(sum(amount) FILTER (WHERE name = 'CGST'), 0),
            coalesce(sum(amount) FILTER (WHERE name IN ('SGST', 'UTGST')), 0),
            coalesce(sum(amount) FILTER (WHERE name = 'IGST'), 0),
            coalesce(sum(amount) FILTER (WHERE name NOT IN ('CGST', 'SGST', 'UTGST', 'IGST')), 0)
        ] INTO taxes
        FROM ledger_vouchertax WHERE voucher_id = NEW.id;
    IF lines <> NEW.taxable_value
        OR taxes <> ARRAY[NEW.cgst, NEW.sgst, NEW.igst, NEW.other_tax]
    THEN
        RAISE EXCEPTION 'voucher % is not the sum of its lines (%) and taxes (%)',
            NEW.number, lines, taxes USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER voucher_adds_up AFTER INSERT ON ledger_voucher
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_voucher_adds_up();
