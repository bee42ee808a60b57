-- Whatever a row refers to belongs to the row's own company; a mapping's key is its SKU's.

ALTER TABLE sync_skumapping
    ADD CONSTRAINT mapping_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id),
    ADD CONSTRAINT mapping_item_of_same_company
    FOREIGN KEY (company_id, item_id) REFERENCES ledger_item (company_id, id),
    ADD CONSTRAINT mapping_import_of_same_company
    FOREIGN KEY (company_id, set_import_id) REFERENCES sync_skuimport (company_id, id),
    ADD CONSTRAINT mapping_key_is_that_of_its_sku CHECK (key = ledger_spelling_key(sku));

ALTER TABLE sync_unmatchedsku ADD CONSTRAINT unmatched_sku_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_skuimport ADD CONSTRAINT sku_import_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);

ALTER TABLE sync_skuimportpart ADD CONSTRAINT sku_import_part_of_same_company
    FOREIGN KEY (company_id, sku_import_id) REFERENCES sync_skuimport (company_id, id);

ALTER TABLE sync_skuimportrow
    ADD CONSTRAINT sku_import_row_of_same_company
    FOREIGN KEY (company_id, sku_import_id) REFERENCES sync_skuimport (company_id, id),
    ADD CONSTRAINT sku_import_row_item_of_same_company
    FOREIGN KEY (company_id, item_id) REFERENCES ledger_item (company_id, id),
    ADD CONSTRAINT sku_import_row_former_item_of_same_company
    FOREIGN KEY (company_id, was_item_id) REFERENCES ledger_item (company_id, id);

-- What was booked, or waits, without an item before SKUs could be mapped.

INSERT INTO sync_unmatchedsku
    (company_id, connection_id, key, sku, name, lines, last_order_id, last_number, last_at)
WITH seen AS (
    SELECT d.company_id, d.connection_id, coalesce(l.sku, '') AS sku, 1 AS lines,
        CASE WHEN starts_with(l.description, 'Unmapped SKU ' || l.sku || ' · ')
            THEN substr(l.description, length('Unmapped SKU ' || l.sku || ' · ') + 1)
            ELSE l.description END AS name,
        o.order_id, o.number, coalesce(o.created_at, o.first_seen_at) AS at
    FROM ledger_voucherline l
    JOIN sync_orderdocument d ON d.voucher_id = l.voucher_id
    JOIN sync_order o ON o.connection_id = d.connection_id AND o.order_id = d.order_id
    WHERE l.item_id IS NULL AND l.kind = 'product'
    UNION ALL
    SELECT o.company_id, o.connection_id, coalesce(line ->> 'sku', ''), 0,
        coalesce(line ->> 'name', ''), o.order_id, o.number, coalesce(o.created_at, o.first_seen_at)
    FROM sync_order o
    JOIN sync_snapshot s ON s.id = o.snapshot_id
    CROSS JOIN jsonb_array_elements(s.payload -> 'line_items') AS line
    WHERE o.state = 'waiting' AND o.reason_code = 'sku'
), newest AS (
    SELECT DISTINCT ON (connection_id, ledger_spelling_key(sku))
        company_id, connection_id, ledger_spelling_key(sku) AS key, sku, name, order_id, number, at
    FROM seen ORDER BY connection_id, ledger_spelling_key(sku), at DESC, order_id DESC
), counted AS (
    SELECT connection_id, ledger_spelling_key(sku) AS key, sum(lines) AS lines
    FROM seen GROUP BY connection_id, ledger_spelling_key(sku)
)
SELECT company_id, connection_id, key, sku, name, lines, order_id, number, at
FROM newest JOIN counted USING (connection_id, key);

UPDATE sync_order o
SET missing_skus = ARRAY(
    SELECT DISTINCT ledger_spelling_key(coalesce(line ->> 'sku', ''))
    FROM jsonb_array_elements(s.payload -> 'line_items') AS line)
FROM sync_snapshot s
WHERE s.id = o.snapshot_id AND o.state = 'waiting' AND o.reason_code = 'sku';
