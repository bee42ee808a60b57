DROP TRIGGER reversal_mirrors_its_voucher ON ledger_voucher;
DROP FUNCTION ledger_reversal_mirrors();

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
    SELECT p.number INTO offender
        FROM posted p JOIN ledger_voucher sale ON sale.id = p.against_id
        WHERE sale.type <> 'sales' OR p.date < sale.date LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'note % is against no sale, or dated before it', offender.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

