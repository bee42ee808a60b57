-- A person's answer stays once a document of the order was posted after it: the books rest on it.
-- And who leaves an order out says why.

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

ALTER TABLE sync_acceptance ADD CONSTRAINT left_out_says_why CHECK (
    code <> 'left_out'
    OR (coalesce(value->>'why', '') <> '' AND coalesce(value->>'snapshot', '') <> '')
);
