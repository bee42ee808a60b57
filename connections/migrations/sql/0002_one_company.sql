-- An activity line belongs to the company of its connection.

ALTER TABLE connections_activity ADD CONSTRAINT activity_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);
