"""Trying again: what waited goes on when its obstacle is gone, and nothing is posted twice."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from connections.models import StoreConnection, UnmappedSku
from ledger.models import Company, Item, Voucher
from sync.booking import pipeline, retry
from sync.models import Delivery, DeliveryState, Order, OrderState, Wakeup
from tests.stores import a_connection, an_order, book, deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def choosy(main_store: StoreConnection) -> StoreConnection:
    """Lets orders wait for items."""
    main_store.unmapped_sku = UnmappedSku.WAIT
    main_store.save()
    return main_store


def _item(company: Company) -> Item:
    return Item.objects.create(company=company, sku="SHIRT-B", name="Blue shirt")


def _states(connection: StoreConnection) -> list[str]:
    found = Delivery.objects.filter(connection=connection).order_by("id")
    return list(found.values_list("state", flat=True))


def _order(connection: StoreConnection) -> Order:
    return Order.objects.get(connection=connection)


def test_an_order_goes_on_once_its_item_is_there(choosy: StoreConnection) -> None:
    book(choosy, an_order())
    assert _order(choosy).reason_code == "sku"
    _item(choosy.company)
    assert retry.retry(choosy) == 1
    pipeline.drain(choosy.pk)
    assert _order(choosy).state == OrderState.BOOKED
    assert _states(choosy) == ["booked"]
    assert Voucher.objects.count() == 1


def test_an_order_whose_obstacle_stands_waits_again(choosy: StoreConnection) -> None:
    book(choosy, an_order())
    assert retry.retry(choosy) == 1
    pipeline.drain(choosy.pk)
    assert _order(choosy).state == OrderState.WAITING
    assert _states(choosy) == ["waiting"]


def test_retry_takes_the_orders_of_a_reason_or_the_named_ones(choosy: StoreConnection) -> None:
    book(choosy, an_order(501), an_order(502), an_order(503, currency="USD"))
    assert retry.retry(choosy, reason_code="currency") == 1
    assert retry.retry(choosy, order_ids=[501, 999]) == 1
    assert retry.retry(choosy, reason_code="nothing") == 0


def test_retry_leaves_other_stores_and_orders_that_do_not_wait_alone(
    choosy: StoreConnection,
) -> None:
    book(choosy, an_order())
    other = a_connection(choosy.company, "Other")
    book(other, an_order())
    assert retry.retry(other) == 0
    assert _states(choosy) == ["waiting"]


def test_what_could_not_be_read_at_all_is_tried_again(main_store: StoreConnection) -> None:
    book(main_store, an_order() | {"date_created_gmt": "", "date_modified_gmt": ""})
    assert not Order.objects.exists()
    assert retry.retry(main_store, reason_code="readable") == 1
    assert _states(main_store) == ["received"]


def test_a_waiting_order_whose_deliveries_are_gone_is_tried_by_its_snapshot(
    choosy: StoreConnection,
) -> None:
    book(choosy, an_order())
    Delivery.objects.all().delete()
    _item(choosy.company)
    assert retry.retry(choosy) == 1
    pipeline.drain(choosy.pk)
    assert _order(choosy).state == OrderState.BOOKED


def test_once_a_newer_snapshot_counts_the_older_one_waits_no_longer(
    choosy: StoreConnection,
) -> None:
    book(choosy, an_order())
    _item(choosy.company)
    book(choosy, an_order(modified="2026-11-19T06:00:00"))
    assert _states(choosy) == ["superseded", "booked"]


def test_only_orders_that_need_wait_no_longer_are_ripe(choosy: StoreConnection) -> None:
    book(choosy, an_order(501), an_order(502, currency="USD"))
    assert retry.ripe(choosy) == []
    _item(choosy.company)
    assert retry.ripe(choosy) == [501]
    assert _states(choosy) == ["waiting", "waiting"]
    assert not Voucher.objects.exists()


def test_a_replayed_delivery_is_processed_and_posts_nothing_twice(
    main_store: StoreConnection,
) -> None:
    book(main_store, an_order())
    first = Delivery.objects.get()
    assert retry.replay(main_store, [first.pk]) == 1
    pipeline.drain(main_store.pk)
    assert _states(main_store) == ["booked", "unchanged"]
    again = Delivery.objects.latest("id")
    assert (again.is_replay, again.snapshot_id) == (True, first.snapshot_id)
    assert Voucher.objects.count() == 1


def test_replay_takes_only_the_stores_own_deliveries(main_store: StoreConnection) -> None:
    book(main_store, an_order())
    other = a_connection(main_store.company, "Other")
    assert retry.replay(other, list(Delivery.objects.values_list("pk", flat=True))) == 0


def test_a_delivery_without_an_order_has_nothing_to_replay(main_store: StoreConnection) -> None:
    deliver(main_store, {"code": "woocommerce_rest_cannot_view", "data": {"status": 401}})
    alarm = Delivery.objects.get(state=DeliveryState.ALARM)
    assert retry.replay(main_store, [alarm.pk]) == 0


@pytest.mark.parametrize(
    "verb",
    [
        retry.retry,
        lambda connection: retry.look_again(connection, 501),
        lambda connection: retry.replay(connection, [Delivery.objects.get().pk]),
    ],
    ids=["retry", "look again", "replay"],
)
def test_the_worker_is_woken_after_the_commit(
    choosy: StoreConnection,
    verb: Callable[[StoreConnection], Any],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    book(choosy, an_order())
    Wakeup.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        verb(choosy)
        assert not Wakeup.objects.exists()
    assert Wakeup.objects.get().wake_requested
