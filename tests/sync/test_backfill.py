"""A store's history: from a chosen day, in slices, interrupted at will, live orders first."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.models import OrmQ

from connections.models import Activity, StoreConnection
from sync.asking import backfill, polling, pulls
from sync.booking import pipeline
from sync.models import Backfill, BackfillState, Lane, Order
from sync.tasks import backfill as backfill_task
from tests import pulled
from tests.fakes.store import FakeStore, Fault, an_order, load_history
from tests.stores import an_order as live_order
from tests.stores import deliver

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
SINCE = date(2026, 10, 1)


@pytest.fixture
def store() -> Iterator[FakeStore]:
    """A store with a past of 200 orders."""
    with pulled.a_store() as store:
        load_history(store, 200, begin=BEGIN)
        store.clock.at = pulled.now()
        yield store


@pytest.fixture
def shop(store: FakeStore) -> StoreConnection:
    """Its connection."""
    return pulled.connected_to(store)


@pytest.fixture
def row(shop: StoreConnection) -> Backfill:
    """A back-fill that was begun."""
    return backfill.begin(shop, SINCE, now=timezone.now())


def known() -> int:
    return Order.objects.count()


def said() -> list[str]:
    lines = Activity.objects.filter(kind="backfill").order_by("id")
    return list(lines.values_list("text", flat=True))


def test_all_of_it_comes_and_is_booked(row: Backfill) -> None:
    assert backfill.run(row).is_done
    pipeline.drain(row.connection_id, patient=True)
    row.refresh_from_db()
    assert (row.state, row.fetched, row.total, known()) == (BackfillState.DONE, 200, 200, 200)
    assert said()[-1] == "The back-fill is done: 200 orders."


def test_one_slice_after_the_other_asks_for_nothing_twice(row: Backfill) -> None:
    slices = [backfill.run(row, seconds=0)]
    while not slices[-1].is_done:
        slices.append(backfill.run(row, seconds=0))
    assert len(slices) > 2
    assert sum(each.orders for each in slices) == 200


def test_a_slice_that_is_killed_between_two_pages_loses_nothing(
    row: Backfill, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, pages = pulls.keep, iter(range(9))

    def dies_on_the_third(*given: object, **named: object) -> None:
        if next(pages) == 2:
            raise KeyboardInterrupt
        kept(*given, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(pulls, "keep", dies_on_the_third)
        with pytest.raises(KeyboardInterrupt):
            backfill.run(row)
    assert 0 < Backfill.objects.get().fetched < 200
    backfill.run(row)
    pipeline.drain(row.connection_id, patient=True)
    assert known() == 200
    assert Backfill.objects.get().fetched == 200


def test_it_is_paused_taken_up_and_cancelled(row: Backfill, store: FakeStore) -> None:
    now, shop = timezone.now(), row.connection
    backfill.run(row, seconds=0)
    backfill.move(shop, BackfillState.PAUSED, now=now)
    before = len(store.requests)
    assert backfill.run(row).orders == 0
    assert backfill.queue_due(now + timedelta(hours=1)) == 0
    assert len(store.requests) == before
    with pytest.raises(backfill.NotPossibleError):
        backfill.move(shop, BackfillState.PAUSED, now=now)
    backfill.move(shop, BackfillState.RUNNING, now=now)
    backfill.run(row, seconds=0)
    backfill.move(shop, BackfillState.CANCELLED, now=now)
    assert backfill.run(row).orders == 0
    assert backfill.open_backfill(shop) is None
    backfill.begin(shop, SINCE, now=now)


def test_a_pause_in_the_middle_of_a_slice_holds_after_the_page(
    row: Backfill, store: FakeStore
) -> None:
    def pause() -> bool:
        backfill.move(row.connection, BackfillState.PAUSED, now=timezone.now())
        return False

    found = backfill.run(row, steps_aside=pause)
    assert found.pages == 1
    assert Backfill.objects.get().state == BackfillState.PAUSED


def test_a_store_that_fails_now_and_then_is_filled_all_the_same(
    row: Backfill, store: FakeStore
) -> None:
    store.house.retry_after = "1"
    store.faults.plan(7, 0.3)
    for _ in range(60):
        if backfill.run(row).is_done:
            break
    pipeline.drain(row.connection_id, patient=True)
    assert known() == 200


def test_what_needs_a_person_pauses_it_with_the_reason(row: Backfill, store: FakeStore) -> None:
    store.house.keys_may = "read"
    store.house.user_may = False
    backfill.run(row)
    row.refresh_from_db()
    assert row.state == BackfillState.PAUSED
    assert row.problem
    assert said()[-1].startswith("The back-fill stopped.")
    store.house.user_may = True
    backfill.move(row.connection, BackfillState.RUNNING, now=timezone.now())
    assert backfill.run(row).is_done


def test_one_that_waits_is_left_in_peace_as_long_as_it_asked(
    row: Backfill, store: FakeStore
) -> None:
    store.faults.queue(Fault.TOO_MANY)
    backfill.run(row)
    assert backfill.queue_due(timezone.now() + timedelta(seconds=100)) == 0
    assert backfill.queue_due(timezone.now() + timedelta(seconds=125)) == 1
    assert OrmQ.objects.count() == 1


def test_live_orders_are_booked_before_history(row: Backfill) -> None:
    backfill.run(row, seconds=0)
    deliver(row.connection, live_order(501))
    pipeline._Drainer(row.connection_id, patient=True).next_batch()
    assert set(Order.objects.values_list("order_id", flat=True)) == {501}


def test_a_poll_that_waits_gets_its_turn(row: Backfill, shop: StoreConnection) -> None:
    polling.start(shop, 15, now=timezone.now())
    assert backfill.queue_due(timezone.now()) == 0
    backfill_task(row.pk)
    assert Backfill.objects.get().fetched < 200


def test_history_waits_in_measure(row: Backfill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "MOST_WAITING", 60)
    most = 0

    def look() -> bool:
        nonlocal most
        waiting = row.connection.deliveries.filter(state="received", lane=Lane.BACKFILL)
        most = max(most, waiting.count())
        return False

    backfill.run(row, steps_aside=look)
    assert 0 < most <= 60 + 100


def test_the_database_allows_one_open_back_fill_of_a_store(row: Backfill) -> None:
    with pytest.raises(IntegrityError, match="one_open_backfill"), transaction.atomic():
        Backfill.objects.create(
            company_id=row.company_id, connection=row.connection, since=SINCE, start=BEGIN,
            until=BEGIN, worked=timedelta(), made_at=BEGIN, next_at=BEGIN,
        )  # fmt: skip


def test_polling_goes_on_beside_it(row: Backfill, shop: StoreConnection, store: FakeStore) -> None:
    backfill.run(row, seconds=0)
    new = store.life.place(an_order(5))
    polling.poll(shop)
    pipeline.drain(shop.pk, patient=True)
    assert Order.objects.filter(order_id=new).exists()
