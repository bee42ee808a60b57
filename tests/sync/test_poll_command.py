"""`manage.py poll`: ask now, process, exit; with --since all orders from a day on."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from connections.models import StoreConnection
from sync.models import Backfill, BackfillState, Delivery, Lane, Order, Polling
from tests import pulled
from tests.fakes.store import FakeStore, Fault, an_order, load_history

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[FakeStore]:
    """A store."""
    with pulled.a_store() as store:
        yield store


@pytest.fixture
def shop(store: FakeStore) -> StoreConnection:
    """Its connection."""
    return pulled.connected_to(store)


def poll(shop: StoreConnection, *options: str, exits: int = 0) -> Any:
    """What it prints, and that it ends so."""
    out = StringIO()
    code: object = 0
    try:
        call_command("poll", "--connection", str(shop.pk), "--json", *options, stdout=out)
    except SystemExit as ending:
        code = ending.code
    assert code == exits
    return json.loads(out.getvalue())


def test_it_asks_books_and_counts(store: FakeStore, shop: StoreConnection) -> None:
    store.life.place(an_order(1))
    told = poll(shop)
    assert told == {
        "fetched": 1, "pages": 1, "documents": 1, "waiting": 0, "left": 0, "problem": None,
    }  # fmt: skip
    assert Order.objects.count() == 1


def test_since_a_day_brings_all_that_was_created_from_then_on(
    store: FakeStore, shop: StoreConnection
) -> None:
    load_history(store, 200, begin=BEGIN, apart=timedelta(hours=1))
    store.clock.at = pulled.now()
    told = poll(shop, "--since", "2026-11-03")
    first_midnight = datetime(2026, 11, 2, 18, 30, tzinfo=UTC)  # in India
    wanted = sum(BEGIN + timedelta(hours=n) >= first_midnight for n in range(200))
    assert told["fetched"] == wanted == Order.objects.count()
    row = Backfill.objects.get()
    assert (row.state, row.fetched, row.total) == (BackfillState.DONE, wanted, wanted)
    assert set(Delivery.objects.values_list("lane", flat=True)) == {Lane.BACKFILL}
    assert not Polling.objects.filter(cursor__gt="").exists()


def test_short_faults_are_outlived(store: FakeStore, shop: StoreConnection) -> None:
    store.life.place(an_order(1))
    store.faults.queue(Fault.CLOSES)
    assert poll(shop)["problem"] is None
    assert Order.objects.count() == 1


def test_who_asks_to_be_left_in_peace_for_long_is(store: FakeStore, shop: StoreConnection) -> None:
    load_history(store, 120, begin=BEGIN)
    store.clock.at = pulled.now()
    store.faults.queue(None, None, None, Fault.TOO_MANY)
    told = poll(shop, "--since", "2026-10-01", exits=1)
    assert "left in peace" in told["problem"]
    assert 0 < Order.objects.count() < 120
    before = len(store.requests)
    told = poll(shop, "--since", "2026-10-01")
    assert Order.objects.count() == 120
    assert told["fetched"] < 120  # it went on where it stopped
    assert len(store.requests) > before
    assert Backfill.objects.count() == 1


def test_another_day_while_one_is_open_and_a_day_to_come_are_refused(
    store: FakeStore, shop: StoreConnection
) -> None:
    store.life.place(an_order(1))
    store.faults.queue(Fault.TOO_MANY)
    poll(shop, "--since", "2026-11-01", exits=1)
    with pytest.raises(CommandError, match="not finished"):
        poll(shop, "--since", "2026-11-02")
    Backfill.objects.all().delete()
    with pytest.raises(CommandError, match="future"):
        poll(shop, "--since", "2099-01-01")


def test_unknown_and_unpaired_stores_are_refused(shop: StoreConnection) -> None:
    StoreConnection.objects.update(status="unpaired")
    with pytest.raises(CommandError, match="unpaired"):
        poll(shop)
    shop.pk = uuid4()
    with pytest.raises(CommandError, match="no such connection"):
        poll(shop)


def test_without_keys_it_says_what_to_do(company_without_keys: StoreConnection) -> None:
    assert "Enter REST keys" in poll(company_without_keys, exits=1)["problem"]


@pytest.fixture
def company_without_keys(shop: StoreConnection) -> StoreConnection:
    """The connection, its keys taken away."""
    StoreConnection.objects.update(consumer_key="", consumer_secret="")
    return shop
