-- A sweep belongs to the company of its connection, its rows to its company; and a certificate that
-- was made says the same for ever: rows that nobody wants to look at any more may go, none comes
-- and none changes.

ALTER TABLE sync_sweeprun ADD CONSTRAINT sweep_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_sweptorder ADD CONSTRAINT swept_order_of_same_company
    FOREIGN KEY (company_id, run_id) REFERENCES sync_sweeprun (company_id, id);

ALTER TABLE sync_sweepsum ADD CONSTRAINT sweep_sum_of_same_company
    FOREIGN KEY (company_id, run_id) REFERENCES sync_sweeprun (company_id, id);

CREATE FUNCTION sync_certificate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a sweep that has ended is not changed'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ended_sweep_is_never_changed BEFORE UPDATE ON sync_sweeprun
    FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION sync_certificate_stays();

CREATE FUNCTION sync_sweep_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sync_sweeprun WHERE id = NEW.run_id AND finished_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a sweep that has ended gets no rows'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ended_sweep_gets_no_orders BEFORE INSERT OR UPDATE ON sync_sweptorder
    FOR EACH ROW EXECUTE FUNCTION sync_sweep_is_open();
CREATE TRIGGER ended_sweep_gets_no_sums BEFORE INSERT OR UPDATE ON sync_sweepsum
    FOR EACH ROW EXECUTE FUNCTION sync_sweep_is_open();
