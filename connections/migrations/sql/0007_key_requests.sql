-- A question for keys belongs to the company of its connection.

ALTER TABLE connections_keyrequest ADD CONSTRAINT key_request_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);
