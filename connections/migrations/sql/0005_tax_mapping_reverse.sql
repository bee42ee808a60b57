SELECT ledger_keep_edit_log(
    'connections_storeconnection',
    hidden => 'secret,previous_secret,previous_secret_until,consumer_key,consumer_secret',
    ignored => 'last_polled_at');
ALTER TABLE connections_storeconnection DROP CONSTRAINT tax_mapping_names_taxes;
