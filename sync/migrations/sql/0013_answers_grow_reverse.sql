DROP TRIGGER withdrawal_fits ON sync_acceptance;
DROP FUNCTION sync_withdrawal_fits();
DROP TRIGGER answers_are_never_truncated ON sync_acceptance;
DROP TRIGGER answer_is_never_changed ON sync_acceptance;
CREATE FUNCTION sync_acceptance_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM sync_orderdocument d JOIN ledger_voucher v ON v.id = d.voucher_id
        WHERE d.connection_id = OLD.connection_id AND d.order_id = OLD.order_id
          AND v.posted_at >= OLD.at
    ) THEN
        RAISE EXCEPTION 'an answer that was booked on stays'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER acceptance_stays_once_booked_on BEFORE DELETE ON sync_acceptance
    FOR EACH ROW EXECUTE FUNCTION sync_acceptance_stays();
