"""Several workers and several senders at the same moment: the books are as if they had queued."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection as database
from django.db.models import Sum

from connections import lifecycle
from connections.models import Activity, StoreConnection
from ledger.models import Entry, Voucher
from sync.booking import pipeline
from sync.models import Delivery, Order, Snapshot
from tests import deliveries
from tests.factories import a_company
from tests.stores import an_order, deliver

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def store() -> StoreConnection:
    return lifecycle.connect(a_company(), name="Main store")


def at_once(threads: int, work: Callable[[int], object]) -> None:
    """Run the work in threads that start together; raise what any of them raised."""
    start = Barrier(threads)

    def run(thread: int) -> None:
        try:
            start.wait(timeout=10)
            work(thread)
        finally:
            database.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, range(threads)))


def nets() -> dict[int, Decimal]:
    return dict(Order.objects.values_list("order_id", "net_booked"))


def is_whole() -> bool:
    """Every sale is one order's, told of once, and debits are credits."""
    vouchers = set(Voucher.objects.values_list("id", flat=True))
    told = list(Activity.objects.exclude(voucher=None).values_list("voucher", flat=True))
    left = Entry.objects.aggregate(left=Sum("debit") - Sum("credit"))["left"]
    documents = Voucher.objects.exclude(order_document=None).count()
    return len(told) == len(vouchers) == documents and set(told) == vouchers and not left


@pytest.mark.parametrize("patient", [True, False])
def test_two_workers_drain_one_store_at_once(store: StoreConnection, *, patient: bool) -> None:
    orders = [an_order(order_id=n) for n in range(1, 251)]
    deliver(store, *orders)
    at_once(2, lambda _: pipeline.drain(store.pk, patient=patient))
    pipeline.drain(store.pk)
    assert nets() == {order["id"]: Decimal(order["total"]) for order in orders}
    assert Voucher.objects.count() == 250
    assert is_whole()


def test_two_workers_post_the_same_order_at_once(store: StoreConnection) -> None:
    for round_ in range(1, 11):
        deliver(store, an_order(order_id=round_))
        at_once(2, lambda _: pipeline.drain(store.pk, patient=True))
        assert Voucher.objects.filter(reference=str(round_)).count() == 1
    assert is_whole()


def test_a_worker_meets_deliveries_that_are_still_arriving(store: StoreConnection) -> None:
    """Of one order three snapshots arrive in any order while two workers are at it."""
    versions = [
        [
            an_order(order_id=n, value=value, modified=f"2026-11-18T0{hour}:00:00")
            for hour, value in ((7, "1000.00"), (8, "1200.00"), (9, "900.00"))
        ]
        for n in range(1, 31)
    ]

    def work(thread: int) -> None:
        if thread < 3:
            for order in versions:
                deliver(store, order[thread])
        else:
            for _ in range(10):
                pipeline.drain(store.pk, patient=True)

    at_once(5, work)
    pipeline.drain(store.pk, patient=True)
    assert nets() == dict.fromkeys(range(1, 31), Decimal("1062.00"))
    assert not Delivery.objects.filter(state__in=("received", "waiting")).exists()
    assert is_whole()


def test_fifty_orders_within_a_second_under_one_delivery_id(store: StoreConnection) -> None:
    """WooCommerce's delivery ids are made of the second: none of these is a repeat."""
    door = deliveries.Store(store.pk, lifecycle.secret_of(store))
    orders = [an_order(order_id=n) for n in range(1, 51)]

    def send(thread: int) -> None:
        for order in orders[thread::5]:
            status, _ = door.send(json.dumps(order).encode(), delivery_id="same-second")
            assert status == 200

    at_once(5, send)
    pipeline.drain(store.pk)
    assert set(Delivery.objects.values_list("store_delivery_id", flat=True)) == {"same-second"}
    assert Snapshot.objects.count() == Voucher.objects.count() == 50
    assert is_whole()
