-- What is found about a connection belongs to its company.

ALTER TABLE sync_watch ADD CONSTRAINT watch_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_finding ADD CONSTRAINT finding_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);
