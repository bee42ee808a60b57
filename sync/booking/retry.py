"""Process again: what waited and need wait no longer, or any delivery that a person replays."""

from collections.abc import Collection, Iterator
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from connections.models import StoreConnection
from sync.booking import pipeline
from sync.booking.claiming import ORDERS_PER_BATCH
from sync.booking.deciding import Case
from sync.booking.held import AGAIN
from sync.booking.inbox import wake
from sync.booking.reading import terms_of
from sync.core.arrivals import Arrival
from sync.core.waiting import WaitsFor
from sync.models import Delivery, DeliveryState, Order, OrderState


@transaction.atomic
def retry(
    connection: StoreConnection,
    *,
    reason_code: str | None = None,
    order_ids: Collection[int] | None = None,
) -> int:
    """Process waiting orders again, all or those of a reason or with these ids; how many.

    The deliveries that wait are as if they had just arrived.
    """
    wanted = _waiting(connection.pk, reason_code, order_ids)
    _put_again(connection, wanted)
    return len(wanted)


@transaction.atomic
def look_again(connection: StoreConnection, order_id: int) -> None:
    """Process an order again as it is known now, whether it waits or not."""
    _put_again(connection, {order_id})


@transaction.atomic
def replay(connection: StoreConnection, delivery_ids: Collection[int]) -> int:
    """Process deliveries again as new ones; how many. Those that held no order are left out."""
    found = Delivery.objects.filter(
        connection=connection, pk__in=delivery_ids, snapshot__isnull=False
    )
    rows = found.order_by("pk").values_list("order_id", "snapshot_id", "topic")
    return _deliver(connection, list(rows))


def ripe(connection: StoreConnection) -> list[int]:
    """The waiting orders that would wait no longer: what they waited for has changed since.

    Found by planning them anew without writing. What broke inside Counterfoil, or could not be
    read, stays for a person to retry.
    """
    rows = Order.objects.filter(
        connection=connection, state=OrderState.WAITING, reason_code__in=list(WaitsFor)
    ).exclude(reason_code=WaitsFor.READABLE)
    ids = rows.order_by("order_id").values_list("order_id", flat=True).iterator()
    return [order_id for batch in _batches(ids) for order_id in _ripe_of(connection, batch)]


def _ripe_of(connection: StoreConnection, order_ids: list[int]) -> list[int]:
    return [case.order_id for case in planned_anew(connection, order_ids) if case.plan is not None]


def planned_anew(connection: StoreConnection, order_ids: list[int]) -> list[Case]:
    """What would be decided about these orders now; nothing is written."""
    rows = Order.objects.filter(connection=connection, order_id__in=order_ids)
    arrivals = {order.order_id: [_as_known(order)] for order in rows.select_related("snapshot")}
    return pipeline.decided(connection, terms_of(connection), arrivals)


def _as_known(order: Order) -> Arrival:
    return Arrival(
        delivery_id=0,
        snapshot_id=order.snapshot_id,
        received_at=order.seen_at,
        topic=AGAIN,
        payload=order.snapshot.payload,
        is_replay=True,
    )


def _batches(ids: Iterator[int]) -> Iterator[list[int]]:
    while batch := list(islice(ids, ORDERS_PER_BATCH)):
        yield batch


def _waiting(
    connection_id: UUID, reason_code: str | None, order_ids: Collection[int] | None
) -> set[int]:
    """Orders that wait, and those of which nothing could be read or kept yet."""
    wanted: dict[str, object] = {"connection_id": connection_id}
    if reason_code is not None:
        wanted["reason_code"] = reason_code
    if order_ids is not None:
        wanted["order_id__in"] = order_ids
    orders = Order.objects.filter(state=OrderState.WAITING, **wanted)
    unknown = unreadable_deliveries().filter(order_id__isnull=False, **wanted)
    ids = {*orders.values_list("order_id", flat=True), *unknown.values_list("order_id", flat=True)}
    return {order_id for order_id in ids if order_id is not None}


def unreadable_deliveries() -> QuerySet[Delivery]:
    """Deliveries that wait although no order of theirs does: of these nothing could be read."""
    waiting = Order.objects.filter(
        connection=OuterRef("connection"), order_id=OuterRef("order_id"), state=OrderState.WAITING
    )
    return Delivery.objects.filter(~Exists(waiting), state=DeliveryState.WAITING)


def _put_again(connection: StoreConnection, order_ids: set[int]) -> None:
    """The deliveries that wait go again as they came; where none does, the newest snapshot."""
    waiting = Delivery.objects.filter(
        connection=connection, order_id__in=order_ids, state=DeliveryState.WAITING
    )
    with_delivery = set(waiting.values_list("order_id", flat=True))
    waiting.update(state=DeliveryState.RECEIVED, reason_code="", reason="", finished_at=None)
    others = Order.objects.filter(connection=connection, order_id__in=order_ids - with_delivery)
    rows = others.order_by("order_id").values_list("order_id", "snapshot_id")
    _deliver(connection, [(order_id, snapshot_id, AGAIN) for order_id, snapshot_id in rows])


def _deliver(
    connection: StoreConnection, rows: Collection[tuple[int | None, int | None, str]]
) -> int:
    """New deliveries of old snapshots, each (order id, snapshot id, topic), and a drain."""
    now = timezone.now()
    Delivery.objects.bulk_create(
        Delivery(
            company_id=connection.company_id,
            connection_id=connection.pk,
            received_at=now,
            topic=topic,
            order_id=order_id,
            snapshot_id=snapshot_id,
            is_repeat=True,
            is_replay=True,
        )
        for order_id, snapshot_id, topic in rows
    )
    _wake(connection.pk)
    return len(rows)


def _wake(connection_id: UUID) -> None:
    """After the commit: a drain that began before would not see the rows."""
    transaction.on_commit(lambda: wake(connection_id))
