"""The SKUs of a store that nobody has mapped yet: how many, where seen last, what they may be."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection as database
from django.db.models import Exists, OuterRef, Q, QuerySet

from connections.models import StoreConnection
from ledger.core.spelling import spelling_key
from sync.booking.known_items import catalogue_for
from sync.core.matching import By, Match
from sync.models import SkuMapping, UnmatchedSku

PER_PAGE = 50
COUNTED = 1000
"""More unmapped SKUs, or waiting orders of one, are not counted: “1,000+” says enough."""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A SKU without an item, how many orders wait for it, and the item that it seems to be."""

    seen: UnmatchedSku
    waiting: int
    match: Match
    suggestion: str

    @property
    def note(self) -> str:
        """Why this item is suggested, or why none is where several could be meant."""
        if self.match.among:
            return self.match.sentence(self.seen.sku, self.seen.name)
        return _NOTES.get(self.match.by or By.MAPPING, "")

    @property
    def waiting_in_words(self) -> str:
        """How many orders wait, as far as they are counted."""
        return in_words(self.waiting)


_NOTES = {
    By.SKU: "This item has the same SKU.",
    By.LOOKUP_CODE: "This item has it as its lookup code.",
    By.NAME: "This item has the same name.",
}


def in_words(count: int) -> str:
    """A count, or that there are more."""
    return f"{count:,}+" if count >= COUNTED else f"{count:,}"


@dataclass(frozen=True, slots=True)
class UnmappedPage:
    """Unmapped SKUs, those seen last first; `older` is where the next page begins."""

    rows: list[Unmapped]
    is_first: bool
    older: str


def unmapped_of(connection_id: UUID) -> QuerySet[UnmatchedSku]:
    """The store's SKUs that no mapping speaks of; lines without a SKU cannot be mapped."""
    mapped = SkuMapping.objects.filter(connection=connection_id, key=OuterRef("key"))
    seen = UnmatchedSku.objects.filter(connection=connection_id).exclude(key="")
    return seen.filter(~Exists(mapped))


def counts(connection_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many SKUs of each store are unmapped, at most `COUNTED`; one query."""
    with database.cursor() as cursor:
        cursor.execute(_COUNTS, [COUNTED, list(connection_ids)])
        return dict(cursor.fetchall())


_COUNTS = """
SELECT store, (
    SELECT count(*) FROM (
        SELECT FROM sync_unmatchedsku seen
        WHERE seen.connection_id = store AND seen.key <> '' AND NOT EXISTS (
            SELECT FROM sync_skumapping mapped
            WHERE mapped.connection_id = store AND mapped.key = seen.key)
        LIMIT %s) AS few)
FROM unnest(%s::uuid[]) AS store
"""


def lines_without_sku(connection: StoreConnection) -> int:
    """How many lines were booked that have no SKU and no item; only a name could match them."""
    found = UnmatchedSku.objects.filter(connection=connection, key="")
    return found.values_list("lines", flat=True).first() or 0


def page(connection: StoreConnection, query: str, before: str) -> UnmappedPage:
    """The SKUs seen last, or those before a mark; `query` looks into SKU and name."""
    found = unmapped_of(connection.pk)
    if query:
        found = found.filter(Q(key__contains=spelling_key(query)) | Q(name__icontains=query))
    older = _older_than(connection, found, before)
    rows = list(older.order_by("-last_at", "-id")[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    more = str(shown[-1].pk) if len(rows) > PER_PAGE else ""
    return UnmappedPage(_with_facts(connection, shown), older is found, more)


def _older_than(
    connection: StoreConnection, found: QuerySet[UnmatchedSku], before: str
) -> QuerySet[UnmatchedSku]:
    """The rows behind the one with this id."""
    if not (before.isdecimal() and len(before) <= 18):
        return found
    last = UnmatchedSku.objects.filter(connection=connection, pk=int(before)).first()
    if last is None:
        return found
    return found.filter(Q(last_at__lt=last.last_at) | Q(last_at=last.last_at, id__lt=last.pk))


def _with_facts(connection: StoreConnection, rows: Collection[UnmatchedSku]) -> list[Unmapped]:
    """What the rows may be, by SKU, lookup code or name, whatever the connection's switches say."""
    waiting = waiting_orders(connection, [row.key for row in rows])
    lines = [(row.sku, row.name) for row in rows]
    catalogue = catalogue_for(connection, lines, by_lookup_code=True, by_name=True)
    found = []
    for row in rows:
        match = catalogue.match(row.sku, row.name)
        suggestion = catalogue.sku_of(match.item.item_id) if match.item else ""
        found.append(Unmapped(row, waiting.get(row.key, 0), match, suggestion))
    return found


def waiting_orders(connection: StoreConnection, keys: Collection[str]) -> dict[str, int]:
    """How many orders wait for each SKU, at most `COUNTED`."""
    with database.cursor() as cursor:
        cursor.execute(_WAITING, [connection.pk, COUNTED, list(keys)])
        return dict(cursor.fetchall())


_WAITING = """
SELECT key, (
    SELECT count(*) FROM (
        SELECT FROM sync_order
        WHERE connection_id = %s AND missing_skus @> ARRAY[key] AND state = 'waiting'
        LIMIT %s) AS few)
FROM unnest(%s::text[]) AS key
"""
