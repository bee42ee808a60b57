"""The life of an order: what was heard of it, what changed, what was posted."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from connections.models import StoreConnection
from ledger.models import Voucher
from ledger.queries import VoucherParts
from sync.core.changes import Change, changes
from sync.core.order import Order as StoreOrder
from sync.core.parse import UnreadableOrderError, parse_order
from sync.models import Delivery, Order, OrderDocument, Snapshot

DELIVERIES_SHOWN = 200


@dataclass(slots=True)
class Heard:
    """One or more deliveries of the same content, one after the other."""

    at: datetime
    delivery: Delivery
    changes: list[Change] = field(default_factory=list)
    is_first: bool = False
    repeats: int = 0


@dataclass(slots=True)
class Event:
    """A point on the line: something was heard, or a document was posted."""

    at: datetime
    heard: Heard | None = None
    document: OrderDocument | None = None


def timeline(order: Order, documents: Iterable[OrderDocument]) -> list[Event]:
    """All that happened to the order, oldest first."""
    events = [Event(each.at, heard=each) for each in _heard(order)]
    events += [Event(each.voucher.posted_at, document=each) for each in documents]
    return sorted(events, key=lambda event: (event.at, event.document is not None))


def was_never_readable(connection: StoreConnection, order_id: int) -> bool:
    """Whether deliveries speak of an order of which nothing could be read yet."""
    wanted = {"connection": connection, "order_id": order_id}
    return (
        not Order.objects.filter(**wanted).exists() and Delivery.objects.filter(**wanted).exists()
    )


def documents_of(order: Order) -> list[OrderDocument]:
    """The order's documents with their vouchers, in the order of posting."""
    found = OrderDocument.objects.filter(connection=order.connection_id, order_id=order.order_id)
    return list(found.select_related("voucher").order_by("voucher_id"))


def _heard(order: Order) -> list[Heard]:
    deliveries = Delivery.objects.filter(connection=order.connection_id, order_id=order.order_id)
    newest = deliveries.select_related("snapshot").order_by("-id")[:DELIVERIES_SHOWN]
    heard: list[Heard] = []
    before: StoreOrder | None = None
    for delivery in reversed(newest):
        if heard and heard[-1].delivery.snapshot_id == delivery.snapshot_id:
            heard[-1].repeats += 1
            continue
        now = read(delivery.snapshot)
        different = changes(before, now) if before and now else []
        heard.append(Heard(delivery.received_at, delivery, different, is_first=before is None))
        before = now or before
    return heard


def read(snapshot: Snapshot | None) -> StoreOrder | None:
    """A snapshot as an order; None for deletions and for what cannot be read."""
    if snapshot is None or snapshot.is_deletion:
        return None
    try:
        return parse_order(snapshot.payload)
    except UnreadableOrderError:
        return None


def as_text(payload: dict[str, Any]) -> str:
    """A payload as it is kept, for reading."""
    return json.dumps(payload, indent=2, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """An order and its documents, or a voucher without an order and the notes against it."""

    order: Order | None
    documents: list[OrderDocument]
    notes: list[Voucher]


def chain_of(parts: VoucherParts) -> Chain:
    """The relatives of a voucher: all documents of its order, else sale and notes."""
    voucher = parts.voucher
    own = OrderDocument.objects.filter(voucher=voucher.pk).first()
    order = own and order_behind(own.connection_id, own.order_id)
    if order:
        return Chain(order, documents_of(order), [])
    sale = voucher.against or voucher
    notes = parts.notes if sale is voucher else sale.notes.order_by("id")
    return Chain(None, [], [sale, *notes])


def order_behind(connection_id: UUID, order_id: int) -> Order | None:
    """The order that a document or draft stands for."""
    orders = Order.objects.select_related("connection", "snapshot")
    return orders.filter(connection=connection_id, order_id=order_id).first()
