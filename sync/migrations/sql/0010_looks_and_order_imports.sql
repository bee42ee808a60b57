-- What is looked at and imported belongs to the company of its connection.

ALTER TABLE sync_look ADD CONSTRAINT look_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_lookedorder ADD CONSTRAINT looked_order_look_of_same_company
    FOREIGN KEY (company_id, look_id) REFERENCES sync_look (company_id, id) ON DELETE CASCADE;

ALTER TABLE sync_orderimport ADD CONSTRAINT order_import_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_importedorder ADD CONSTRAINT imported_order_import_of_same_company
    FOREIGN KEY (company_id, order_import_id) REFERENCES sync_orderimport (company_id, id);
