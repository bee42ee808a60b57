"""Killed at random during a replay: nothing lost, nothing twice, nothing torn.

`CRASH_ORDERS` sets how many orders, `CRASH_SEED` when what is killed.
"""

import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest

from tests.crash.books import faults
from tests.crash.site import Site, a_site
from tests.crash.store import Store
from tests.crash.synthetic import replay

pytestmark = [pytest.mark.crash, pytest.mark.slow]

ORDERS = int(os.environ.get("CRASH_ORDERS", "10000"))
SEED = int(os.environ.get("CRASH_SEED", "7"))
PATIENCE = 600.0
LONGEST_BATCH = 0.15
"""Seconds; a kill falls somewhere within."""


@pytest.fixture(scope="module")
def installation() -> Iterator[Site]:
    with a_site() as site:
        yield site


@pytest.fixture
def site(installation: Site) -> Iterator[Site]:
    installation.kills.clear()
    yield installation
    installation.rest()
    installation.server.revive()


@contextmanager
def sending(store: Store) -> Iterator[Store]:
    """Send until the block ends."""
    store.start()
    try:
        yield store
    finally:
        store.stop()


def is_drained(site: Site, connection: UUID) -> bool:
    """Whether nothing of what has arrived is left to do; not while the database is away."""
    try:
        with site.database() as database:
            left = database.execute(
                "SELECT EXISTS (SELECT FROM sync_delivery WHERE connection_id = %s"
                " AND state = 'received')",
                [connection],
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return left == (False,)


def settle(site: Site, connection: UUID, store: Store) -> None:
    """Let everything live until the store has sent all and all of it is processed."""
    deadline = time.monotonic() + PATIENCE
    while not (store.is_done and is_drained(site, connection)):
        site.keep()
        assert time.monotonic() < deadline, site.logs()
        time.sleep(0.1)


def kill_at_random(
    site: Site, connection: UUID, store: Store, plan: Sequence[tuple[float, str]]
) -> None:
    """Kill one after the other, each when so much was taken and the workers are at work again."""
    chance = random.Random(SEED)
    deadline = time.monotonic() + PATIENCE
    for moment, victim in plan:
        before = vouchers(site)
        while store.taken < moment or vouchers(site) <= before:
            site.keep()
            if store.is_done and is_drained(site, connection):
                return
            assert time.monotonic() < deadline, site.logs()
            time.sleep(0.05)
        time.sleep(chance.uniform(0, LONGEST_BATCH))
        site.kill(victim or chance.choice(list(site.kept)))


def vouchers(site: Site) -> int:
    """How many vouchers stand in the books; none while the database is away."""
    try:
        with site.database() as database:
            row = database.execute("SELECT count(*) FROM ledger_voucher").fetchone()
    except psycopg.OperationalError:
        return 0
    return int(row[0]) if row else 0


def test_nothing_is_lost_twice_or_torn_whatever_is_killed(site: Site) -> None:
    sent = replay(ORDERS, SEED)
    company, connection = site.company_with_store()
    site.serve()
    site.work(connection)
    chance = random.Random(SEED)
    victims = ["web", "web", "database", "database", *["worker 0", "worker 1"] * 2, "", ""]
    chance.shuffle(victims)
    moments = sorted(chance.uniform(0.02, 0.9) * len(sent.bodies) for _ in victims)
    with sending(Store(site.port, connection, sent.bodies)) as store:
        kill_at_random(site, connection, store, list(zip(moments, victims, strict=True)))
        settle(site, connection, store)
    assert site.kills.keys() == {"web", "worker", "database"}
    assert store.taken == len(sent.bodies)
    with site.database() as database:
        assert faults(database, company, connection, sent) == []


def test_the_same_kills_tear_books_that_are_not_protected(site: Site) -> None:
    sent = replay(300, SEED)
    company, connection = site.company_with_store()
    site.serve()
    site.work(connection, "--unprotected", workers=1)
    with sending(Store(site.port, connection, sent.bodies)) as store:
        kill_at_random(site, connection, store, [(0, "worker 0")] * 3)
        settle(site, connection, store)
    with site.database() as database:
        found = faults(database, company, connection, sent)
    assert site.kills["worker"]
    assert {kind for kind, _ in found} & {"torn", "twice"}, found
