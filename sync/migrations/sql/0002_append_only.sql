-- Which order a voucher came from is as fixed as the voucher itself.

CREATE TRIGGER order_document_is_never_changed BEFORE UPDATE OR DELETE ON sync_orderdocument
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER order_documents_are_never_truncated BEFORE TRUNCATE ON sync_orderdocument
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
