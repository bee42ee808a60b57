"""Errands to a store: in slices, one at a time for each store, cancelled or taken up at any moment.

The row is the record, the queue a trigger: what a killed worker leaves behind is queued again. What
passes by itself is tried again; what does not stops the errand, with the reason, until a person
goes on with it. No transaction is open while the store is asked.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django_q.tasks import async_task

from connections.clients.errors import FailedError
from connections.clients.protocol import Gone, Json, StoreClient, Unread
from connections.clients.transport import Limits
from connections.models import PairedSite, Status, StoreConnection
from sync.asking import pulls
from sync.asking.pulls import Problem
from sync.models import OPEN_ERRANDS, CustomerLook, ErrandState, Look, OrderImport

AnErrand = Look | OrderImport | CustomerLook

TASKS: dict[type[AnErrand], str] = {
    Look: "sync.tasks.work_on_look",
    OrderImport: "sync.tasks.work_on_order_import",
    CustomerLook: "sync.tasks.work_on_customer_look",
}
TURN = timedelta(seconds=1)
ASKED_AT_ONCE, ASKED_ONE_BY_ONE = 100, 10
MOST_FAILURES = 5
"""So many failures in a row, with longer and longer pauses, and a person should know."""

Step = Callable[[StoreClient], bool]
"""Does a part of the errand, and says whether it was the last."""


class NotPossibleError(Exception):
    """An errand cannot be begun or changed so; the text says why."""


@dataclass(slots=True)
class Slice:
    """What a slice did. `is_busy`: another one was at work for the store."""

    steps: int = 0
    is_busy: bool = False
    is_done: bool = False
    problem: Problem | None = None


def check_can_be_asked(connection: StoreConnection) -> None:
    """Make sure that the store can be asked, and that what comes would be processed.

    :raises NotPossibleError: when it cannot; the text says what to do.
    """
    if not pulls.may_ask(connection):
        raise NotPossibleError("The store is unpaired or switched off: switch it on in Options.")
    is_paired = PairedSite.objects.filter(connection=connection).exists()
    if not (connection.consumer_key or is_paired):
        raise NotPossibleError(
            "The store cannot be asked. Enter REST keys under Asking, or pair the plugin."
        )


def send(errand: AnErrand, now: datetime) -> None:
    """Queue a task for an errand; whoever sweeps leaves it alone for as long as that may take."""
    own = type(errand).objects.filter(pk=errand.pk, state=ErrandState.RUNNING)
    if own.update(next_at=now + pulls.CLAIM):
        async_task(TASKS[type(errand)], errand.pk, timeout=pulls.TASK_SECONDS)


def queue_due(now: datetime) -> int:
    """Queue a slice of each errand whose turn has come; how many."""
    count = 0
    for model, task in TASKS.items():
        for pk, at in _due(model, now).values_list("pk", "next_at"):
            own = model.objects.filter(pk=pk, next_at=at, state=ErrandState.RUNNING)
            if own.update(next_at=now + pulls.CLAIM):
                async_task(task, pk, timeout=pulls.TASK_SECONDS)
                count += 1
    return count


def is_any_due(now: datetime) -> bool:
    """Whether somebody waits for an errand: history steps aside then."""
    return any(_due(model, now).exists() for model in TASKS)


def _due(model: type[AnErrand], now: datetime) -> QuerySet[Any]:
    return model._default_manager.filter(  # noqa: SLF001 -- of either class
        state=ErrandState.RUNNING,
        next_at__lte=now,
        connection__status=Status.ACTIVE,
        connection__is_enabled=True,
    )


def put_off(errand: AnErrand, now: datetime) -> None:
    """Leave it for a later look: there is no worker to spare just now, or the store is off."""
    own = type(errand).objects.filter(pk=errand.pk, state=ErrandState.RUNNING)
    own.update(next_at=now + TURN)


def end(errand: AnErrand, *, now: datetime) -> None:
    """Stop it for good; what it has brought stays.

    :raises NotPossibleError: when it is over already.
    """
    own = type(errand).objects.filter(pk=errand.pk, state__in=OPEN_ERRANDS)
    if not own.update(state=ErrandState.CANCELLED, finished_at=now):
        raise NotPossibleError("It is over already.")


def take_up(errand: AnErrand, *, now: datetime) -> None:
    """Go on where it stopped.

    :raises NotPossibleError: when it does not wait for that.
    """
    own = type(errand).objects.filter(pk=errand.pk, state=ErrandState.PAUSED)
    changes = {"failures": 0, "problem": "", "problem_code": ""}
    if not own.update(state=ErrandState.RUNNING, next_at=now, **changes):
        raise NotPossibleError("It runs already, or it is over.")
    send(errand, now)


def is_wanted(errand: AnErrand) -> bool:
    """Whether it still runs: people may cancel it between two steps."""
    rows = type(errand).objects.filter(pk=errand.pk)
    return rows.values_list("state", flat=True).first() == ErrandState.RUNNING


def run(
    errand: AnErrand,
    step: Step,
    *,
    seconds: float = float("inf"),
    limits: Limits = pulls.PATIENCE,
    beat: Callable[[], None] = lambda: None,
) -> Slice:
    """Go on with it for so many seconds, step by step; what goes wrong stands in its row."""
    with pulls.alone("errand", errand.connection_id) as is_alone:
        if not is_alone:
            put_off(errand, timezone.now())
            return Slice(is_busy=True)
        errand.refresh_from_db()
        ends = time.monotonic() + seconds
        done = Slice()
        try:
            with pulls.client_for(errand.connection, errand, limits) as client:
                while is_wanted(errand) and not done.is_done:
                    beat()
                    done.is_done = step(client)
                    done.steps += 1
                    if time.monotonic() > ends:
                        break
        except pulls.FAILURES as error:
            done.problem = Problem.of(error, errand.failures)
        _close(errand, done, timezone.now())
        return done


def _close(errand: AnErrand, done: Slice, now: datetime) -> None:
    problem, rows = done.problem, type(errand).objects.filter(pk=errand.pk)
    failures = 0 if problem is None else 1 if done.steps else errand.failures + 1
    rows.update(
        way=errand.way,
        page_size=errand.page_size,
        failures=failures,
        problem=problem.text if problem else "",
        problem_code=problem.code if problem else "",
        next_at=problem.next_at(now) if problem else now + TURN,
    )
    if problem and (problem.needs_person or failures >= MOST_FAILURES):
        rows.filter(state=ErrandState.RUNNING).update(state=ErrandState.PAUSED)


@dataclass(frozen=True, slots=True)
class Told:
    """What the store said of some orders: as they are, gone or left out, or unread."""

    asked: Sequence[int]
    orders: Sequence[Json]
    missing: Mapping[int, Gone | Unread]


def orders_of(client: StoreClient, order_ids: Sequence[int]) -> Told:
    """Ask for orders by their ids; where some cannot be read, for the first of them one by one.

    :raises connections.clients.errors.StoreError: when the store cannot be asked.
    """
    asked = order_ids[: min(ASKED_AT_ONCE, client.page_size)]
    with pulls.exactly(client):
        try:
            told = client.orders(asked)
        except FailedError:
            client.check()  # that the store is there at all
            asked = asked[:ASKED_ONE_BY_ONE]
            told = [_alone(client, order_id) for order_id in asked]
    orders = [each for each in told if not isinstance(each, Gone | Unread)]
    missing = {each.order_id: each for each in told if isinstance(each, Gone | Unread)}
    return Told(asked, orders, missing)


def _alone(client: StoreClient, order_id: int) -> Json | Gone | Unread:
    try:
        return client.order(order_id)
    except FailedError:
        return Unread(order_id)


def told(errand: AnErrand, count: int) -> dict[str, Any]:
    """So many more orders have been told of."""
    return {"done": F("done") + count, "page_size": errand.page_size}
