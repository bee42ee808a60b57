"""Deliveries that cannot be read, left out by a person with the reason, and taken in again.

What is left out is a content: it stays left out when it comes once more, and another content of the
order asks again. The answer is kept like any other, so it says who and when, and stays on record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from connections import activity, lifecycle
from connections.models import StoreConnection
from ledger.models import User
from sync.booking.inbox import wake
from sync.booking.reading import LEFT_OUT
from sync.booking.retry import retry, unreadable_deliveries
from sync.models import Acceptance, Delivery, DeliveryState, Order
from sync.orders.acceptance import UnfitAnswerError, take_back


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An order of which nothing could be read, and who left it out."""

    answer_id: int
    order_id: int
    why: str
    by: str
    at: datetime


@transaction.atomic
def leave_out(
    connection: StoreConnection, delivery_id: int, why: str, user: User, *, at: datetime
) -> int:
    """Leave a delivery out that could not be read; gives the id of its order.

    :raises UnfitAnswerError: without a reason, or where the delivery is not the newest that waits.
    """
    why = why.strip()
    if not why:
        raise UnfitAnswerError("Say why the delivery is left out.")
    lifecycle.lock(connection)
    waiting = unreadable_deliveries().filter(connection=connection, order_id__isnull=False)
    found = waiting.filter(pk=delivery_id).first()
    if found is None or found.order_id is None or _is_known(connection, found.order_id):
        raise UnfitAnswerError("This delivery does not wait any more.")
    if waiting.filter(order_id=found.order_id, pk__gt=delivery_id).exists():
        raise UnfitAnswerError("A newer delivery of the order came meanwhile: please look again.")
    Acceptance.objects.create(
        company_id=connection.company_id,
        connection=connection,
        order_id=found.order_id,
        code=LEFT_OUT,
        value={"snapshot": str(found.snapshot_id), "why": why},
        user=user,
        at=at,
    )
    _note(connection, f"Order {found.order_id}: left out, because {why}.", at)
    retry(connection, order_ids=[found.order_id])
    return found.order_id


@transaction.atomic
def take_in_again(connection: StoreConnection, answer_id: int, user: User, *, at: datetime) -> None:
    """Withdraw that a delivery is left out; it is read again, and waits if it still cannot be.

    :raises UnfitAnswerError: when it is not left out any more.
    """
    lifecycle.lock(connection)
    found = next((each for each in _answers(connection) if each.pk == answer_id), None)
    if found is None:
        raise UnfitAnswerError("The delivery is not left out any more.")
    take_back(found, user, at)
    _note(connection, f"Order {found.order_id}: no longer left out, says {user}.", at)
    Delivery.objects.filter(
        connection=connection, order_id=found.order_id, snapshot_id=int(found.value["snapshot"]),
        state=DeliveryState.IGNORED, reason_code=LEFT_OUT,
    ).update(state=DeliveryState.RECEIVED, reason_code="", reason="", finished_at=None)  # fmt: skip
    wake(connection.pk)


def left_out_of(connection: StoreConnection) -> list[LeftOut]:
    """What is left out of a store's deliveries that could not be read, the newest first."""
    found = [
        LeftOut(each.pk, each.order_id, each.value["why"], str(each.user), each.at)
        for each in _answers(connection)
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _answers(connection: StoreConnection) -> Iterator[Acceptance]:
    """The answers that hold about orders of which nothing was ever read."""
    own = {"connection": OuterRef("connection"), "order_id": OuterRef("order_id")}
    rows = Acceptance.objects.filter(
        ~Exists(Order.objects.filter(**own)), connection=connection, code=LEFT_OUT
    )
    newest = rows.order_by("order_id", "-pk").distinct("order_id").select_related("user")
    return (each for each in newest if not each.is_withdrawal)


def _is_known(connection: StoreConnection, order_id: int) -> bool:
    return Order.objects.filter(connection=connection, order_id=order_id).exists()


def _note(connection: StoreConnection, text: str, at: datetime) -> None:
    activity.note(connection, text[:300], at=at, kind="accepted")
