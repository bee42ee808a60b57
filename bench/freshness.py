"""From a store's sending an order until its voucher can be seen, with a back-fill running."""

import os
import threading
import time

import psycopg

from bench import timing
from bench.goals import Measured
from bench.load import Task, finish, start
from bench.orders import bodies
from bench.stores import Store, deliver, open_store
from bench.web import web_server, worker
from config.embedded import Server
from sync.models import Delivery, DeliveryState, Lane

RATE = 50
SECONDS = float(os.environ.get("BENCH_FRESH_SECONDS", "12"))
BACKLOG = int(os.environ.get("BENCH_BACKLOG", "15000"))
FIRST_LIVE = 10**8
LOOK_EVERY = 0.01
PATIENCE = 60.0


def measure(server: Server) -> list[Measured]:
    """Fifty orders a second through the door, into the same store as the back-fill."""
    store = open_store()
    deliver(store, bodies(BACKLOG), lane=Lane.BACKFILL)
    with web_server("config.wsgi:application") as port, worker():
        _await_first_voucher(server, store)
        watcher = Watcher(server, store, round(RATE * SECONDS))
        watcher.start()
        path = f"/hooks/woocommerce/{store.connection.pk}"
        seen = finish(start(Task(port, path, store.secret, FIRST_LIVE, SECONDS, RATE)))
        left = _waiting(store)
        watcher.join(PATIENCE)
    late = [PATIENCE] * (len(seen.sent_at) - len(watcher.seen_at))
    waits = [at - seen.sent_at[order_id] for order_id, at in watcher.seen_at.items()] + late
    p50, p95, p99 = (1000 * timing.percentile(waits, each) for each in (50, 95, 99))
    return [
        Measured(
            "fresh-p95",
            timing.spread([p95]),
            f"half within {p50:.0f} ms, 99 % within {p99:.0f} ms, {len(waits)} orders; "
            f"{left:,} of the back-fill were still to come when the last was sent",
        )
    ]


class Watcher(threading.Thread):
    """Looks for vouchers of live orders and notes when each was first there."""

    def __init__(self, server: Server, store: Store, expected: int) -> None:
        super().__init__(daemon=True)
        self.seen_at: dict[int, float] = {}
        self._server, self._store, self._expected = server, store, expected

    def run(self) -> None:
        """Until all expected orders are there, or patience ends."""
        deadline = time.monotonic() + SECONDS + PATIENCE
        with self._server.connect("app") as connection:
            while len(self.seen_at) < self._expected and time.monotonic() < deadline:
                for order_id in _booked(connection, self._store, FIRST_LIVE):
                    self.seen_at.setdefault(order_id, time.time())
                time.sleep(LOOK_EVERY)


def _booked(connection: psycopg.Connection, store: Store, first_id: int) -> list[int]:
    found = connection.execute(
        "SELECT order_id FROM sync_orderdocument WHERE connection_id = %s AND order_id >= %s",
        [store.connection.pk, first_id],
    )
    return [row[0] for row in found]


def _await_first_voucher(server: Server, store: Store) -> None:
    """The worker has begun when the back-fill has."""
    deadline = time.monotonic() + PATIENCE
    with server.connect("app") as connection:
        while not _booked(connection, store, 0):
            if time.monotonic() > deadline:
                raise TimeoutError("the worker does not begin")
            time.sleep(LOOK_EVERY)


def _waiting(store: Store) -> int:
    return Delivery.objects.filter(
        connection=store.connection, state=DeliveryState.RECEIVED, lane=Lane.BACKFILL
    ).count()
