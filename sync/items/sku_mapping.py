"""Which item a store's SKU stands for: said, changed and taken back by a person, one at a time.

A mapping holds for the orders that come, for the lines booked earlier (`booking.line_items`), and
for the orders that waited for it: these are tried again in the same transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from connections import activity, lifecycle
from connections.models import StoreConnection
from ledger.core.spelling import spelling_key
from ledger.models import Item, User
from sync.booking import held, retry
from sync.core.sku_sheet import LONGEST_SKU
from sync.core.waiting import WaitsFor
from sync.models import Order, OrderState, SkuMapping, UnmatchedSku

PER_PAGE = 50


class UnfitMappingError(Exception):
    """The SKU cannot be mapped like this; the text says why."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """What became of a SKU: its item now and before, and what follows it."""

    sku: str
    item: Item | None
    was: Item | None
    booked_lines: int
    retried: int


@transaction.atomic
def map_sku(
    connection: StoreConnection, sku: str, item: Item, *, user: User, at: datetime
) -> Mapped:
    """Let a store's SKU stand for an item, or for another one than before.

    :raises UnfitMappingError: when there is nothing to map.
    """
    key = _key_of(sku)
    # As a drain does: or an order that a drain lets wait meanwhile would be overlooked below.
    lifecycle.lock(connection)
    was = _mapping(connection, key)
    if was is None or was.item_id != item.pk:
        SkuMapping.objects.update_or_create(
            connection=connection,
            key=key,
            defaults={
                "company_id": connection.company_id,
                "sku": sku.strip(),
                "item": item,
                "set_by": user,
                "set_at": at,
                "set_import": None,
            },
        )
        _note(connection, f"SKU {sku.strip()} is mapped to {item}.", at)
    return Mapped(
        sku=sku.strip(),
        item=item,
        was=was.item if was else None,
        booked_lines=_booked_lines(connection, key),
        retried=try_waiting_again(connection, [key]),
    )


@transaction.atomic
def unmap_sku(connection: StoreConnection, sku: str, *, at: datetime) -> Mapped:
    """Take a mapping back: the SKU is matched by the other steps again.

    :raises UnfitMappingError: when the SKU is not mapped (any more).
    """
    key = _key_of(sku)
    lifecycle.lock(connection)
    was = _mapping(connection, key)
    if was is None:
        raise UnfitMappingError(f"The SKU “{sku}” is not mapped any more.")
    was.delete()
    _note(connection, f"SKU {was.sku} is no longer mapped to {was.item}.", at)
    lines = _booked_lines(connection, key)
    return Mapped(sku=was.sku, item=None, was=was.item, booked_lines=lines, retried=0)


def try_waiting_again(connection: StoreConnection, keys: Collection[str]) -> int:
    """Process the orders that wait for one of these SKUs once more; how many.

    Those that are held for want of stock may be for other items now: they are looked at as well.
    """
    if connection.hold_short_of_stock:
        held.look_again_of(connection)
    waiting = Order.objects.filter(
        connection=connection,
        state=OrderState.WAITING,
        reason_code=WaitsFor.SKU,
        missing_skus__overlap=list(keys),
    )
    ids = list(waiting.values_list("order_id", flat=True))
    return retry.retry(connection, order_ids=ids) if ids else 0


def _key_of(sku: str) -> str:
    key = spelling_key(sku)
    if not key:
        raise UnfitMappingError("There is no SKU to map.")
    if len(sku.strip()) > LONGEST_SKU:
        raise UnfitMappingError(f"A SKU of a store has at most {LONGEST_SKU} characters.")
    return key


def _mapping(connection: StoreConnection, key: str) -> SkuMapping | None:
    found = SkuMapping.objects.filter(connection=connection, key=key)
    return found.select_related("item").first()


def _booked_lines(connection: StoreConnection, key: str) -> int:
    """How many lines were booked without an item, and follow the mapping now."""
    found = UnmatchedSku.objects.filter(connection=connection, key=key)
    return found.values_list("lines", flat=True).first() or 0


def _note(connection: StoreConnection, text: str, at: datetime) -> None:
    activity.note(connection, text[:300], at=at, kind="sku_mapping")


@dataclass(frozen=True, slots=True)
class MappingPage:
    """Mappings by SKU; `next` is where the next page begins."""

    rows: list[SkuMapping]
    is_first: bool
    next: str


def page(connection: StoreConnection, query: str, after: str) -> MappingPage:
    """The mappings behind a key; `query` looks into both SKUs and the item's name."""
    found = of_connection(connection)
    if query:
        found = found.filter(
            Q(key__contains=spelling_key(query))
            | Q(item__sku__icontains=query)
            | Q(item__name__icontains=query)
        )
    if after:
        found = found.filter(key__gt=after)
    rows = list(found[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    return MappingPage(shown, not after, shown[-1].key if len(rows) > PER_PAGE else "")


def of_connection(connection: StoreConnection) -> QuerySet[SkuMapping]:
    """All mappings of a store with their items, by SKU."""
    found = SkuMapping.objects.filter(connection=connection)
    return found.select_related("item").order_by("key")
