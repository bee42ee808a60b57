"""The whole story: deliveries in, vouchers out.

1. One drainer per connection: the connection's row is locked for each batch.
2. A batch claims the oldest deliveries of up to a hundred orders and settles which one counts.
3. What is posted for these orders is read in one query.
4. The pure core plans each order: what should stand, less what stands. Or it waits.
5. All documents are posted, and drafts, orders, deliveries and activity written, in one transaction.
6. Where the database refuses a batch, its orders go one by one; the bad one is set aside with the
   reason, the others are booked.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, InternalError, OperationalError, transaction
from django.utils import timezone

from connections.models import Status, StoreConnection, UnmappedSku
from sync import reading, saving
from sync.core.books import OrderBooks
from sync.core.terms import Terms
from sync.deciding import Case, booked_once, decide, open_case, wants_history

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""Deadlocks and lock time-outs repeat the batch this often before the drain gives up for now."""


@dataclass(slots=True)
class Outcome:
    """What a drain did. `is_busy`: another drainer was at work. `is_done`: nothing is left."""

    orders: int = 0
    documents: int = 0
    waiting: int = 0
    is_busy: bool = False
    is_done: bool = False


def drain(
    connection_id: UUID,
    *,
    lane: int | None = None,
    seconds: float | None = None,
    patient: bool = False,
) -> Outcome:
    """Process what has arrived from one store, batch by batch.

    `seconds` ends it early (then `is_done` is false); `patient` waits for a running drainer instead
    of leaving the work to it.
    """
    outcome = Outcome()
    ends = None if seconds is None else time.monotonic() + seconds
    while not outcome.is_busy and not outcome.is_done:
        if ends is not None and time.monotonic() > ends:
            break
        _next_batch(connection_id, lane, patient, outcome)
    return outcome


def _next_batch(connection_id: UUID, lane: int | None, patient: bool, outcome: Outcome) -> None:
    """A batch; if the database refuses it, the same orders one at a time."""
    try:
        _with_repeats(connection_id, lane, patient, outcome, reading.ORDERS_PER_BATCH)
    except _REFUSALS:
        log.warning("batch refused, its orders go one by one", exc_info=True)
        for _ in range(reading.ORDERS_PER_BATCH):
            _single(connection_id, lane, patient, outcome)
            if outcome.is_busy or outcome.is_done:
                return


_REFUSALS = (DataError, IntegrityError, InternalError, ArithmeticError, ValueError, TypeError,
             KeyError, AttributeError, AssertionError)  # fmt: skip
"""What only one order can cause: a value the database refuses, or a case the core did not see."""


def _single(connection_id: UUID, lane: int | None, patient: bool, outcome: Outcome) -> None:
    try:
        _with_repeats(connection_id, lane, patient, outcome, 1)
    except _REFUSALS as error:
        log.exception("order set aside")
        with transaction.atomic():
            connection = _lock(connection_id, patient=True)
            if connection is not None:
                for order_id, arrivals in reading.claim(connection_id, lane, 1).items():
                    saving.set_aside(connection, order_id, arrivals, error, timezone.now())
                    outcome.waiting += 1


def _with_repeats(
    connection_id: UUID, lane: int | None, patient: bool, outcome: Outcome, size: int
) -> None:
    """Run a batch; one that lost a race for locks runs again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                _batch(connection_id, lane, patient, outcome, size)
        except OperationalError as error:
            if not _is_race(error) or attempt == ATTEMPTS:
                raise
            log.info("batch repeated: %s", error)
        else:
            return


_RACES = ("40001", "40P01", "55P03")
"""Serialisation failure, deadlock, lock time-out."""


def _is_race(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _RACES


def _batch(
    connection_id: UUID, lane: int | None, patient: bool, outcome: Outcome, size: int
) -> None:
    connection = _lock(connection_id, patient=patient)
    if connection is None:
        outcome.is_busy = True
        return
    claimed = reading.claim(connection_id, lane, size)
    if not claimed:
        outcome.is_done = True
        return
    now = timezone.now()
    cases = decided(connection, reading.terms_of(connection), claimed, now)
    documents = saving.save(connection, cases, now)
    outcome.orders += len(cases)
    outcome.documents += documents
    outcome.waiting += sum(case.problem is not None for case in cases)
    outcome.is_done = reading.is_all(claimed, size)


def _lock(connection_id: UUID, *, patient: bool) -> StoreConnection | None:
    """The connection, held until commit; None while another drainer holds it, or when it is gone.

    NO KEY UPDATE: the door's rows refer to the connection and must not wait for a batch.
    """
    rows = StoreConnection.objects.select_related("company").exclude(status=Status.DELETED)
    return (
        rows.select_for_update(of=("self",), no_key=True, skip_locked=not patient)
        .filter(pk=connection_id, is_enabled=True)
        .first()
    )


def decided(
    connection: StoreConnection,
    terms: Terms,
    claimed: Mapping[int, Any],
    now: datetime,
) -> list[Case]:
    """Read what the decisions need, all orders at once, and take them."""
    known = reading.known_orders(connection.pk, claimed.keys())
    cases = [open_case(i, arrivals, known.get(i)) for i, arrivals in claimed.items()]
    books = reading.books_of(connection.pk, [i for i, each in known.items() if each.has_documents])
    for case in cases:
        case.books = books.get(case.order_id, case.books) or OrderBooks(())
    items = reading.items_by_sku(connection.company_id, {sku for case in cases for sku in case.skus})
    if connection.unmapped_sku == UnmappedSku.CREATE:
        items |= saving.create_items(connection.company_id, cases, items)
    answers = reading.answers_for(connection.pk, known.keys())
    history = reading.statuses_seen(
        connection.pk, [case.order_id for case in cases if wants_history(case, terms)]
    )
    refunds = reading.refunds_seen_before(
        connection.pk, [i for i, each in known.items() if claimed[i] and each.newest.payload.get("refunds")]
    )
    for case in cases:
        decide(
            case,
            terms,
            items=items,
            answers=answers.get(case.order_id, {}),
            was_booked=booked_once(history.get(case.order_id, ()), terms),
            refunds_seen_at=refunds.get(case.order_id, {}),
        )
    return cases
