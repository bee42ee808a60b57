-- Whatever a row refers to belongs to the row's own company; a mapping's key is its SKU's.

ALTER TABLE sync_skumapping
    ADD CONSTRAINT mapping_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id),
    ADD CONSTRAINT mapping_item_of_same_company
    FOREIGN KEY (company_id, item_id) REFERENCES ledger_item (company_id, id),
    ADD CONSTRAINT mapping_import_of_same_company
    FOREIGN KEY (company_id, set_import_id) REFERENCES sync_skuimport (company_id, id),
    ADD CONSTRAINT mapping_key_is_that_of_its_sku CHECK (key = ledger_spelling_key(sku));

ALTER TABLE sync_unmatchedsku ADD CONSTRAINT unmatched_sku_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_skuimport ADD CONSTRAINT sku_import_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_skuimportpart ADD CONSTRAINT sku_import_part_of_same_company
    FOREIGN KEY (company_id, sku_import_id) REFERENCES sync_skuimport (company_id, id);

ALTER TABLE sync_skuimportrow
    ADD CONSTRAINT sku_import_row_of_same_company
    FOREIGN KEY (company_id, sku_import_id) REFERENCES sync_skuimport (company_id, id),
    ADD CONSTRAINT sku_import_row_item_of_same_company
    FOREIGN KEY (company_id, item_id) REFERENCES ledger_item (company_id, id),
    ADD CONSTRAINT sku_import_row_former_item_of_same_company
    FOREIGN KEY (company_id, was_item_id) REFERENCES ledger_item (company_id, id);
