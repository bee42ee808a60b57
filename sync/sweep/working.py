"""A sweep at work, in three stages; each step and the place after it are one transaction.

1. Listing: every order that the store created in the period, page by page, the trash included.
2. Vanished: orders in the books that the list lacks are asked for by id.
3. Settling: what differs is put through the inbox, processed, asked for once more, compared again.

A page is in memory at a time. Where the worker dies, the next one goes on after the last step;
whatever is done twice changes nothing.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from connections.clients.protocol import BEGINNING, Gone, Page, Period, Place, StoreClient
from connections.clients.transport import Limits
from connections.models import StoreConnection
from sync.asking import pulls
from sync.asking.pulls import Problem
from sync.booking import draining
from sync.booking.reading import terms_of
from sync.core.certificate import Verdict
from sync.core.sweep import too_many_gone
from sync.models import Order, OrderState, SweepRun, SweepStage, SweepState, SweptOrder
from sync.sweep import ending
from sync.sweep.hearing import Heard, heard, put, these_orders, unread
from sync.sweep.judging import is_bad, judged, standing_of
from sync.sweep.rows import keep_found
from sync.sweep.settling import AT_ONCE, Settling

BOOKING_SECONDS = 5.0
TURN = timedelta(seconds=1)
MOST_FAILURES = 12
"""After so many failures in a row, the last ones a quarter of an hour apart, a sweep gives up."""

STANDING = (OrderState.BOOKED, OrderState.WAITING, OrderState.DRAFT)
"""What is kept of an order here only as long as the store has it."""


class _EndedError(Exception):
    """Somebody stopped the sweep in the middle of a step; what the step found is not kept."""


@dataclass(slots=True)
class Slice:
    """What a slice did; as `polling.Round`. `is_over`: the sweep has ended, one way or another."""

    orders: int = 0
    pages: int = 0
    is_busy: bool = False
    is_over: bool = False
    problem: Problem | None = None


def run(
    row: SweepRun,
    *,
    seconds: float = float("inf"),
    limits: Limits = pulls.PATIENCE,
    patient: bool = False,
    beat: Callable[[], None] = lambda: None,
    steps_aside: Callable[[], bool] = lambda: False,
) -> Slice:
    """Go on with a sweep for so many seconds; `steps_aside` is asked after each step.

    `patient` waits for another one who is booking, and does not leave it to a later slice.
    """
    with pulls.alone("sweep", row.connection_id) as is_alone:
        if not is_alone:
            return Slice(is_busy=True)
        row.refresh_from_db()
        ends = time.monotonic() + seconds
        sweeper = _Sweeper(row, row.connection, limits, patient=patient)
        return sweeper.run(beat, lambda: time.monotonic() > ends or steps_aside())


@dataclass(slots=True)
class _Sweeper:
    """One slice at work."""

    row: SweepRun
    connection: StoreConnection
    limits: Limits
    patient: bool
    slice: Slice = field(default_factory=Slice)
    is_held_up: bool = False

    def run(self, beat: Callable[[], None], is_over: Callable[[], bool]) -> Slice:
        try:
            with pulls.client_for(self.connection, self.row, self.limits) as client:
                while self._is_wanted():
                    beat()
                    with pulls.exactly(client):
                        self._step(client)
                    if is_over():
                        break
        except _EndedError:
            self.slice.is_over = True
        except pulls.FAILURES as error:
            self.slice.problem = Problem.of(error, self.row.failures)
        self._close(timezone.now())
        return self.slice

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction in which nobody can end the sweep.

        :raises _EndedError: when somebody has.
        """
        with transaction.atomic():
            running = SweepRun.objects.filter(pk=self.row.pk, state=SweepState.RUNNING)
            if not list(running.select_for_update(no_key=True).values_list("pk")):
                raise _EndedError
            yield

    def _is_wanted(self) -> bool:
        """People may cancel it between two steps."""
        states = SweepRun.objects.filter(pk=self.row.pk).values_list("state", flat=True)
        is_running = states.get() == SweepState.RUNNING
        self.slice.is_over = not is_running
        return is_running and not self.is_held_up

    def _step(self, client: StoreClient) -> None:
        if self.row.stage == SweepStage.LISTING:
            self._page(client)
        elif self.row.stage == SweepStage.VANISHED:
            self._vanished(client)
        else:
            Settling(self.row, client, self._book, self._writing).step()

    def _page(self, client: StoreClient) -> None:
        """What has come already is booked first: it is no difference that it was not yet."""
        self._book()
        place = Place.read(self.row.place) if self.row.place else BEGINNING
        asked_at = timezone.now()
        period = Period(_seconds(self.row.start), _seconds(self.row.until))
        page = client.orders_created(period, place, client.page_size)
        self.row.page_size = client.page_size
        said = [heard(self.connection, each, asked_at) for each in page.orders]
        said += [unread(order_id) for order_id in page.unread]
        with self._writing():
            self._keep(said, asked_at)
            self._advance(page)
        self.slice.orders += len(said)
        self.slice.pages += 1

    def _keep(self, said: list[Heard], asked_at: datetime) -> None:
        """Judge what was heard, put what is news, note it all. Deletions are put at the end."""
        standing = standing_of(self.connection.pk, [each.order_id for each in said])
        findings = judged(self.connection, terms_of(self.connection), said, standing)
        news = [
            each for each in said
            if self.row.repairs and not each.is_gone and standing.is_news(each)
        ]  # fmt: skip
        put(self.connection, self.row.pk, news, asked_at)
        is_put = frozenset(each.order_id for each in news)
        unclear = {
            order_id
            for order_id, each in findings.items()
            if is_bad(each) or each.verdict is Verdict.WAITING
        }
        gone = {each.order_id for each in said if each.is_gone and standing.is_news(each)}
        keep_found(
            self.row,
            said,
            findings,
            put=is_put,
            unjudged=standing.pending,
            is_open=is_put | unclear | gone | standing.pending,
        )

    def _advance(self, page: Page) -> None:
        self.row.place = page.next.as_text() if page.next else ""
        if page.next is None:
            self.row.stage = SweepStage.VANISHED
        if self.row.expected is None:
            self.row.expected = page.total
        self.row.listed += len(page.orders) + len(page.unread)
        self.row.save(update_fields=["place", "stage", "expected", "listed", "page_size"])

    def _vanished(self, client: StoreClient) -> None:
        ids = list(self._unlisted().values_list("order_id", flat=True)[:AT_ONCE])
        asked_at = timezone.now()
        answers = [heard(self.connection, each, asked_at) for each in these_orders(client, ids)]
        told = {each.order_id for each in answers}
        carts = [Gone(order_id, is_draft=True) for order_id in ids if order_id not in told]
        answers += [heard(self.connection, each, asked_at) for each in carts]
        with self._writing():
            self._keep([each for each in answers if each.order_id in ids], asked_at)
            if ids:
                self.row.place = str(ids[-1])
                self.row.save(update_fields=["place"])
            else:
                self._end_of_vanished()
        self.slice.pages += 1

    def _unlisted(self) -> QuerySet[Order]:
        """Orders of the period that stand here, and of which the sweep has not heard."""
        period = Q(created_at__gte=self.row.start, created_at__lt=self.row.until)
        if self.row.first is None and self.row.last is None:
            period |= Q(created_at__isnull=True)
        in_sweep = SweptOrder.objects.filter(run=self.row, order_id=OuterRef("order_id"))
        standing = Order.objects.filter(period, connection=self.connection, state__in=STANDING)
        after = int(self.row.place or 0)
        unlisted = standing.filter(~Exists(in_sweep), is_deleted=False, order_id__gt=after)
        return unlisted.order_by("order_id")

    def _end_of_vanished(self) -> None:
        gone = SweptOrder.objects.filter(run=self.row, status="", is_unread=False).count()
        self.row.stage = SweepStage.SETTLING
        self.row.holds_back = (
            self.row.repairs
            and not self.row.insists
            and too_many_gone(gone, self.row.listed + gone)
        )
        self.row.save(update_fields=["stage", "holds_back"])

    def _book(self) -> bool:
        """Process what has arrived; False where the rest is left to a later slice."""
        seconds = None if self.patient else BOOKING_SECONDS
        outcome = draining.drain(self.connection.pk, seconds=seconds, patient=self.patient)
        self.is_held_up = self.row.stage == SweepStage.SETTLING and not outcome.is_done
        return outcome.is_done

    @transaction.atomic
    def _close(self, now: datetime) -> None:
        problem, rows = self.slice.problem, SweepRun.objects.filter(pk=self.row.pk)
        open_rows = rows.filter(state=SweepState.RUNNING)
        open_rows.update(
            way=self.row.way,
            page_size=self.row.page_size,
            failures=F("failures") + 1 if problem else 0,
            problem=problem.text if problem else "",
            problem_code=problem.code if problem else "",
            next_at=problem.next_at(now) if problem else now + TURN,
        )
        gives_up = problem and (problem.needs_person or self.row.failures + 1 >= MOST_FAILURES)
        if problem and gives_up:
            ending.fail(self.row, problem.text, now=now)
        self.slice.is_over = not open_rows.exists()


def _seconds(at: datetime) -> datetime:
    return at.replace(microsecond=0)
