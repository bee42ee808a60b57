"""Finding an item while somebody types: by the beginning of its SKU or code, or within its name."""

from django.db import connection as database
from django.db.models import Q

from connections.models import StoreConnection
from ledger.core.spelling import spelling_key
from ledger.models import Company, Item
from sync.booking.known_items import catalogue_for
from sync.core.matching import Match

MOST = 8


def items_like(company: Company, text: str) -> list[Item]:
    """The few items that fit best: those whose SKU begins so come first, then code, then name.

    The first two steps read the beginning of an index; the last looks through the names of the
    company's items, and is taken only where the others found too few.
    """
    if not spelling_key(text):
        return []
    found: list[int] = []
    for step in (_sku_begins, _code_begins, _name_holds):
        if len(found) < MOST:
            found = list(dict.fromkeys([*found, *step(company, text)]))[:MOST]
    items = Item.objects.prefetch_related("rates").in_bulk(found)
    return [items[id_] for id_ in found]


def _sku_begins(company: Company, text: str) -> list[int]:
    return _beginning(_SKU_BEGINS, company, text)


def _code_begins(company: Company, text: str) -> list[int]:
    return _beginning(_CODE_BEGINS, company, text)


def _beginning(query: str, company: Company, text: str) -> list[int]:
    key = spelling_key(text)
    escaped = key.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with database.cursor() as cursor:
        cursor.execute(query, [company.pk, f"{escaped}%", MOST])
        return [item_id for (item_id,) in cursor.fetchall()]


def _name_holds(company: Company, text: str) -> list[int]:
    words = Q(company=company, is_active=True)
    for word in text.split()[:5]:
        words &= Q(name__icontains=word)
    found = Item.objects.filter(words).order_by("name", "sku")
    return list(found.values_list("pk", flat=True)[:MOST])


# In the order that the index has, so that the first few are the first that are read.
_SKU_BEGINS = """
SELECT id FROM ledger_item
WHERE company_id = %s AND is_active AND ledger_spelling_key(sku) LIKE %s
ORDER BY ledger_spelling_key(sku) USING ~<~ LIMIT %s
"""
_CODE_BEGINS = """
SELECT id FROM ledger_item
WHERE company_id = %s AND is_active AND lookup_code <> ''
    AND ledger_spelling_key(lookup_code) LIKE %s
ORDER BY ledger_spelling_key(lookup_code) USING ~<~ LIMIT %s
"""


def item_named(connection: StoreConnection, text: str) -> tuple[Item | None, Match]:
    """The one item that a person means by a SKU, lookup code or name; else why it is not clear."""
    catalogue = catalogue_for(
        connection, [(text, text)], by_lookup_code=True, by_name=True, by_mapping=False
    )
    match = catalogue.match(text, text)
    item = Item.objects.get(pk=match.item.item_id) if match.item else None
    return item, match
