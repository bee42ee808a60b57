-- What is asked of a store belongs to the company of its connection.

ALTER TABLE sync_polling ADD CONSTRAINT polling_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_backfill ADD CONSTRAINT backfill_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);
