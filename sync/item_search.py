"""Finding an item while somebody types: by the beginning of its SKU or code, or within its name."""

from django.db.models import Q, QuerySet

from connections.models import StoreConnection
from ledger.core.spelling import spelling_key
from ledger.models import Company, Item, SpellingKey
from sync.core.matching import Match
from sync.known_items import catalogue_for

MOST = 8


def items_like(company: Company, text: str) -> list[Item]:
    """The few items that fit best: those whose SKU begins so come first, then code, then name.

    The first two steps read an index; the last looks through the names of the company's items.
    """
    key = spelling_key(text)
    if not key:
        return []
    own = Item.objects.filter(company=company, is_active=True).prefetch_related("rates")
    by_code = own.exclude(lookup_code="")
    found: dict[int, Item] = {}
    for step in (
        own.alias(spelt=SpellingKey("sku")).filter(spelt__startswith=key).order_by("sku"),
        by_code.alias(spelt=SpellingKey("lookup_code")).filter(spelt__startswith=key),
        _name_holds(own, text),
    ):
        if len(found) < MOST:
            found |= {item.pk: item for item in step.exclude(pk__in=found)[: MOST - len(found)]}
    return list(found.values())


def _name_holds(items: QuerySet[Item], text: str) -> QuerySet[Item]:
    words = Q()
    for word in text.split()[:5]:
        words &= Q(name__icontains=word)
    return items.filter(words).order_by("name", "sku")


def item_named(connection: StoreConnection, text: str) -> tuple[Item | None, Match]:
    """The one item that a person means by a SKU, lookup code or name; else why it is not clear."""
    catalogue = catalogue_for(
        connection, [(text, text)], by_lookup_code=True, by_name=True, by_mapping=False
    )
    match = catalogue.match(text, text)
    item = Item.objects.get(pk=match.item.item_id) if match.item else None
    return item, match
