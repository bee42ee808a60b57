-- What a store tells of its customers belongs to the company of its connection.

ALTER TABLE sync_customerlook ADD CONSTRAINT customer_look_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_lookedcustomer ADD CONSTRAINT looked_customer_look_of_same_company
    FOREIGN KEY (company_id, look_id) REFERENCES sync_customerlook (company_id, id)
    ON DELETE CASCADE;
