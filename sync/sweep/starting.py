"""When a sweep begins: by hand, by command, and every night."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as day_time
from zoneinfo import ZoneInfo

from django.db import OperationalError, transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django_q.tasks import async_task

from connections import lifecycle
from connections.clients.protocol import BEGINNING
from connections.models import PairedSite, Status, StoreConnection
from ledger.models import User
from sync.asking import polling, pulls
from sync.models import Backfill, BackfillState, SweepOrigin, SweepRun, SweepState
from sync.sweep import ending
from sync.sweep.working import TURN

SWEEP = "sync.tasks.sweep"
AT_NIGHT = day_time(2)
SPREAD_MINUTES = 120
"""Nightly sweeps begin between two and four o'clock: not all stores of a host at once."""

LONGEST = timedelta(hours=36)
SLOWEST = "It had not come to its end after 36 hours."
KEPT = timedelta(days=90)
AHEAD = timedelta(days=1)
"""A store's clock may be ahead; what is placed while the sweep reads belongs to it, too."""


class NotPossibleError(Exception):
    """A sweep cannot be begun; the text says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sweep shall cover: days of the company's zone, both included, None where no limit is.

    With `repairs` what differs is put right; `insists` reverses even where very many orders are
    gone from the store.
    """

    first: date | None = None
    last: date | None = None
    repairs: bool = True
    insists: bool = False


def running(connection: StoreConnection) -> SweepRun | None:
    """The sweep that is at work, if one is."""
    return SweepRun.objects.filter(connection=connection, state=SweepState.RUNNING).first()


@transaction.atomic
def begin(
    connection: StoreConnection,
    wanted: Wanted,
    origin: SweepOrigin,
    *,
    by: User | None = None,
    now: datetime,
) -> SweepRun:
    """Queue a sweep; it replaces a nightly one at work, for a person need not wait for that.

    :raises NotPossibleError: when another one is at work, or the period ends before it begins.
    """
    lifecycle.lock(connection)
    other = running(connection)
    if other and other.origin == SweepOrigin.NIGHTLY != origin:
        ending.cancel(other, "Another one was asked for.", now=now)
    elif other:
        raise NotPossibleError("A certificate of this store is being made already.")
    start, until = _moments(connection, wanted, now)
    if start >= until:
        raise NotPossibleError("The period ends before it begins.")
    return SweepRun.objects.create(
        company_id=connection.company_id,
        connection=connection,
        origin=origin,
        repairs=wanted.repairs,
        insists=wanted.insists,
        first=wanted.first,
        last=wanted.last,
        start=start,
        until=until,
        made_by=by,
        made_at=now,
        next_at=now,
    )


def _moments(
    connection: StoreConnection, wanted: Wanted, now: datetime
) -> tuple[datetime, datetime]:
    zone = ZoneInfo(connection.company.timezone)
    first, last = wanted.first, wanted.last
    start = datetime.combine(first, day_time(), zone) if first else BEGINNING.at
    if last is None or last >= date.max - AHEAD:
        return start, now + AHEAD
    return start, datetime.combine(last + timedelta(days=1), day_time(), zone)


@transaction.atomic
def cancel(connection: StoreConnection, *, now: datetime) -> None:
    """Stop the one at work.

    :raises NotPossibleError: when none is.
    """
    found = running(connection)
    if found is None:
        raise NotPossibleError("No certificate is being made.")
    ending.cancel(found, "Somebody stopped it.", now=now)


def usual_first(connection: StoreConnection) -> date:
    """Where the certificate of every night begins: the day that the books of the store begin.

    That is when it was connected, or the day from which its history was asked for. What is older
    nobody has asked to be booked.
    """
    zone = ZoneInfo(connection.company.timezone)
    history = Backfill.objects.filter(connection=connection).exclude(state=BackfillState.CANCELLED)
    since = history.aggregate(first=Min("since"))["first"]
    connected = connection.created_at.astimezone(zone).date()
    return min(connected, since) if since else connected


def begin_nightly(now: datetime) -> int:
    """Begin the sweeps of this night that have not begun yet; how many.

    Safe to call at any time, by several at once: of two, one finds the other's.
    """
    last = SweepRun.objects.filter(connection=OuterRef("pk"), origin=SweepOrigin.NIGHTLY)
    stores = _can_be_asked().annotate(
        swept_at=last.order_by().values("connection").annotate(at=Max("made_at")).values("at")
    )
    count = 0
    for connection in stores.select_related("company"):
        night = last_night(connection, now)
        if (connection.swept_at or connection.created_at) < night:
            count += _begin_one(connection, now)
    return count


def _begin_one(connection: StoreConnection, now: datetime) -> bool:
    try:
        begin(connection, Wanted(usual_first(connection)), SweepOrigin.NIGHTLY, now=now)
    except (NotPossibleError, OperationalError):  # somebody books for long: at the next look
        return False
    return True


def last_night(connection: StoreConnection, now: datetime) -> datetime:
    """When this store's nightly sweep was due last, in the company's zone."""
    zone = ZoneInfo(connection.company.timezone)
    minutes = connection.pk.int % SPREAD_MINUTES
    here = now.astimezone(zone)
    due = datetime.combine(here.date(), AT_NIGHT, zone) + timedelta(minutes=minutes)
    return due if due <= here else due - timedelta(days=1)


def _can_be_asked() -> QuerySet[StoreConnection]:
    paired = PairedSite.objects.filter(connection=OuterRef("pk"))
    return StoreConnection.objects.filter(
        Q(Exists(paired)) | ~Q(consumer_key=""), status=Status.ACTIVE, is_enabled=True
    )


def queue_due(now: datetime) -> int:
    """Queue a slice for each sweep whose turn has come, unless a poll waits; how many."""
    if polling.is_any_due(now):
        return 0
    due = SweepRun.objects.filter(
        state=SweepState.RUNNING,
        next_at__lte=now,
        connection__status=Status.ACTIVE,
        connection__is_enabled=True,
    )
    count = 0
    for pk, at in due.values_list("pk", "next_at"):
        if SweepRun.objects.filter(pk=pk, next_at=at).update(next_at=now + pulls.CLAIM):
            async_task(SWEEP, pk, timeout=pulls.TASK_SECONDS)
            count += 1
    return count


def put_off(run_id: int, now: datetime) -> None:
    """Leave it for a later look: there is no worker to spare just now."""
    SweepRun.objects.filter(pk=run_id, state=SweepState.RUNNING).update(next_at=now + TURN)


def forget_old(now: datetime) -> None:
    """End sweeps that hang, and remove nightly ones of long ago, but for each store's newest."""
    hanging = SweepRun.objects.filter(state=SweepState.RUNNING, made_at__lt=now - LONGEST)
    for run in hanging.select_related("connection__company"):
        ending.fail(run, run.problem or SLOWEST, now=now)
    newer = SweepRun.objects.filter(
        connection=OuterRef("connection"), state=SweepState.DONE, pk__gt=OuterRef("pk")
    )
    old = SweepRun.objects.filter(
        Exists(newer), origin=SweepOrigin.NIGHTLY, finished_at__lt=now - KEPT
    )
    old.delete()
