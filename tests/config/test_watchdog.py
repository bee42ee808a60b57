"""Workers that die, and workers that hang: work goes on, and people are told."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from connections.guess_limits import count_guess
from connections.models import Activity, GuessCount, PairingCode, StoreConnection
from connections.pairing import make_code
from ledger.models import Voucher
from sync.models import Delivery, Wakeup
from sync.running import processes, watchdog
from sync.running.heartbeat import last_beat
from tests.config.conftest import until
from tests.factories import a_company
from tests.server import PROJECT, as_environment
from tests.stores import a_connection, an_order, deliver

RHYTHM = ["--beat=0.5", "--stuck-after=6", "--sweep=2"]


@pytest.fixture
def store(transactional_db: None) -> StoreConnection:
    """Return a connected store."""
    return a_connection(a_company())


@pytest.fixture
def worker(store: StoreConnection) -> Iterator["subprocess.Popen[bytes]"]:
    """Return a running `run_worker` that has shown itself."""
    command = [sys.executable, str(PROJECT / "manage.py"), "run_worker", *RHYTHM]
    started = processes.start(command, as_environment())
    until(last_beat, seconds=30, what="the first beat")
    yield started
    processes.stop(started, 20)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descendants(pid: int) -> list[int]:
    return [each for child in children(pid) for each in (child, *descendants(child))]


def kill(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def lines() -> list[str]:
    return list(Activity.objects.filter(kind="worker").values_list("text", flat=True))


def test_both_idle_workers_killed_and_waiting_deliveries_are_posted_all_the_same(
    worker: "subprocess.Popen[bytes]", store: StoreConnection
) -> None:
    cluster = children(worker.pid)[0]
    sentinel = children(cluster)[0]
    kill(children(sentinel)[:2])
    deliver(store, an_order(501))
    until(Voucher.objects.exists, seconds=60, what="the voucher")
    # One that dies while it waits for tasks takes the queue's lock along, and all are replaced; in
    # the moment between two waits it holds none, and the cluster mends itself.
    is_replaced = children(worker.pid)[0] != cluster
    assert ["replaced" in line for line in lines()] == [True] * is_replaced


def test_a_killed_cluster_leaves_nothing_behind_and_is_started_again(
    worker: "subprocess.Popen[bytes]", store: StoreConnection
) -> None:
    cluster = children(worker.pid)[0]
    old = descendants(cluster)
    assert len(old) >= 4
    kill([cluster])
    until(lines, seconds=20, what="the activity line")
    assert not [pid for pid in old if Path(f"/proc/{pid}").exists()]
    deliver(store, an_order(502))
    until(Voucher.objects.exists, seconds=30, what="the voucher")


def test_a_delivery_whose_task_was_lost_is_found_by_the_sweep(
    worker: "subprocess.Popen[bytes]", store: StoreConnection
) -> None:
    Wakeup.objects.filter(connection=store).update(wake_requested=True)  # so nothing is queued
    deliver(store, an_order(503))
    until(Voucher.objects.exists, seconds=30, what="the voucher")


def test_when_the_worker_ends_so_do_all_its_processes(
    worker: "subprocess.Popen[bytes]", store: StoreConnection
) -> None:
    all_of_it = descendants(worker.pid)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert not [pid for pid in all_of_it if Path(f"/proc/{pid}").exists()]


def test_when_the_worker_is_killed_its_processes_end_too(
    worker: "subprocess.Popen[bytes]", store: StoreConnection
) -> None:
    all_of_it = descendants(worker.pid)
    worker.kill()
    worker.wait()
    until(
        lambda: not [pid for pid in all_of_it if Path(f"/proc/{pid}").exists()],
        seconds=20,
        what="the end of the worker's processes",
    )


@pytest.mark.django_db
def test_locks_of_a_dead_cluster_are_freed_and_others_left() -> None:
    for _ in range(2):
        async_task("sync.tasks.beat")
    now = timezone.now()
    taken = OrmQ.objects.order_by("id").first()
    assert taken is not None
    OrmQ.objects.filter(pk=taken.pk).update(lock=now + timedelta(minutes=2))
    assert watchdog.free_locks(now) == 1
    assert not OrmQ.objects.filter(lock__gt=now).exists()


@pytest.mark.django_db
def test_the_sweep_removes_old_codes_and_counts_of_guesses() -> None:
    connection = a_connection(a_company())
    long_ago = timezone.now() - timedelta(days=31)
    make_code(connection, by=None, now=long_ago)
    make_code(connection, by=None, now=timezone.now())
    count_guess("203.0.113.7", now=long_ago)
    dog = watchdog.Watchdog(watchdog.Rhythm())
    dog._sweep(timezone.now())
    assert PairingCode.objects.count() == 1
    assert not GuessCount.objects.exists()


@pytest.mark.django_db
def test_only_connections_with_work_are_queued() -> None:
    company = a_company()
    busy, _idle = a_connection(company), a_connection(company, "Quiet store")
    deliver(busy, an_order(1), an_order(2))
    OrmQ.objects.all().delete()
    assert watchdog.queue_what_waits() == 1
    assert OrmQ.objects.count() == 1
    Delivery.objects.update(state="booked", received_at=F("received_at"))
    assert watchdog.queue_what_waits() == 0
