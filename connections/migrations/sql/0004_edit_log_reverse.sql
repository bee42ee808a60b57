SELECT ledger_drop_edit_log('connections_storeconnection');
