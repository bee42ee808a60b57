"""Asking a store for what has changed lately: webhooks get lost, and nobody sends them again.

A round begins ten minutes before the last change that is stored, and goes page by page to the end.
Each page and the place after it are stored in one transaction, so a round that is cut off goes on
where it stopped, and the cursor never passes what is not stored.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from connections import activity
from connections.clients.protocol import Page, Place, StoreClient
from connections.clients.transport import Limits
from connections.models import ActivityStatus, PairedSite, Status, StoreConnection
from sync.asking import pulls
from sync.asking.pulls import Problem
from sync.models import Polling

OVERLAP = timedelta(minutes=10)
"""A store may save an order later than the time that it writes on it."""

USUAL_MINUTES = 15

POLL = "sync.tasks.poll"
TOPIC = "poll"
ASKED_AGAIN = "The store can be asked again."


@dataclass(slots=True)
class Round:
    """What a poll did. `is_busy`: another one was at work. `is_done`: it came to the end."""

    orders: int = 0
    pages: int = 0
    is_busy: bool = False
    is_done: bool = False
    problem: Problem | None = None


def polling_of(connection: StoreConnection) -> Polling:
    """What is kept of the connection's polling; made where there is nothing yet."""
    made = {"company_id": connection.company_id}
    return Polling.objects.get_or_create(connection=connection, defaults=made)[0]


@transaction.atomic
def start(connection: StoreConnection, interval_minutes: int, *, now: datetime) -> None:
    """Poll at this interval from now on."""
    polling_of(connection)
    Polling.objects.filter(connection=connection).update(
        is_on=True, interval_minutes=interval_minutes, next_at=now, failures=0,
        problem="", problem_code="",
    )  # fmt: skip
    text = f"The store is asked for changes every {interval_minutes} minutes."
    activity.note(connection, text, at=now, kind="poll")


@transaction.atomic
def keys_work(connection: StoreConnection, *, now: datetime) -> None:
    """The store answers to its keys: ask from now on, and try again at once what had failed.

    Polling that somebody has stopped stays so.
    """
    if not Polling.objects.filter(connection=connection).exists():
        start(connection, USUAL_MINUTES, now=now)
    failed = Polling.objects.filter(connection=connection).exclude(problem_code="")
    if failed.update(next_at=now, failures=0, problem="", problem_code=""):
        activity.note(connection, ASKED_AGAIN, at=now, kind="poll")


@transaction.atomic
def stop(connection: StoreConnection, *, now: datetime) -> None:
    """Ask no more; what was found stays, and so does the cursor."""
    if Polling.objects.filter(connection=connection, is_on=True).update(is_on=False):
        text = "The store is not asked for changes any more."
        activity.note(connection, text, at=now, kind="poll")


def poll(
    connection: StoreConnection,
    *,
    seconds: float = float("inf"),
    limits: Limits = pulls.PATIENCE,
    beat: Callable[[], None] = lambda: None,
) -> Round:
    """Ask for what has changed, and put it into the inbox; `seconds` end it after a page.

    What goes wrong stands in the result, in what is kept, and once in the activity log.
    """
    with pulls.alone("poll", connection.pk) as is_alone:
        if not is_alone:
            return Round(is_busy=True)
        poller = _Poller(connection, polling_of(connection), limits)
        return poller.run(time.monotonic() + seconds, beat)


@dataclass(slots=True)
class _Poller:
    """One poll at work."""

    connection: StoreConnection
    state: Polling
    limits: Limits
    round: Round = field(default_factory=Round)

    def run(self, ends: float, beat: Callable[[], None]) -> Round:
        try:
            with pulls.client_for(self.connection, self.state, self.limits) as client:
                while not self.round.is_done:
                    beat()
                    self._page(client)
                    if time.monotonic() > ends:
                        break
        except pulls.FAILURES as error:
            self.round.problem = Problem.of(error, self.state.failures)
        self._close(timezone.now())
        return self.round

    def _page(self, client: StoreClient) -> None:
        place = self._place()
        asked_at = timezone.now()
        with pulls.exactly(client):
            page = client.changed_orders(place, client.page_size)
        self.state.page_size = client.page_size
        with transaction.atomic():
            pulls.keep(self.connection, page.orders, asked_at=asked_at, topic=TOPIC)
            self._advance(page, place, asked_at)
        self.round.orders += len(page.orders)
        self.round.pages += 1
        self.round.is_done = page.next is None

    def _place(self) -> Place:
        if self.state.place:
            return Place.read(self.state.place)
        if self.state.cursor:
            return Place.read(self.state.cursor).earlier(OVERLAP.total_seconds())
        return Place.since(first_moment(self.connection)).earlier(OVERLAP.total_seconds())

    def _advance(self, page: Page, place: Place, asked_at: datetime) -> None:
        """Past what was stored in this very transaction, and never past the present."""
        changes = [at for at in map(pulls.changed_at, page.orders) if at]
        newest = max(changes, default=None)
        if newest:
            self.state.newest_change_at = max(newest, self.state.newest_change_at or newest)
        self.state.place = page.next.as_text() if page.next else ""
        if page.next is None:
            reached = min(Place.since(max([place.at, *changes])), Place.since(asked_at))
            known = Place.read(self.state.cursor) if self.state.cursor else reached
            self.state.cursor = max(reached, known).as_text()
        self.state.save(update_fields=["place", "cursor", "newest_change_at", "page_size"])

    @transaction.atomic
    def _close(self, now: datetime) -> None:
        problem, before = self.round.problem, self.state.problem_code
        self.state.failures = self.state.failures + 1 if problem else 0
        self.state.problem_code = problem.code if problem else ""
        self.state.problem = problem.text if problem else ""
        self.state.next_at = self._next_at(now)
        if self.round.is_done:
            StoreConnection.objects.filter(pk=self.connection.pk).update(last_polled_at=now)
        self.state.save(
            update_fields=["way", "page_size", "failures", "problem", "problem_code", "next_at"]
        )
        if problem and problem.code != before:
            text = f"The store could not be asked for changes. {problem.text}"
            self._note(text, ActivityStatus.FAILED, now)
        elif before and not problem:
            self._note(ASKED_AGAIN, ActivityStatus.INFO, now)

    def _next_at(self, now: datetime) -> datetime:
        """At once where the round has not come to its end."""
        if self.round.problem:
            return self.round.problem.next_at(now)
        wait = timedelta(minutes=self.state.interval_minutes)
        return now + wait if self.round.is_done else now

    def _note(self, text: str, status: ActivityStatus, now: datetime) -> None:
        activity.note(self.connection, text[:300], at=now, kind="poll", status=status)


def first_moment(connection: StoreConnection) -> datetime:
    """Where the very first round begins: when the store was connected, by the store's clock.

    History is asked for by a back-fill alone, from a day that a person chooses.
    """
    skews = PairedSite.objects.filter(connection=connection).values_list("clock_skew", flat=True)
    behind = min(0, skews.first() or 0)
    return connection.created_at + timedelta(seconds=behind)


def queue_due(now: datetime) -> int:
    """Queue a poll for each store whose time has come; return how many.

    Two who look at once queue one: the time is moved by whoever finds it unchanged.
    """
    due = Polling.objects.filter(
        is_on=True, next_at__lte=now, connection__status=Status.ACTIVE, connection__is_enabled=True
    )
    count = 0
    for store, at in due.values_list("pk", "next_at"):
        claimed = Polling.objects.filter(pk=store, next_at=at).update(next_at=now + pulls.CLAIM)
        if claimed:
            async_task(POLL, str(store), timeout=pulls.TASK_SECONDS)
            count += 1
    return count


def is_any_due(now: datetime) -> bool:
    """Whether a poll waits for its turn."""
    return Polling.objects.filter(is_on=True, next_at__lte=now).exists()


def put_off(connection_id: UUID, now: datetime) -> None:
    """Leave it for the next look: there is no worker to spare just now."""
    Polling.objects.filter(pk=connection_id, is_on=True).update(next_at=now)
