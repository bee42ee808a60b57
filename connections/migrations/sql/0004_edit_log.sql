-- Changes of a store's options are logged; of its keys and secrets only that they changed.

SELECT ledger_keep_edit_log(
    'connections_storeconnection',
    hidden => 'secret,previous_secret,previous_secret_until,consumer_key,consumer_secret',
    ignored => 'last_polled_at');
