-- A voucher that a person entered is taken back by a journal against it: once, not before its
-- date, and exactly. The rest of the function is as in 0002_series_and_locks.

CREATE OR REPLACE FUNCTION ledger_check_posted() RETURNS trigger LANGUAGE plpgsql
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
    SELECT p.number, p.type INTO offender
        FROM posted p JOIN ledger_voucher corrected ON corrected.id = p.against_id
        WHERE p.date < corrected.date
            OR CASE p.type WHEN 'journal'
                THEN corrected.type NOT IN ('receipt', 'payment', 'journal')
                    OR corrected.against_id IS NOT NULL
                ELSE corrected.type <> 'sales' END
        LIMIT 1;
    IF FOUND AND offender.type = 'journal' THEN
        RAISE EXCEPTION 'journal % reverses nothing that was entered by hand, or is dated before it',
            offender.number USING ERRCODE = 'integrity_constraint_violation';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'note % is against no sale, or dated before it', offender.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

-- At commit: the two come to nothing, account by account.
CREATE FUNCTION ledger_reversal_mirrors() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM ledger_entry WHERE voucher_id IN (NEW.id, NEW.against_id)
        GROUP BY account_id HAVING sum(debit) <> sum(credit)
    ) THEN
        RAISE EXCEPTION 'journal % is not the mirror of what it reverses', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER reversal_mirrors_its_voucher AFTER INSERT ON ledger_voucher
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.type = 'journal' AND NEW.against_id IS NOT NULL)
    EXECUTE FUNCTION ledger_reversal_mirrors();
