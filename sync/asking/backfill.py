"""History: all orders that a store has had since a day that a person chose.

In the background, in slices of some seconds; each page and the place after it are stored in one
transaction, so that a crash loses nothing. Nothing grows with the length of the history: a page is
in memory, and where too much waits to be booked, the slice books instead of asking for more.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as day_time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_q.tasks import async_task

from connections import activity
from connections.clients.protocol import BEGINNING, Page, Period, Place, StoreClient
from connections.clients.transport import Limits
from connections.models import ActivityStatus, Status, StoreConnection
from ledger.models import User
from ledger.periods import written
from sync.asking import polling, pulls
from sync.asking.pulls import Problem
from sync.booking import draining
from sync.models import OPEN_BACKFILLS, Backfill, BackfillState, Delivery, DeliveryState, Lane

BACKFILL = "sync.tasks.backfill"
TOPIC = "backfill"
MOST_WAITING = 1000
"""So many deliveries of history may wait to be booked; then booking goes first."""

BOOKING_SECONDS = 5.0
TELLING = 3
"""So many failures in a row are told; one alone passes by itself."""

TURN = timedelta(seconds=1)


class NotPossibleError(Exception):
    """A back-fill cannot be begun or changed so; the text says why."""


@dataclass(slots=True)
class Slice:
    """What a slice did; as `polling.Round`."""

    orders: int = 0
    pages: int = 0
    is_busy: bool = False
    is_done: bool = False
    problem: Problem | None = None


def open_backfill(connection: StoreConnection) -> Backfill | None:
    """The one that runs or is paused."""
    return Backfill.objects.filter(connection=connection, state__in=OPEN_BACKFILLS).first()


@transaction.atomic
def begin(
    connection: StoreConnection, since: date, *, by: User | None = None, now: datetime
) -> Backfill:
    """Ask for all orders created since the beginning of this day, in the company's zone.

    :raises NotPossibleError: when the day is to come, or another back-fill is open.
    """
    StoreConnection.objects.select_for_update(no_key=True, of=("self",)).get(pk=connection.pk)
    if open_backfill(connection):
        raise NotPossibleError("A back-fill of this store is not finished yet.")
    zone = ZoneInfo(connection.company.timezone)
    start = datetime.combine(since, day_time(), zone)
    if start >= now:
        raise NotPossibleError("Choose a day that is not in the future.")
    made = Backfill.objects.create(
        company_id=connection.company_id,
        connection=connection,
        since=since,
        start=start,
        until=now + timedelta(minutes=1),
        worked=timedelta(),
        made_by=by,
        made_at=now,
        next_at=now,
    )
    _note(connection, f"Back-fill of all orders since {written(since)} was begun.", now)
    return made


_STEPS: dict[BackfillState, tuple[tuple[BackfillState, ...], str]] = {
    BackfillState.PAUSED: ((BackfillState.RUNNING,), "paused"),
    BackfillState.RUNNING: ((BackfillState.PAUSED,), "taken up again"),
    BackfillState.CANCELLED: (OPEN_BACKFILLS, "cancelled; what has come stays"),
}


@transaction.atomic
def move(connection: StoreConnection, state: BackfillState, *, now: datetime) -> None:
    """Pause, go on, cancel.

    :raises NotPossibleError: when it is not in a state for that.
    """
    before, word = _STEPS[state]
    changes: dict[str, object] = {"state": state}
    if state is BackfillState.RUNNING:
        changes |= {"next_at": now, "failures": 0, "problem": "", "problem_code": ""}
    elif state is BackfillState.CANCELLED:
        changes["finished_at"] = now
    if not Backfill.objects.filter(connection=connection, state__in=before).update(**changes):
        raise NotPossibleError("There is no back-fill for which that can be done.")
    _note(connection, f"The back-fill was {word}.", now)


def run(
    backfill: Backfill,
    *,
    seconds: float = float("inf"),
    limits: Limits = pulls.PATIENCE,
    beat: Callable[[], None] = lambda: None,
    steps_aside: Callable[[], bool] = lambda: False,
) -> Slice:
    """Go on with it for so many seconds; `steps_aside` is asked after each page."""
    with pulls.alone("backfill", backfill.connection_id) as is_alone:
        if not is_alone:
            return Slice(is_busy=True)
        backfill.refresh_from_db()
        ends = time.monotonic() + seconds
        return _Filler(backfill, limits).run(beat, lambda: time.monotonic() > ends or steps_aside())


@dataclass(slots=True)
class _Filler:
    """One slice at work."""

    row: Backfill
    limits: Limits
    slice: Slice = field(default_factory=Slice)

    def run(self, beat: Callable[[], None], is_over: Callable[[], bool]) -> Slice:
        try:
            with pulls.client_for(self.row.connection, self.row, self.limits) as client:
                while self._is_wanted():
                    beat()
                    self._page(client)
                    if is_over():
                        break
                    book_first(self.row.connection)
        except pulls.FAILURES as error:
            self.slice.problem = Problem.of(error, self.row.failures)
        self._close(timezone.now())
        return self.slice

    def _is_wanted(self) -> bool:
        """People may pause or cancel it between two pages."""
        states = Backfill.objects.filter(pk=self.row.pk).values_list("state", flat=True)
        return not self.slice.is_done and states.get() == BackfillState.RUNNING

    def _page(self, client: StoreClient) -> None:
        place = Place.read(self.row.place) if self.row.place else BEGINNING
        started, asked_at = time.monotonic(), timezone.now()
        period = Period(_seconds(self.row.start), _seconds(self.row.until))
        with pulls.exactly(client):
            page = client.orders_created(period, place, client.page_size)
        self.row.page_size = client.page_size
        with transaction.atomic():
            connection = self.row.connection
            pulls.keep(connection, page.orders, asked_at=asked_at, topic=TOPIC, lane=Lane.BACKFILL)
            self._advance(page, timedelta(seconds=time.monotonic() - started))
        self.slice.orders += len(page.orders)
        self.slice.pages += 1
        self.slice.is_done = page.next is None

    def _advance(self, page: Page, spent: timedelta) -> None:
        self.row.place = page.next.as_text() if page.next else ""
        changes: dict[str, object] = {
            "place": self.row.place, "page_size": self.row.page_size,
            "fetched": F("fetched") + len(page.orders), "worked": F("worked") + spent,
        }  # fmt: skip
        if self.row.total is None and page.total is not None:
            self.row.total = changes["total"] = page.total
        if page.next is None:
            changes |= {"state": BackfillState.DONE, "finished_at": timezone.now()}
        Backfill.objects.filter(pk=self.row.pk).update(**changes)

    @transaction.atomic
    def _close(self, now: datetime) -> None:
        problem, row = self.slice.problem, Backfill.objects.filter(pk=self.row.pk)
        row.update(
            way=self.row.way,
            page_size=self.row.page_size,
            failures=F("failures") + 1 if problem else 0,
            problem=problem.text if problem else "",
            problem_code=problem.code if problem else "",
            next_at=problem.next_at(now) if problem else now + TURN,
        )
        if problem and problem.needs_person:
            row.filter(state=BackfillState.RUNNING).update(state=BackfillState.PAUSED)
        if problem and (problem.needs_person or self.row.failures + 1 == TELLING):
            _note(self.row.connection, f"The back-fill stopped. {problem.text}", now, failed=True)
        if self.slice.is_done:
            fetched = row.values_list("fetched", flat=True).get()
            _note(self.row.connection, f"The back-fill is done: {fetched} orders.", now)


def _seconds(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _note(connection: StoreConnection, text: str, now: datetime, *, failed: bool = False) -> None:
    status = ActivityStatus.FAILED if failed else ActivityStatus.INFO
    activity.note(connection, text[:300], at=now, kind="backfill", status=status)


def book_first(connection: StoreConnection) -> None:
    """Where too much of the history waits, book; somebody else at it is as good."""
    waiting = Delivery.objects.filter(
        connection=connection, lane=Lane.BACKFILL, state=DeliveryState.RECEIVED
    )
    if waiting[: MOST_WAITING + 1].count() > MOST_WAITING:
        draining.drain(connection.pk, seconds=BOOKING_SECONDS, patient=True)


def queue_due(now: datetime) -> int:
    """Queue a slice for each back-fill whose turn has come, unless a poll waits; how many."""
    if polling.is_any_due(now):
        return 0
    due = Backfill.objects.filter(
        state=BackfillState.RUNNING,
        next_at__lte=now,
        connection__status=Status.ACTIVE,
        connection__is_enabled=True,
    )
    count = 0
    for pk, at in due.values_list("pk", "next_at"):
        if Backfill.objects.filter(pk=pk, next_at=at).update(next_at=now + pulls.CLAIM):
            async_task(BACKFILL, pk, timeout=pulls.TASK_SECONDS)
            count += 1
    return count


def put_off(backfill_id: int, now: datetime) -> None:
    """Leave it for a later look: there is no worker to spare just now."""
    Backfill.objects.filter(pk=backfill_id).update(next_at=now + TURN)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a back-fill is, for people. `total` is what the store claims, None if nothing."""

    row: Backfill

    @property
    def rate(self) -> int:
        """Orders a minute, while the store is asked."""
        minutes = self.row.worked.total_seconds() / 60
        return round(self.row.fetched / minutes) if minutes else 0

    @property
    def left(self) -> str:
        """The time left, roughly: `about 12 minutes`; empty where nobody can know."""
        if not self.row.total or not self.rate or self.row.state != BackfillState.RUNNING:
            return ""
        minutes = max(0, self.row.total - self.row.fetched) / self.rate
        if minutes < 1:
            return "less than a minute"
        name, count = ("hour", minutes / 60) if minutes >= 90 else ("minute", minutes)
        return f"about {round(count)} {name}{'' if round(count) == 1 else 's'}"


def newest(connection: StoreConnection) -> Progress | None:
    """The last back-fill, open or not."""
    row = Backfill.objects.filter(connection=connection).order_by("-id").first()
    return Progress(row) if row else None
