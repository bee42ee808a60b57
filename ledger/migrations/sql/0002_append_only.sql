-- The books only grow: a posted row is never changed, never deleted, and a voucher gets rows only
-- in the transaction that posts it.

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'posted vouchers are never changed: post a note (% on %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER voucher_is_never_changed BEFORE UPDATE OR DELETE ON ledger_voucher
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER voucher_line_is_never_changed BEFORE UPDATE OR DELETE ON ledger_voucherline
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER voucher_tax_is_never_changed BEFORE UPDATE OR DELETE ON ledger_vouchertax
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();

CREATE TRIGGER vouchers_are_never_truncated BEFORE TRUNCATE ON ledger_voucher
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER voucher_lines_are_never_truncated BEFORE TRUNCATE ON ledger_voucherline
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER voucher_taxes_are_never_truncated BEFORE TRUNCATE ON ledger_vouchertax
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER entries_are_never_truncated BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- 64 bits wide, so it never wraps around; savepoints share the id of their transaction.
ALTER TABLE ledger_voucher
    ADD COLUMN posted_xid xid8 NOT NULL DEFAULT pg_current_xact_id();

-- A session keeps the plan of a trigger's query. One made while the books were small would read
-- the whole table once they are large, hence no plan but the one by index.
CREATE FUNCTION ledger_refuse_late_rows() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added LEFT JOIN ledger_voucher ON ledger_voucher.id = added.voucher_id
        WHERE ledger_voucher.posted_xid IS DISTINCT FROM pg_current_xact_id()
    ) THEN
        RAISE EXCEPTION 'rows are added to a voucher only while it is posted (%)', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER voucher_lines_come_with_their_voucher AFTER INSERT ON ledger_voucherline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_late_rows();
CREATE TRIGGER voucher_taxes_come_with_their_voucher AFTER INSERT ON ledger_vouchertax
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_late_rows();
CREATE TRIGGER entries_come_with_their_voucher AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_late_rows();
