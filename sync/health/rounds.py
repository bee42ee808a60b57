"""Looks after connections: what is wrong is found, put right where that is possible, and told.

1. Look: the oldest delivery that waits, the store's webhooks, a change that the store did not tell.
2. Put right: queue anew, repair webhooks, ask at once for what was not told.
3. Record the findings, in one transaction.
4. Tell the people whom it needs (`health_mail`).

Nothing here holds a transaction while a store is asked. A store that asks to be left in peace is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet
from django_q.tasks import async_task

from connections.clients.errors import ERRORS, PermissionMissingError, TryLaterError
from connections.clients.protocol import Place
from connections.clients.webhook_plan import Need
from connections.models import PairedSite, Status, StoreConnection
from sync.asking import own_webhooks, polling, pulls
from sync.asking.pulls import Problem
from sync.booking.inbox import wake
from sync.core.health import LAG, Cause, Seen, is_silent, is_stuck, symptoms
from sync.health import findings, health_mail
from sync.models import Delivery, DeliveryState, Lane, Polling, Wakeup, Watch

LOOK_AFTER = "sync.tasks.look_after"
INTERVAL = timedelta(minutes=15)
CATCH_UP_SECONDS = 20.0
PUT_OFF = timedelta(seconds=20)
WORTH_TELLING = 3
"""What may pass by itself is told when it has failed so often in a row."""

PASSING = frozenset(code for code, each in ERRORS.items() if issubclass(each, TryLaterError))
STORES_OWN = "order."
"""Topics of what the store sent itself; polls and back-fills have names of their own."""

HERE = frozenset({Cause.QUEUE_STUCK})
IN_THE_STORE = frozenset({Cause.SILENT, Cause.CANNOT_ASK})
OF_WEBHOOKS = frozenset({Cause.WEBHOOKS_OFF, Cause.WEBHOOKS_PAUSED})


def look_after(connection: StoreConnection, *, now: datetime) -> bool:
    """Look, put right, record, tell; False while another one is at it."""
    with pulls.alone("health", connection.pk) as is_alone:
        if not is_alone:
            return False
        look = _Look(connection, own_webhooks.watch_of(connection, now), now)
        look.at_the_queue()
        if look.may_ask:
            look.at_the_store()
        findings.record(connection, symptoms(look.seen, now), look.seen.examined, now=now)
        Watch.objects.filter(pk=connection.pk).update(
            checked_at=now, next_at=now + INTERVAL, failures=look.watch.failures
        )
    health_mail.send_due(connection, now=now)
    return True


@dataclass(slots=True)
class _Look:
    """One look at a connection."""

    connection: StoreConnection
    watch: Watch
    now: datetime
    seen: Seen = field(default_factory=lambda: Seen(HERE))

    @property
    def may_ask(self) -> bool:
        """Whether there is a way to ask, and the store does not want to be left in peace."""
        has_way = bool(self.connection.consumer_key) or _is_paired(self.connection)
        return has_way and pulls.may_ask(self.connection) and not self._rests()

    def _rests(self) -> bool:
        """Polling has just failed: what it says stands for this look, too."""
        polled = Polling.objects.filter(connection=self.connection, failures__gt=0).first()
        if polled is None or not polled.next_at or polled.next_at <= self.now:
            return False
        is_passing = polled.problem_code in PASSING
        self._cannot_ask(polled.problem, polled.failures, needs_person=not is_passing)
        return True

    def at_the_queue(self) -> None:
        """The oldest live delivery that nobody has processed; it is queued anew if it is stuck."""
        if not pulls.may_ask(self.connection):
            return
        waiting = Delivery.objects.filter(
            connection=self.connection, state=DeliveryState.RECEIVED, lane=Lane.LIVE
        ).aggregate(since=Min("received_at"), count=Count("pk"))
        self._note(waiting_since=waiting["since"], waiting=waiting["count"])
        if is_stuck(self.seen, self.now):
            Wakeup.objects.filter(pk=self.connection.pk).update(wake_requested=False)
            wake(self.connection.pk)

    def at_the_store(self) -> None:
        """Webhooks first, then whether anything was not told. What fails is a finding itself."""
        try:
            if own_webhooks.has_own(self.connection):
                self._repair()
            self._listen()
            if is_silent(self.seen, self.now):
                self._catch_up()
        except pulls.FAILURES as error:
            self.watch.failures += 1
            if self.seen.broken:  # by what is wrong with all of asking
                self._note(broken="", examined=self.seen.examined - OF_WEBHOOKS)
            problem = Problem.of(error, 0)
            self._cannot_ask(problem.text, self.watch.failures, needs_person=problem.needs_person)
        else:
            self.watch.failures = 0

    def _repair(self, *, insists: bool = False) -> None:
        """What is missing is registered; before the first time that is no fault of the store's."""
        is_first = self.watch.webhooks_at is None
        try:
            done = own_webhooks.repair(self.connection, now=self.now, insists=insists)
        except PermissionMissingError as error:
            self._examined(OF_WEBHOOKS)
            if not is_first:
                self._note(broken=f"{error} {error.cure}")
            return
        if done is None:
            return
        self._examined(OF_WEBHOOKS)
        self._note(
            paused=done.topics(Need.PAUSED),
            mended=self.seen.mended or ("" if is_first else done.mended),
        )

    def _listen(self) -> None:
        """Ask for the oldest change since the store was heard last; two requests."""
        last = heard_at(self.connection)
        self._note(heard_at=last)
        since = last or self._expected_since() or self.now
        polled = polling.polling_of(self.connection)
        with (
            pulls.client_for(self.connection, polled, pulls.PATIENCE) as client,
            pulls.exactly(client),
        ):
            page = client.changed_orders(Place.since(since + LAG), 1)
        self._examined(IN_THE_STORE)
        for order in page.orders[:1]:
            if not _is_heard(self.connection, order):
                self._note(unheard_change_at=pulls.changed_at(order))

    def _expected_since(self) -> datetime | None:
        """Since when the store should tell, if it never has: its webhooks, or its plugin."""
        paired = PairedSite.objects.filter(connection=self.connection).first()
        return paired.paired_at if paired else self.watch.webhooks_at

    def _catch_up(self) -> None:
        if own_webhooks.has_own(self.connection):
            self._repair(insists=True)
        polling.poll(self.connection, seconds=CATCH_UP_SECONDS)

    def _cannot_ask(self, text: str, times: int, *, needs_person: bool) -> None:
        """What may pass by itself is told when it has not for some time."""
        if not needs_person and times < WORTH_TELLING:
            return
        self._examined(frozenset({Cause.CANNOT_ASK}))
        self._note(problem=text, problem_needs_person=needs_person)

    def _examined(self, causes: frozenset[Cause]) -> None:
        self._note(examined=self.seen.examined | causes)

    def _note(self, **facts: object) -> None:
        self.seen = replace(self.seen, **facts)  # type: ignore[arg-type]


def _is_paired(connection: StoreConnection) -> bool:
    return PairedSite.objects.filter(connection=connection).exists()


def _told(connection: StoreConnection) -> QuerySet[Delivery]:
    """What the store itself sent."""
    return Delivery.objects.filter(
        connection=connection, topic__startswith=STORES_OWN, is_replay=False
    )


def heard_at(connection: StoreConnection) -> datetime | None:
    """When the store itself told of anything last."""
    newest = _told(connection).order_by("-id")
    return newest.values_list("received_at", flat=True).first()


def _is_heard(connection: StoreConnection, order: Mapping[str, Any]) -> bool:
    """Whether the store has told of this very change: of a trashed order it tells the id alone."""
    told = _told(connection).filter(order_id=order["id"])
    if order.get("status") == "trash":
        return told.filter(topic="order.deleted").exists()
    changed = order.get("date_modified_gmt")
    return told.filter(snapshot__payload__date_modified_gmt=changed).exists()


def queue_due(now: datetime) -> int:
    """Queue a look at each connection whose time has come; return how many.

    Two who look at once queue one: the time is moved by whoever finds it unchanged.
    """
    active = StoreConnection.objects.filter(status=Status.ACTIVE)
    new = active.filter(watch=None).values_list("pk", "company_id")
    rows = [Watch(connection_id=pk, company_id=company, next_at=now) for pk, company in new]
    Watch.objects.bulk_create(rows, ignore_conflicts=True)
    due = Watch.objects.filter(next_at__lte=now, connection__in=active)
    count = 0
    for pk, at in due.values_list("pk", "next_at"):
        if Watch.objects.filter(pk=pk, next_at=at).update(next_at=now + INTERVAL):
            async_task(LOOK_AFTER, str(pk), timeout=pulls.TASK_SECONDS)
            count += 1
    return count


def soon(connection: StoreConnection, now: datetime) -> None:
    """Look at the next opportunity: something has just changed."""
    own_webhooks.watch_of(connection, now)
    Watch.objects.filter(pk=connection.pk).update(next_at=now)


def put_off(connection_id: UUID, now: datetime) -> None:
    """Leave it for the next look: there is no worker to spare just now."""
    Watch.objects.filter(pk=connection_id).update(next_at=now + PUT_OFF)
