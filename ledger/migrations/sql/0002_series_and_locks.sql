-- Numbers come from their series and leave no gap; no voucher is dated in a locked period; a note
-- is against a sale and not dated before it.

-- The same as ledger.core.numbering.voucher_number.
CREATE FUNCTION ledger_voucher_number(prefix text, financial_year text, ordinal bigint)
RETURNS text LANGUAGE sql IMMUTABLE
RETURN prefix || '/' || financial_year || '/' || lpad(ordinal::text, greatest(5, length(ordinal::text)), '0');

CREATE FUNCTION ledger_series_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.next_ordinal > 1 THEN
            RAISE EXCEPTION 'series %/% has given out numbers', OLD.prefix, OLD.financial_year
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.next_ordinal < OLD.next_ordinal THEN
        RAISE EXCEPTION 'series %/% never goes back', OLD.prefix, OLD.financial_year
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.next_ordinal > 1
        AND (NEW.company_id, NEW.type, NEW.financial_year, NEW.prefix)
            <> (OLD.company_id, OLD.type, OLD.financial_year, OLD.prefix)
    THEN
        RAISE EXCEPTION 'series %/% has given out numbers', OLD.prefix, OLD.financial_year
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER series_only_grows BEFORE UPDATE OR DELETE ON ledger_series
    FOR EACH ROW EXECUTE FUNCTION ledger_series_only_grows();

-- At commit: every number that was taken has its voucher. The comparison of rows with ORDER BY can
-- only be planned by the index on numbers; one by equality was seen to be planned, while the books
-- were empty, by another index of the company, and then read all its vouchers for each number.
CREATE FUNCTION ledger_series_has_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted text;
    nearest record;
BEGIN
    FOR ordinal IN OLD.next_ordinal .. NEW.next_ordinal - 1 LOOP
        wanted := ledger_voucher_number(NEW.prefix, NEW.financial_year, ordinal);
        SELECT v.company_id, v.type, v.financial_year, v.number INTO nearest
            FROM ledger_voucher v
            WHERE (v.company_id, v.type, v.financial_year, v.number)
                >= (NEW.company_id, NEW.type, NEW.financial_year, wanted)
            ORDER BY v.company_id, v.type, v.financial_year, v.number LIMIT 1;
        IF NOT FOUND
            OR (nearest.company_id, nearest.type, nearest.financial_year, nearest.number)
                <> (NEW.company_id, NEW.type, NEW.financial_year, wanted)
        THEN
            RAISE EXCEPTION 'number % was taken from its series but has no voucher', wanted
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER series_has_no_gap AFTER UPDATE OF next_ordinal ON ledger_series
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.next_ordinal > OLD.next_ordinal) EXECUTE FUNCTION ledger_series_has_no_gap();

CREATE FUNCTION ledger_check_posted() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    offender record;
BEGIN
    -- Whoever closes a period waits for this transaction, and this one for him.
    PERFORM FROM ledger_bookslock
        WHERE company_id IN (SELECT company_id FROM posted) FOR SHARE;
    SELECT p.number, p.date, p.company_id, b.locked_until INTO offender
        FROM posted p LEFT JOIN ledger_bookslock b USING (company_id)
        WHERE b.company_id IS NULL OR p.date <= b.locked_until LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'voucher % of % falls into the period locked until % (company %)',
            offender.number, offender.date, coalesce(offender.locked_until::text, 'ever'),
            offender.company_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT p.number INTO offender
        FROM posted p
        LEFT JOIN ledger_series s
            ON s.company_id = p.company_id
            AND s.type = p.type
            AND s.financial_year = p.financial_year
            AND p.number ~ '/[0-9]{5,6}$'
        WHERE CASE WHEN s.id IS NULL THEN true
            ELSE split_part(p.number, '/', 3)::bigint >= s.next_ordinal
                OR p.number <> ledger_voucher_number(
                    s.prefix, s.financial_year, split_part(p.number, '/', 3)::bigint)
            END
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'number % was not taken from its series', offender.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT p.number INTO offender
        FROM posted p JOIN ledger_voucher sale ON sale.id = p.against_id
        WHERE sale.type <> 'sales' OR p.date < sale.date LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'note % is against no sale, or dated before it', offender.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER vouchers_fit_series_and_locks AFTER INSERT ON ledger_voucher
    REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_posted();
