-- A tax is called something: rate ids are digits, names are neither empty nor longer than a tax of
-- a voucher may be called.

ALTER TABLE connections_storeconnection ADD CONSTRAINT tax_mapping_names_taxes CHECK (
    jsonb_typeof(tax_mapping) = 'object'
    AND NOT jsonb_path_exists(tax_mapping, '$.keyvalue() ? (!(@.key like_regex "^[0-9]{1,19}$"))')
    AND NOT jsonb_path_exists(
        tax_mapping, '$.* ? (@.type() != "string" || !(@ like_regex "^[^ ].{0,39}$"))')
    AND jsonb_typeof(former_tax_mappings) = 'array'
);

-- The log shows each change of the mapping already; what was in force before is in it.
SELECT ledger_keep_edit_log(
    'connections_storeconnection',
    hidden => 'secret,previous_secret,previous_secret_until,consumer_key,consumer_secret',
    ignored => 'last_polled_at,former_tax_mappings');
