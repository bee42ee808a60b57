"""Keeps the queue's cluster working: one that fell silent is killed and started anew.

django-q2's cluster can look alive and never run a task again (both idle workers killed, say), so
only tasks that really ran count. The record of work are the deliveries, not the queue: what waits
in them is queued again every minute, whatever became of the task that should have done it.
"""

import logging
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, connections
from django.utils import timezone
from django_q.models import Failure, OrmQ
from django_q.tasks import async_task

from connections import activity, guess_limits, one_click, pairing
from connections.models import Activity, ActivityStatus, Status, StoreConnection
from sync import sweep
from sync.asking import backfill, customer_looks, errands, looking, polling
from sync.health import findings
from sync.health import rounds as health
from sync.items import sku_import
from sync.models import Delivery, DeliveryState
from sync.running import heartbeat, processes

logger = logging.getLogger(__name__)

CLUSTER = [sys.executable, str(Path(__file__).resolve().parents[2] / "manage.py"), "qcluster"]
STOP_PATIENCE = 15.0  # seconds for running tasks to end; what is cut off is done again
FAILURES_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often to look: ask for a beat, give up on a silent cluster, queue what waits."""

    beat: timedelta = timedelta(seconds=10)
    stuck_after: timedelta = timedelta(seconds=45)
    sweep: timedelta = timedelta(seconds=60)


@dataclass(slots=True)
class Watchdog:
    """One cluster under watch. `tick` is called about once a second."""

    rhythm: Rhythm
    cluster: "subprocess.Popen[bytes] | None" = None
    alive_at: datetime = field(default_factory=timezone.now)
    asked_at: datetime | None = None
    swept_at: datetime | None = None

    def run(self, stopping: threading.Event) -> None:
        """Watch until `stopping`; then the cluster ends too."""
        try:
            while not stopping.wait(1):
                self.tick(timezone.now())
        finally:
            if self.cluster is not None:
                processes.stop(self.cluster, STOP_PATIENCE)

    def tick(self, now: datetime) -> None:
        """Look once. While the database is away nobody can beat, and nobody is blamed."""
        try:
            self._keep_cluster(now)
            self._ask_for_a_beat(now)
            self._sweep(now)
            polling.queue_due(now)
            errands.queue_due(now)
            backfill.queue_due(now)
            health.queue_due(now)
            sweep.queue_due(now)
        except DatabaseError:
            logger.exception("The database does not answer; trying again.")
            connections.close_all()
            self.alive_at = now

    def _keep_cluster(self, now: datetime) -> None:
        if self.cluster is None:
            self._start(now)
        elif self.cluster.poll() is not None:
            self._restart(self.cluster, "The worker had ended and was started again.", now)
        elif now - self._sign_of_life() > self.rhythm.stuck_after:
            self._restart(self.cluster, "The worker had stopped working, so it was replaced.", now)

    def _sign_of_life(self) -> datetime:
        beat = heartbeat.last_beat()
        if beat is not None and beat > self.alive_at:
            self.alive_at = beat
        return self.alive_at

    def _restart(self, old: "subprocess.Popen[bytes]", why: str, now: datetime) -> None:
        logger.error(why)
        processes.kill_group(old)
        free_locks(now)
        tell_connections(why, now)
        self._start(now)

    def _start(self, now: datetime) -> None:
        connections.close_all()
        self.cluster = processes.start(CLUSTER)
        self.alive_at, self.asked_at, self.swept_at = now, None, None

    def _ask_for_a_beat(self, now: datetime) -> None:
        """Queue a beat, unless the last one is still on its way."""
        if self.asked_at is not None and self.alive_at < self.asked_at:
            return
        if self.asked_at is None or now - self.asked_at >= self.rhythm.beat:
            async_task("sync.tasks.beat")
            self.asked_at = now

    def _sweep(self, now: datetime) -> None:
        if self.swept_at is not None and now - self.swept_at < self.rhythm.sweep:
            return
        queue_what_waits()
        sku_import.queue_what_stopped(now)
        sweep.begin_nightly(now)
        forget_old(now)
        self.swept_at = now


def queue_what_waits() -> int:
    """Queue a drain for every connection with deliveries to process; return how many."""
    waiting = Delivery.objects.filter(state=DeliveryState.RECEIVED)
    connection_ids = list(waiting.values_list("connection_id", flat=True).distinct())
    for connection_id in connection_ids:
        async_task("sync.tasks.drain", str(connection_id))
    return len(connection_ids)


def forget_old(now: datetime) -> None:
    """Remove what is of no use any more: failed tasks, codes, counts, old imports, findings."""
    Failure.objects.filter(stopped__lt=now - FAILURES_KEPT).delete()
    pairing.forget_old(now)
    one_click.forget_old(now)
    findings.forget_old(now)
    guess_limits.forget_old(now)
    sku_import.forget_old(now)
    looking.forget_old(now)
    customer_looks.forget_old(now)
    sweep.forget_old(now)


def free_locks(now: datetime) -> int:
    """Let queued tasks that a dead cluster had taken be taken again; return how many."""
    return int(OrmQ.objects.filter(lock__gt=now).update(lock=now))


def tell_connections(text: str, now: datetime) -> None:
    """Write an activity line for every active connection."""
    active = StoreConnection.objects.filter(status=Status.ACTIVE)
    activity.log(
        Activity(
            company_id=connection.company_id,
            connection=connection,
            at=now,
            kind="worker",
            text=text,
            status=ActivityStatus.INFO,
        )
        for connection in active
    )
