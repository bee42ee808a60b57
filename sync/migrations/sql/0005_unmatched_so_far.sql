-- What was booked, or waits, without an item before SKUs could be mapped.

INSERT INTO sync_unmatchedsku
    (company_id, connection_id, key, sku, name, lines, last_order_id, last_number, last_at)
WITH seen AS (
    SELECT d.company_id, d.connection_id, coalesce(l.sku, '') AS sku, 1 AS lines,
        CASE WHEN starts_with(l.description, 'Unmapped SKU ' || l.sku || ' · ')
            THEN substr(l.description, length('Unmapped SKU ' || l.sku || ' · ') + 1)
            ELSE l.description END AS name,
        o.order_id, o.number, coalesce(o.created_at, o.first_seen_at) AS at,
        l.position::bigint AS place
    FROM ledger_voucherline l
    JOIN sync_orderdocument d ON d.voucher_id = l.voucher_id
    JOIN sync_order o ON o.connection_id = d.connection_id AND o.order_id = d.order_id
    WHERE l.item_id IS NULL AND l.kind = 'product'
    UNION ALL
    SELECT o.company_id, o.connection_id, coalesce(line ->> 'sku', ''), 0,
        coalesce(line ->> 'name', ''), o.order_id, o.number, coalesce(o.created_at, o.first_seen_at),
        place
    FROM sync_order o
    JOIN sync_snapshot s ON s.id = o.snapshot_id
    CROSS JOIN jsonb_array_elements(s.payload -> 'line_items') WITH ORDINALITY AS t (line, place)
    WHERE o.state = 'waiting' AND o.reason_code = 'sku'
), newest AS (
    SELECT DISTINCT ON (connection_id, ledger_spelling_key(sku))
        company_id, connection_id, ledger_spelling_key(sku) AS key, sku, name, order_id, number, at
    FROM seen ORDER BY connection_id, ledger_spelling_key(sku), at DESC, order_id DESC, place DESC
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
