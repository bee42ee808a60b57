"""A back-fill from a store over HTTP, as in production, with live orders beside it.

The store is a program on the same machine that makes up its orders when asked. BENCH_FULL=1 takes
100,000 orders. The pipeline's own rate is measured first, in this process and with nothing beside.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from bench import timing
from bench.database import PROJECT
from bench.freshness import FIRST_LIVE, PATIENCE, Watcher
from bench.goals import Measured
from bench.load import Task, finish, start
from bench.orders import bodies
from bench.stores import Store, deliver, open_store
from bench.web import running, web_server
from config.embedded import Server
from connections import lifecycle
from connections.lifecycle import RestAccess
from sync.asking import backfill
from sync.booking import pipeline
from sync.models import Backfill, BackfillState, Delivery, DeliveryState

ORDERS = 100_000 if os.environ.get("BENCH_FULL") == "1" else 15_000
OWN = 1_000
ROUNDS = 3
LIVE_RATE = 10
LIVE_SECONDS = 15.0
EARLY = 5
"""A fifth of the orders: by then everything that a worker loads is loaded."""

LONGEST = 3600.0
BEGIN = date(2025, 4, 1)
"""The store's first day."""


def measure(server: Server) -> list[Measured]:
    """The pipeline alone, then the back-fill with live orders at its beginning."""
    alone = _pipeline_rate()
    with _a_store() as told:
        store = _with_keys(told)
        address = told["url"].removeprefix("http://")
        with web_server("config.wsgi:application") as port, _worker(address) as worker:
            run = _Run(server, store, port, worker, told["process"])
            run.go()
    return [
        Measured("backfill-rate", timing.spread([run.rate / alone]), run.in_words(alone)),
        Measured("backfill-memory", timing.spread([run.late / run.early]), run.memory_in_words()),
        Measured("backfill-fresh", timing.spread([run.p95]), run.live_in_words()),
    ]


def _pipeline_rate() -> float:
    store = open_store()
    deliver(store, bodies(200, first_id=10**7))
    pipeline.drain(store.connection.pk)
    times = []
    for number in range(ROUNDS):
        page = list(bodies(OWN, first_id=1 + number * OWN))
        times.append(timing.seconds(lambda page=page: _book(store, page)))  # type: ignore[misc]
    return OWN / min(times)


def _book(store: Store, page: list[bytes]) -> None:
    deliver(store, page)
    pipeline.drain(store.connection.pk)


class _Run:
    """One back-fill, from its beginning until all of it is booked."""

    def __init__(self, server: Server, store: Store, port: int, worker: int, shop: int) -> None:
        self._server, self._store, self._port = server, store, port
        self._worker, self._shop = worker, shop
        self.rate = self.early = self.late = self.p95 = 0.0
        self._waits: list[float] = []
        self._shop_seconds = self._spent = 0.0

    def go(self) -> None:
        """Measure."""
        live = threading.Thread(target=self._send_live)
        shop_before, started = _cpu_seconds(self._shop), time.perf_counter()
        backfill.begin(self._store.connection, BEGIN, now=datetime.now(UTC))
        live.start()
        self._watch(started + LONGEST)
        self._spent = time.perf_counter() - started
        live.join()
        assert _fetched(self._store) == ORDERS
        self._shop_seconds = _cpu_seconds(self._shop) - shop_before
        self.rate = ORDERS / self._spent
        self.p95 = 1000 * timing.percentile(self._waits, 95)

    def _send_live(self) -> None:
        """Live orders through the door of the same store, once the back-fill has begun."""
        while not _fetched(self._store) and not self._spent:
            time.sleep(0.1)
        watcher = Watcher(self._server, self._store, round(LIVE_RATE * LIVE_SECONDS))
        watcher.start()
        path = f"/hooks/woocommerce/{self._store.connection.pk}"
        task = Task(self._port, path, self._store.secret, FIRST_LIVE, LIVE_SECONDS, LIVE_RATE)
        seen = finish(start(task))
        watcher.join(PATIENCE)
        late = [PATIENCE] * (len(seen.sent_at) - len(watcher.seen_at))
        self._waits = [at - seen.sent_at[each] for each, at in watcher.seen_at.items()] + late

    def _watch(self, deadline: float) -> None:
        """Note the worker's memory at the fifth and at the end."""
        while not _is_over(self._store):
            if time.perf_counter() > deadline:
                raise TimeoutError("the back-fill does not end")
            held = _held_by(self._worker)
            if not self.early and _fetched(self._store) >= ORDERS / EARLY:
                self.early = held
            self.late = max(self.late, held)
            time.sleep(0.5)

    def in_words(self, alone: float) -> str:
        """The rate and what it is held against."""
        return (
            f"{ORDERS:,} orders booked in {self._spent:.0f} s, {self.rate:.0f} a second; the "
            f"pipeline alone {alone:.0f}; the store itself kept a core busy for "
            f"{self._shop_seconds:.0f} s"
        )

    def memory_in_words(self) -> str:
        """The memory early and late."""
        return (
            f"all processes of the worker, after {ORDERS // EARLY:,} orders: {self.early:.0f} MB, "
            f"at most later: {self.late:.0f} MB"
        )

    def live_in_words(self) -> str:
        """The orders that came beside it."""
        slowest = 1000 * max(self._waits)
        return (
            f"{len(self._waits)} orders, {LIVE_RATE} a second, the slowest after {slowest:.0f} ms"
        )


def _with_keys(told: dict[str, Any]) -> Store:
    store = open_store()
    settings.ALLOW_PRIVATE_STORES = [told["url"].removeprefix("http://")]
    rest = RestAccess(told["url"], told["key"], told["secret"], allow_http=True)
    lifecycle.keep_keys(store.connection, rest, now=store.connection.created_at)
    store.connection.refresh_from_db()
    return store


@contextmanager
def _a_store() -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.fakes.store", "--now", "--orders", str(ORDERS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield json.loads(process.stdout.readline()) | {"process": process.pid}
        finally:
            process.stdin.close()


@contextmanager
def _worker(address: str) -> Iterator[int]:
    """The worker with its watchdog, allowed to ask the store; its process id."""
    command = [sys.executable, str(PROJECT / "manage.py"), "run_worker"]
    with running(command, {"ALLOW_PRIVATE_STORES": address}) as process:
        yield process


def _fetched(store: Store) -> int:
    return Backfill.objects.values_list("fetched", flat=True).get(connection=store.connection)


def _is_over(store: Store) -> bool:
    row = Backfill.objects.get(connection=store.connection)
    if row.state == BackfillState.PAUSED:
        raise RuntimeError(f"the back-fill stopped: {row.problem}")
    waiting = Delivery.objects.filter(connection=store.connection, state=DeliveryState.RECEIVED)
    return row.state == BackfillState.DONE and not waiting.exists()


def _held_by(leader: int) -> float:
    """What a process and all under it hold together, in MB; shared pages count for their part."""
    parents = {int(each.name): _parent(each) for each in Path("/proc").glob("[0-9]*")}
    family = {leader}
    while more := {own for own, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(map(_share, family)) / 1024


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has just ended
        return 0


def _share(process: int) -> int:
    """Proportional set size in KB; 0 where the process has just ended."""
    try:
        words = Path(f"/proc/{process}/smaps_rollup").read_text().split()
    except OSError:
        return 0
    return int(words[words.index("Pss:") + 1]) if "Pss:" in words else 0


def _cpu_seconds(process: int) -> float:
    stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
