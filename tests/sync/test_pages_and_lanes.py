"""Deliveries that come by the page, and what is taken first."""

import json
from typing import Any

import pytest
from django_q.models import OrmQ

from connections.models import Activity, StoreConnection
from sync.booking.claiming import claim
from sync.booking.inbox import Envelope, Recipient, put, put_all
from sync.models import Delivery, DeliveryState, Lane, Snapshot
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def an_order(order_id: int, status: str = "processing") -> dict[str, Any]:
    return {"id": order_id, "status": status, "total": "118.00"}


def _page(store: StoreConnection, *orders: object, lane: Lane = Lane.LIVE) -> None:
    bodies = [json.dumps(order).encode() for order in orders]
    put_all(Recipient.of(store), Envelope(NOW, "poll", lane=lane), bodies)


def _kept() -> list[tuple[Any, ...]]:
    rows = Delivery.objects.order_by("id")
    return list(rows.values_list("order_id", "is_repeat", "snapshot__payload", "lane", "topic"))


def test_a_page_is_kept_as_its_deliveries_one_by_one(
    main_store: StoreConnection, django_capture_on_commit_callbacks: Any
) -> None:
    orders = [an_order(1), an_order(2), an_order(1), an_order(1, "completed")]
    with django_capture_on_commit_callbacks(execute=True):
        _page(main_store, *orders)
    by_page = _kept()
    assert OrmQ.objects.count() == 1
    Delivery.objects.all().delete()
    Snapshot.objects.all().delete()
    for order in orders:
        put(Recipient.of(main_store), Envelope(NOW, "poll"), order)
    assert by_page == _kept()
    assert [row[1] for row in by_page] == [False, False, True, False]


def test_a_content_of_an_earlier_page_is_a_repeat(main_store: StoreConnection) -> None:
    _page(main_store, an_order(1))
    _page(main_store, an_order(1), an_order(2))
    assert [row[1] for row in _kept()] == [False, True, False]
    assert Snapshot.objects.count() == 2


def test_what_is_no_order_on_a_page_is_told_and_holds_up_nobody(
    main_store: StoreConnection,
) -> None:
    _page(main_store, {"code": "woocommerce_rest_cannot_view", "data": {}}, an_order(2))
    states = list(Delivery.objects.order_by("order_id").values_list("order_id", "state"))
    assert sorted(states, key=str) == [(2, DeliveryState.RECEIVED), (None, DeliveryState.ALARM)]
    assert Activity.objects.filter(connection=main_store, kind="alarm").count() == 1


def test_live_orders_do_not_wait_for_history(main_store: StoreConnection) -> None:
    _page(main_store, an_order(1), an_order(2), lane=Lane.BACKFILL)
    _page(main_store, an_order(3))
    first = claim(main_store.pk, 100)
    assert (list(first.arrivals), first.is_all) == ([3], False)
    Delivery.objects.filter(order_id=3).update(state=DeliveryState.BOOKED)
    then = claim(main_store.pk, 100)
    assert (list(then.arrivals), then.is_all) == ([1, 2], True)


def test_an_order_is_taken_with_all_that_came_about_it(main_store: StoreConnection) -> None:
    _page(main_store, an_order(1, "pending"), lane=Lane.BACKFILL)
    _page(main_store, an_order(1))
    found = claim(main_store.pk, 100)
    assert [len(arrivals) for arrivals in found.arrivals.values()] == [2]
    assert found.is_all


def test_a_claim_that_leaves_orders_behind_says_so(main_store: StoreConnection) -> None:
    _page(main_store, an_order(1), an_order(2), an_order(3))
    assert not claim(main_store.pk, 2).is_all
    assert claim(main_store.pk, 3).is_all
