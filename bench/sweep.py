"""A sweep of many orders in a process of its own: its memory, and its cost beside booking them."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.goals import Measured
from bench.memory import most_held
from bench.timing import spread

if TYPE_CHECKING:
    from connections.models import StoreConnection
    from sync.models import SweepRun

PART = 2_000
TIMES = 4
ROUNDS = 3


def measure() -> list[Measured]:
    """Run the sweeps."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.sweep"], stdout=subprocess.PIPE, text=True, check=True
    )
    told = json.loads(done.stdout)
    early, late = told["held"]
    swept, read = told["swept"], told["read"]
    count = PART * TIMES
    return [
        Measured(
            "sweep-memory",
            spread([late / early]),
            f"{PART:,} orders: {early:.0f} MB, {count:,} orders: {late:.0f} MB; all of them were "
            "missing and were repaired",
        ),
        Measured(
            "sweep-cost",
            spread([each / told["booked"] for each in swept]),
            f"{count:,} orders that agree in {min(swept):.1f} s, "
            f"{count / min(swept):,.0f} a second; booked by a sweep in {told['booked']:.1f} s, "
            f"read alone in {min(read):.1f} s",
        ),
    ]


def main() -> None:
    """Sweep a store whose orders are all missing, then again when none is."""
    import django

    django.setup()
    with _a_shop() as shop:
        started = time.perf_counter()
        held = _repaired(shop)
        booked = time.perf_counter() - started
        swept, read = [], []
        for _ in range(ROUNDS):
            swept.append(_timed_sweep(shop))
            read.append(_timed_reading(shop))
    sys.stdout.write(json.dumps({"held": held, "booked": booked, "swept": swept, "read": read}))


@contextmanager
def _a_shop() -> "Iterator[StoreConnection]":
    """A connection to a store that runs in another process."""
    from django.conf import settings

    from bench.stores import open_store
    from connections import lifecycle
    from connections.lifecycle import RestAccess

    command = [sys.executable, "-m", "tests.fakes.store", "--now", "--orders", str(PART * TIMES)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as store:
        assert store.stdout
        assert store.stdin
        told = json.loads(store.stdout.readline())
        settings.ALLOW_PRIVATE_STORES = [told["url"].removeprefix("http://")]
        shop = open_store().connection
        rest = RestAccess(told["url"], told["key"], told["secret"], allow_http=True)
        lifecycle.keep_keys(shop, rest, now=shop.created_at)
        shop.refresh_from_db()
        try:
            yield shop
        finally:
            store.stdin.close()


def _repaired(shop: "StoreConnection") -> list[float]:
    """What the process held at most when a part was read, and in the end."""
    from sync import sweep
    from sync.models import SweepRun

    run = _begun(shop)
    early: list[float] = []

    def note() -> bool:
        listed = SweepRun.objects.values_list("listed", flat=True).get(pk=run.pk)
        if listed >= PART and not early:
            early.append(most_held())
        return False

    assert sweep.run(run, patient=True, steps_aside=note).is_over
    run.refresh_from_db()
    found = (run.state, run.listed, run.missing, run.different)
    assert found == ("done", PART * TIMES, 0, 0), (found, run.problem)
    return [early[0], most_held()]


def _timed_sweep(shop: "StoreConnection") -> float:
    from sync import sweep

    run = _begun(shop)
    started = time.perf_counter()
    assert sweep.run(run, patient=True).is_over
    spent = time.perf_counter() - started
    run.refresh_from_db()
    assert (run.repaired, run.refreshed) == (0, 0)
    return spent


def _timed_reading(shop: "StoreConnection") -> float:
    """The same pages, and nothing done with them."""
    from connections.asking import client_of
    from connections.clients.protocol import BEGINNING, Period, Place

    client, count = client_of(shop), 0
    place: Place | None = BEGINNING
    period = Period(BEGINNING.at, shop.created_at.replace(microsecond=0))
    started = time.perf_counter()
    while place is not None:
        page = client.orders_created(period, place, client.page_size)
        count += len(page.orders)
        place = page.next
    client.close()
    assert count == PART * TIMES
    return time.perf_counter() - started


def _begun(shop: "StoreConnection") -> "SweepRun":
    from django.utils import timezone

    from sync import sweep
    from sync.models import SweepOrigin

    return sweep.begin(shop, sweep.Wanted(), SweepOrigin.COMMAND, now=timezone.now())


if __name__ == "__main__":
    main()
