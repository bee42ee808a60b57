-- Whatever a row refers to belongs to the row's own company.

ALTER TABLE sync_snapshot ADD CONSTRAINT snapshot_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_delivery ADD CONSTRAINT delivery_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_order ADD CONSTRAINT order_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_orderdocument ADD CONSTRAINT order_document_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_orderdraft ADD CONSTRAINT order_draft_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_acceptance ADD CONSTRAINT acceptance_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_orderdocument ADD CONSTRAINT order_document_voucher_of_same_company
    FOREIGN KEY (company_id, voucher_id) REFERENCES ledger_voucher (company_id, id);

ALTER TABLE sync_orderdraft ADD CONSTRAINT order_draft_draft_of_same_company
    FOREIGN KEY (company_id, draft_id) REFERENCES ledger_draft (company_id, id) ON DELETE CASCADE;

ALTER TABLE sync_delivery ADD CONSTRAINT delivery_snapshot_of_same_company
    FOREIGN KEY (company_id, snapshot_id) REFERENCES sync_snapshot (company_id, id);

ALTER TABLE sync_order ADD CONSTRAINT order_snapshot_of_same_company
    FOREIGN KEY (company_id, snapshot_id) REFERENCES sync_snapshot (company_id, id);
