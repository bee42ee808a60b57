"""An order that is again as it was before: the plugin's time of reading tells it from a repeat."""

import pytest

from connections.models import StoreConnection
from sync.booking import pipeline
from sync.models import Delivery, Order, Snapshot
from tests.orders import Json
from tests.stores import an_order, deliver

pytestmark = pytest.mark.django_db


def _read(order: Json, second: int) -> Json:
    return {**order, "counterfoil": {"schema": 1, "built_at": f"2026-11-18T06:00:{second:02}Z"}}


def _books(store: StoreConnection, *orders: Json) -> str:
    for order in orders:
        deliver(store, order)
        pipeline.drain(store.pk, patient=True)
    return str(Order.objects.get().net_booked)


def test_a_line_that_is_added_and_removed_without_a_new_date_leaves_no_trace(
    main_store: StoreConnection,
) -> None:
    one, other = an_order(value="1000.00"), an_order(value="2500.00")
    assert _books(main_store, _read(one, 1), _read(other, 2), _read(one, 3)) == "1180.00"
    assert Snapshot.objects.count() == 2


def test_what_was_read_earlier_and_arrives_late_changes_nothing(
    main_store: StoreConnection,
) -> None:
    one, other = an_order(value="1000.00"), an_order(value="2500.00")
    assert _books(main_store, _read(one, 1), _read(one, 3), _read(other, 2)) == "1180.00"
    assert Delivery.objects.filter(state="superseded").count() == 1


def test_without_a_time_of_reading_a_repeat_is_a_repeat(main_store: StoreConnection) -> None:
    one, other = an_order(value="1000.00"), an_order(value="2500.00")
    assert _books(main_store, one, other, one) == "2950.00"
