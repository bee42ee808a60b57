"""Compare what a store says of its orders with the books, order by order."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from uuid import UUID

from django.db import connection as database
from django.db.models import Q

from connections.models import StoreConnection
from ledger.periods import Period
from sync.booking.reading import load_json, terms_of
from sync.core.certificate import LEFT_OUT, Certificate, InBooks, InStore, compare, in_store
from sync.core.parse import UnreadableOrderError
from sync.core.terms import Terms
from sync.models import Delivery, DeliveryState, Order, OrderState

ORDERS_AT_ONCE = 1000
ALWAYS = Period(date.min, date.max)


class UnreadableRecordingError(Exception):
    """A line of a recording of a store's orders cannot be read; the text says which and why."""


def recorded_orders(lines: Iterable[str]) -> Iterator[InStore]:
    """A store's orders from a recording, one JSON object a line.

    :raises UnreadableRecordingError: at the first line that is no order.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield in_store(load_json(line))
        except (json.JSONDecodeError, UnreadableOrderError) as error:
            raise UnreadableRecordingError(f"Line {number}: {error}.") from error


def reconcile(
    connection: StoreConnection, orders: Iterable[InStore], period: Period = ALWAYS
) -> Certificate:
    """The certificate over all orders that the store created in a period.

    `orders` is all that the store has; what stands in the books and is not among them is gone.
    Days are those of the company's time zone. Four queries for every thousand orders.
    """
    terms = terms_of(connection)
    certificate = Certificate()
    seen: set[int] = set()
    for batch in _batches(orders):
        seen.update(order.order_id for order in batch)
        _add(certificate, connection.pk, batch, terms, period)
    gone = (InStore(order_id) for order_id in _not_excluded(connection.pk) if order_id not in seen)
    for batch in _batches(gone):
        _add(certificate, connection.pk, batch, terms, period)
    certificate.exceptions.sort(key=lambda finding: finding.order_id)
    return certificate


def _batches(orders: Iterable[InStore]) -> Iterator[Sequence[InStore]]:
    orders = iter(orders)
    while batch := list(islice(orders, ORDERS_AT_ONCE)):
        yield batch


def _add(
    certificate: Certificate,
    connection_id: UUID,
    batch: Sequence[InStore],
    terms: Terms,
    period: Period,
) -> None:
    books = in_books(connection_id, [order.order_id for order in batch])
    for order in batch:
        known = books.get(order.order_id)
        if _is_of(period, order, known, terms):
            certificate.add(compare(order, known, terms))


def _is_of(period: Period, order: InStore, known: InBooks | None, terms: Terms) -> bool:
    """Whether the order was created in the period; one of unknown date is of no limited period."""
    created_at = order.created_at or (known.created_at if known else None)
    if created_at is None:
        return period == ALWAYS
    return terms.day(created_at) in period


def _not_excluded(connection_id: UUID) -> Iterator[int]:
    states = (OrderState.BOOKED, OrderState.WAITING)
    rows = Order.objects.filter(connection_id=connection_id, state__in=states)
    return rows.order_by("order_id").values_list("order_id", flat=True).iterator()


def in_books(connection_id: UUID, order_ids: Sequence[int]) -> dict[int, InBooks]:
    """How these orders stand; those that were never seen are left out. Two queries."""
    known = _never_read(connection_id, order_ids)
    with database.cursor() as cursor:
        cursor.execute(_BOOKS, [connection_id, list(order_ids)])
        for order_id, *facts in cursor.fetchall():
            known[order_id] = InBooks(*facts)
    return known


def _never_read(connection_id: UUID, order_ids: Sequence[int]) -> dict[int, InBooks]:
    """Orders of which deliveries could not be read: they wait, or a person left them out."""
    rows = Delivery.objects.filter(
        Q(state=DeliveryState.WAITING) | Q(state=DeliveryState.IGNORED, reason_code=LEFT_OUT),
        connection_id=connection_id,
        order_id__in=order_ids,
    ).order_by("-state", "id")
    known: dict[int, InBooks] = {}
    for order_id, state, reason in rows.values_list("order_id", "state", "reason"):
        if state == DeliveryState.WAITING:
            known[order_id or 0] = InBooks(OrderState.WAITING, reason=reason)
        else:
            is_left_out = InBooks(OrderState.IGNORED, reason=reason, rule=LEFT_OUT)
            known.setdefault(order_id or 0, is_left_out)
    return known


_BOOKS = """
SELECT o.order_id, o.state,
       coalesce(sum(CASE v.type WHEN 'credit_note' THEN -v.total ELSE v.total END), 0),
       o.reason,
       coalesce((array_agg(v.exchange_rate ORDER BY v.id DESC)
                 FILTER (WHERE v.type = 'sales'))[1], 1),
       o.created_at, o.reason_code
FROM sync_order o
LEFT JOIN sync_orderdocument d
    ON d.connection_id = o.connection_id AND d.order_id = o.order_id
LEFT JOIN ledger_voucher v ON v.id = d.voucher_id
WHERE o.connection_id = %s AND o.order_id = ANY(%s)
GROUP BY o.id
"""
