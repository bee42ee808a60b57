-- Codes and paired sites belong to the company of their connection.

ALTER TABLE connections_pairingcode ADD CONSTRAINT pairing_code_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE connections_pairedsite ADD CONSTRAINT paired_site_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);
