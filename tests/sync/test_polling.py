"""Asking a store for what has changed: nothing is missed, nothing passed over, nothing twice."""

import hashlib
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from django.db import connection as database
from django.utils import timezone
from django_q.models import OrmQ

from connections.clients.protocol import Place
from connections.models import Activity, StoreConnection
from sync.asking import polling, pulls
from sync.booking import pipeline
from sync.booking.inbox import Envelope, Recipient, put
from sync.models import Delivery, Order, Polling, Snapshot
from sync.tasks import poll as poll_task
from tests import pulled
from tests.fakes.store import FakeStore, Fault, an_order
from tests.server import address_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Iterator[FakeStore]:
    """A store at which orders arrive."""
    with pulled.a_store() as store:
        yield store


@pytest.fixture
def shop(store: FakeStore) -> StoreConnection:
    """Its connection."""
    return pulled.connected_to(store)


def asked(shop: StoreConnection) -> polling.Round:
    """Poll and book."""
    found = polling.poll(shop)
    pipeline.drain(shop.pk, patient=True)
    return found


def problems(shop: StoreConnection) -> list[str]:
    return list(
        Activity.objects.filter(connection=shop, kind="poll").order_by("id")
        .values_list("text", flat=True)
    )  # fmt: skip


def test_what_has_changed_is_booked_and_booked_once(
    store: FakeStore, shop: StoreConnection
) -> None:
    first = store.life.place(an_order(1))
    assert asked(shop).orders == 1
    vouchers = pulled.booked(shop)
    assert set(vouchers) == {first}
    assert asked(shop).is_done
    assert pulled.booked(shop) == vouchers
    assert Snapshot.objects.count() == 1
    shop.refresh_from_db()
    assert shop.last_polled_at is not None


def test_an_order_from_before_the_connection_is_left_to_the_back_fill(
    store: FakeStore, shop: StoreConnection
) -> None:
    store.clock.tick(-3600)
    store.life.place(an_order(1))
    assert asked(shop).orders == 0


def test_a_refund_that_vanished_without_moving_a_time_is_undone_in_the_books(
    store: FakeStore, shop: StoreConnection
) -> None:
    order = store.life.place(an_order(1))
    store.clock.tick()
    refund = store.life.refund(order, "10.00")
    asked(shop)
    with_refund = pulled.booked(shop)[order]
    before = store.forms.order(store.shelf.get(order))["date_modified_gmt"]  # type: ignore[arg-type]
    store.life.delete_refund(order, refund)
    assert store.forms.order(store.shelf.get(order))["date_modified_gmt"] == before  # type: ignore[arg-type]
    asked(shop)
    assert pulled.booked(shop)[order] == with_refund + Decimal("10.00")


def test_a_refund_that_a_webhook_told_of_and_that_vanished_is_undone_by_the_next_poll(
    store: FakeStore, shop: StoreConnection
) -> None:
    order = store.life.place(an_order(1))
    refund = store.life.refund(order, "10.00")
    told = store.forms.order(store.shelf.get(order))  # type: ignore[arg-type]
    put(Recipient.of(shop), Envelope(timezone.now(), "order.updated"), told)
    pipeline.drain(shop.pk, patient=True)
    with_refund = pulled.booked(shop)[order]
    store.life.delete_refund(order, refund)
    asked(shop)
    assert pulled.booked(shop)[order] == with_refund + Decimal("10.00")


def test_a_deletion_that_came_late_does_not_bury_an_order_that_is_alive(
    store: FakeStore, shop: StoreConnection
) -> None:
    order = store.life.place(an_order(1))
    asked(shop)
    envelope = Envelope(timezone.now(), "order.deleted", store_delivery_id="late")
    put(Recipient.of(shop), envelope, {"id": order})
    pipeline.drain(shop.pk, patient=True)
    assert pulled.booked(shop) == {}
    asked(shop)
    assert set(pulled.booked(shop)) == {order}


def test_an_order_that_goes_back_to_what_it_was_goes_back_in_the_books(
    store: FakeStore, shop: StoreConnection
) -> None:
    """Edits that move no time: the old content comes again and is news."""
    order = store.life.place(an_order(1))
    entry = store.shelf.get(order)
    assert entry is not None
    asked(shop)
    before = pulled.booked(shop)[order]
    lines = entry.body["line_items"]
    store.life.edit_unseen(order, line_items=[], total="0.00", total_tax="0.00")
    asked(shop)
    emptied = Order.objects.get().snapshot_id
    store.life.edit_unseen(order, line_items=lines, total=str(before), total_tax="0.00")
    store.life.edit_unseen(order, **dict(an_order(1), line_items=lines))
    asked(shop)
    assert Order.objects.get().snapshot_id != emptied
    assert pulled.booked(shop).get(order) == before
    kept = Snapshot.objects.count()
    asked(shop)
    assert Snapshot.objects.count() == kept


def test_trash_and_out_of_it_by_rest_are_followed(store: FakeStore, shop: StoreConnection) -> None:
    order = store.life.place(an_order(1))
    asked(shop)
    whole = pulled.booked(shop)
    store.clock.tick()
    store.life.trash(order)
    asked(shop)
    assert pulled.booked(shop) == {}
    store.clock.tick()
    store.life.untrash_by_rest(order)
    asked(shop)
    assert pulled.booked(shop) == whole


def test_a_hundred_and_fifty_orders_of_one_second_all_come(
    store: FakeStore, shop: StoreConnection
) -> None:
    placed = {store.life.place(an_order(seed)) for seed in range(150)}
    assert asked(shop).pages > 1
    assert set(Order.objects.values_list("order_id", flat=True)) == placed


def test_an_order_edited_while_paging_is_not_missed(
    store: FakeStore, shop: StoreConnection
) -> None:
    placed = []
    for seed in range(120):
        placed.append(store.life.place(an_order(seed)))
        store.clock.tick()
    moved = iter(placed)

    def edit() -> None:
        store.clock.tick()
        store.life.edit(next(moved), status="completed")

    store.before_answering = edit
    asked(shop)
    store.before_answering = lambda: None
    asked(shop)
    assert set(Order.objects.values_list("order_id", flat=True)) == set(placed)


@pytest.mark.parametrize("hours", [-7, 7])
def test_a_store_whose_clock_is_off_is_followed_all_the_same(hours: int) -> None:
    with pulled.a_store() as store:
        shop = pulled.paired(pulled.connected_to(store), store)
        shop.paired_site.clock_skew = hours * 3600
        assert polling.first_moment(shop) <= timezone.now()
    with pulled.a_store() as store:
        shop = pulled.connected_to(store, name="Other", company=shop.company)
        state = polling.polling_of(shop)
        state.cursor = Place.since(store.clock() + timedelta(hours=min(hours, 0))).as_text()
        state.save()
        # OAuth needs the store's clock, so only what it writes on orders is off.
        for step in range(3):
            order = store.life.place(an_order(step))
            entry = store.shelf.get(order)
            assert entry is not None
            store.shelf.move(
                entry,
                modified=store.clock() + timedelta(hours=hours, minutes=step),
                status="processing",
            )
            asked(shop)
        assert Order.objects.filter(connection=shop).count() == 3
        assert Place.read(Polling.objects.get(pk=shop.pk).cursor).at <= timezone.now()


def test_a_failed_round_keeps_the_cursor_and_says_why_once(
    store: FakeStore, shop: StoreConnection
) -> None:
    store.life.place(an_order(1))
    asked(shop)
    before = Polling.objects.get()
    store.faults.queue(Fault.TOO_MANY, Fault.TOO_MANY)
    for _ in range(2):
        found = asked(shop)
        assert found.problem is not None
        assert not found.problem.needs_person
    after = Polling.objects.get()
    assert (after.cursor, after.failures, after.problem_code) == (before.cursor, 2, "busy")
    assert after.next_at is not None
    assert after.next_at >= timezone.now() + timedelta(seconds=115)
    assert len(problems(shop)) == 1
    assert "left in peace" in problems(shop)[0]
    asked(shop)
    assert problems(shop)[1:] == ["The store can be asked again."]
    assert Polling.objects.get().failures == 0


def test_what_a_person_must_look_at_is_said_with_its_cure(
    store: FakeStore, shop: StoreConnection
) -> None:
    store.house.has_plain_permalinks = True
    found = asked(shop)
    assert found.problem is not None
    assert found.problem.needs_person
    assert "Permalinks" in problems(shop)[0]
    assert Polling.objects.get().next_at >= timezone.now() + timedelta(minutes=59)  # type: ignore[operator]


def test_a_page_that_cannot_be_stored_is_asked_for_again(
    store: FakeStore, shop: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = {store.life.place(an_order(seed)) for seed in range(60)}
    kept = pulls.keep
    calls = []

    def dies_on_the_second(*given: object, **named: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        kept(*given, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(pulls, "keep", dies_on_the_second)
        with pytest.raises(KeyboardInterrupt):
            polling.poll(shop)
    half = Polling.objects.get()
    assert half.place
    assert not half.cursor
    asked(shop)
    assert set(Order.objects.values_list("order_id", flat=True)) == placed


def test_two_do_not_poll_one_store_at_a_time_and_a_dead_one_frees_it(
    store: FakeStore, shop: StoreConnection
) -> None:
    with psycopg.connect(address_of("app"), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [_key(f"poll:{shop.pk}")])
        assert polling.poll(shop).is_busy
        pid = other.info.backend_pid
    _wait_for_the_end_of(pid)
    assert not polling.poll(shop).is_busy


def _wait_for_the_end_of(pid: int) -> None:
    deadline = time.monotonic() + 10
    with database.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT FROM pg_locks WHERE pid = %s", [pid])
            if cursor.fetchone() is None:
                return
    pytest.fail("the session does not end")


def _key(name: str) -> int:
    digest = hashlib.blake2b(f"counterfoil:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


class TestBySchedule:
    def test_a_poll_is_queued_once_when_its_time_has_come(self, shop: StoreConnection) -> None:
        now = timezone.now()
        assert polling.queue_due(now) == 0
        polling.start(shop, 15, now=now)
        assert [polling.queue_due(now), polling.queue_due(now)] == [1, 0]
        assert OrmQ.objects.count() == 1
        assert polling.queue_due(now + pulls.CLAIM) == 1  # its worker was killed

    def test_its_next_time_is_an_interval_later(self, shop: StoreConnection) -> None:
        polling.start(shop, 30, now=timezone.now())
        poll_task(str(shop.pk))
        next_at = Polling.objects.get().next_at
        assert next_at is not None
        assert timedelta(minutes=29) < next_at - timezone.now() <= timedelta(minutes=30)

    def test_stopped_switched_off_and_unpaired_stores_are_left_in_peace(
        self, store: FakeStore, shop: StoreConnection
    ) -> None:
        now = timezone.now()
        polling.start(shop, 15, now=now)
        StoreConnection.objects.update(is_enabled=False)
        assert polling.queue_due(now) == 0
        poll_task(str(shop.pk))
        assert store.requests == []
        StoreConnection.objects.update(is_enabled=True)
        polling.stop(shop, now=now)
        assert polling.queue_due(now) == 0

    def test_without_a_worker_to_spare_it_waits_for_its_turn(
        self, store: FakeStore, shop: StoreConnection
    ) -> None:
        polling.start(shop, 15, now=timezone.now())
        with psycopg.connect(address_of("app")) as other:
            other.execute("SELECT pg_advisory_lock(%s)", [_key("slot:0")])
            poll_task(str(shop.pk))
            assert store.requests == []
            assert polling.is_any_due(timezone.now())


def test_a_paired_store_is_polled_through_its_plugin() -> None:
    with pulled.a_store() as store:
        shop = pulled.paired(pulled.connected_to(store), store)
        order = store.life.place(an_order(1))
        asked(shop)
        assert set(pulled.booked(shop)) == {order}
        assert Delivery.objects.get().topic == "poll"
        assert isinstance(shop.pk, UUID)
