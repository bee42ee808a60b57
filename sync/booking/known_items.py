"""The items that lines of a store may be, read for all lines at once."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection as database

from connections.models import StoreConnection
from ledger.core.gst import Taxability
from ledger.core.spelling import spelling_key
from ledger.models import StockLevel
from sync.core.matching import Catalogue, CatalogueItem
from sync.core.stock import Kept, Stock
from sync.core.terms import ItemFacts


def catalogue_for(
    connection: StoreConnection,
    lines: Collection[tuple[str | None, str]],
    *,
    booked: Collection[int] = (),
    by_lookup_code: bool,
    by_name: bool,
    by_mapping: bool = True,
) -> Catalogue:
    """The items that lines with these (SKU, name) may be, and those they are booked with.

    One query; an item is found by each of its texts through an index of its own.
    """
    keys = list({spelling_key(sku) for sku, _ in lines if sku})
    values: dict[str, Any] = {
        "connection": connection.pk,
        "company": connection.company_id,
        "keys": keys,
        "names": list({spelling_key(name) for _, name in lines}) if by_name else [],
        "booked": list(booked),
    }
    places = [
        *([_BY_MAPPING] if by_mapping and keys else []),
        *([_BY_SKU] if keys else []),
        *([_BY_LOOKUP_CODE] if by_lookup_code and keys else []),
        *([_BY_NAME] if by_name and lines else []),
        *([_BY_ID] if booked else []),
    ]
    if not places:
        return Catalogue()
    with database.cursor() as cursor:
        cursor.execute(_CATALOGUE.format(places=" UNION ALL ".join(places)), values)
        rows = cursor.fetchall()
    mapped = {key: row[0] for row in rows for key in row[-1]}
    items = [_item(row) for row in rows]
    return Catalogue(items, mapped, by_lookup_code=by_lookup_code, by_name=by_name)


def _item(row: Sequence[Any]) -> CatalogueItem:
    item_id, sku, lookup_code, name, is_active, hsn, taxability, days, rates, _ = row
    dated = tuple(zip(days or (), rates or (), strict=True))
    facts = ItemFacts(item_id, hsn, Taxability(taxability), dated)
    return CatalogueItem(facts, sku, lookup_code, name, is_active)


# OFFSET keeps each look inside: before statistics know of new items, the planner would read all of
# them and spell each one, instead of taking the index once for each key.
_BY_MAPPING = """
    SELECT mapped.item_id AS id, wanted.key
    FROM unnest(%(keys)s::text[]) AS wanted (key)
    JOIN sync_skumapping mapped
        ON mapped.connection_id = %(connection)s AND mapped.key = wanted.key
"""
_BY_SKU = """
    SELECT item.id, NULL AS key
    FROM unnest(%(keys)s::text[]) AS wanted (key)
    CROSS JOIN LATERAL (
        SELECT id FROM ledger_item
        WHERE company_id = %(company)s AND ledger_spelling_key(sku) = wanted.key OFFSET 0
    ) AS item
"""
_BY_LOOKUP_CODE = """
    SELECT item.id, NULL AS key
    FROM unnest(%(keys)s::text[]) AS wanted (key)
    CROSS JOIN LATERAL (
        SELECT id FROM ledger_item
        WHERE company_id = %(company)s AND lookup_code <> ''
            AND ledger_spelling_key(lookup_code) = wanted.key OFFSET 0
    ) AS item
"""
_BY_NAME = """
    SELECT item.id, NULL AS key
    FROM unnest(%(names)s::text[]) AS wanted (key)
    CROSS JOIN LATERAL (
        SELECT id FROM ledger_item
        WHERE company_id = %(company)s AND ledger_spelling_key(name) = wanted.key OFFSET 0
    ) AS item
"""
_BY_ID = """
    SELECT id, NULL AS key FROM ledger_item WHERE company_id = %(company)s AND id = ANY(%(booked)s)
"""

_CATALOGUE = """
SELECT i.id, i.sku, i.lookup_code, i.name, i.is_active, i.hsn, i.taxability, r.days, r.rates,
    f.keys
FROM (
    SELECT id, array_remove(array_agg(key), NULL) AS keys FROM ({places}) AS place GROUP BY id
) AS f
JOIN ledger_item i ON i.id = f.id
CROSS JOIN LATERAL (
    SELECT array_agg(valid_from ORDER BY valid_from DESC) AS days,
        array_agg(rate ORDER BY valid_from DESC) AS rates
    FROM ledger_itemrate WHERE item_id = i.id
) AS r
"""


def stock_of(items: Collection[int]) -> Stock:
    """What is left of those of these items that keep stock, by id; one query."""
    found = StockLevel.objects.filter(item__in=items).order_by("item")
    return {
        item_id: Kept(since, left)
        for item_id, since, left in found.values_list("item_id", "since", "left")
    }
