-- People's answers only grow: who answers anew adds a row, who withdraws adds one too. So nobody can
-- make undone who said what, and when.

DROP TRIGGER acceptance_stays_once_booked_on ON sync_acceptance;
DROP FUNCTION sync_acceptance_stays();

CREATE TRIGGER answer_is_never_changed BEFORE UPDATE OR DELETE ON sync_acceptance
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER answers_are_never_truncated BEFORE TRUNCATE ON sync_acceptance
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- What is withdrawn was given, and nothing was booked after it.
CREATE FUNCTION sync_withdrawal_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given sync_acceptance;
BEGIN
    SELECT * INTO given FROM sync_acceptance a
    WHERE a.connection_id = NEW.connection_id AND a.order_id = NEW.order_id AND a.code = NEW.code
    ORDER BY a.id DESC LIMIT 1;
    IF given.id IS NULL OR given.is_withdrawal THEN
        RAISE EXCEPTION 'only an answer that holds is withdrawn'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM sync_orderdocument d JOIN ledger_voucher v ON v.id = d.voucher_id
        WHERE d.connection_id = NEW.connection_id AND d.order_id = NEW.order_id
          AND v.posted_at >= given.at
    ) THEN
        RAISE EXCEPTION 'an answer that was booked on stays'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER withdrawal_fits BEFORE INSERT ON sync_acceptance
    FOR EACH ROW WHEN (NEW.is_withdrawal) EXECUTE FUNCTION sync_withdrawal_fits();
