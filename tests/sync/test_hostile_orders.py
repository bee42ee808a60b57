"""Orders that make no sense: each field in turn replaced by nonsense, hundreds in one batch."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection as database

from connections import lifecycle
from sync.booking import pipeline
from sync.models import Delivery, DeliveryState, Order, OrderState
from tests import deliveries
from tests.factories import a_company
from tests.orders import Json, Store

NONSENSE: tuple[Any, ...] = (
    "1e400", "-1e400", "1E+9999", "-0.00", "-5", "0.000000000001", "99999999999999999999", "NaN",
    "twelve", "", " ", "\x00", "\ud800", "١٢", "1,000.00", None, True, [], {}, [[]], [None], 10**30,
    -(10**30), 3.5, "x" * 100_000, {"a": {"b": ["c"]}}, "2026-13-45T99:99:99",
    "0000-00-00T00:00:00", "'; DROP TABLE ledger_voucher; --", "<script>alert(1)</script>",
)  # fmt: skip


def an_order(order_id: int) -> Json:
    store = Store()
    refund = {"id": order_id * 10, "total": "-11.80"}
    return store.order(
        [store.line("Lamp", "1000", sku="LAMP")],
        shipping=[store.shipping("100")],
        fees=[store.fee("Gift wrap", "-10")],
        order_id=order_id,
        refunds=[refund],
    )


def with_nonsense(order: Json) -> Iterator[Json]:
    """The order with every field of every depth replaced, one at a time; never its id."""
    for path in _paths(order):
        for value in NONSENSE:
            changed = deepcopy(order)
            place: Any = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            yield changed


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path and path != ("id",):
        yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _paths(part, (*path, key))
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from _paths(part, (*path, position))


@pytest.mark.django_db
def test_nonsense_is_booked_or_waits_and_holds_up_nobody() -> None:
    connection = lifecycle.connect(a_company(), name="Main store")
    store = deliveries.Store(connection.pk, lifecycle.secret_of(connection))
    order_id = 1_000
    for changed in with_nonsense(an_order(1)):
        order_id += 1
        changed["id"] = order_id
        status, _ = store.send(json.loads(json.dumps(changed)))
        assert status == 200
    store.send(an_order(7))
    assert pipeline.drain(connection.pk).is_done
    database.check_constraints()

    assert connection.orders.get(order_id=7).state == OrderState.BOOKED
    ends = Delivery.objects.filter(connection=connection)
    assert not ends.filter(state=DeliveryState.RECEIVED).exists()
    broken = ends.filter(reason_code="internal").values_list("order_id", "reason")
    assert not list(broken)
    waiting = Order.objects.filter(connection=connection, state=OrderState.WAITING)
    assert waiting.exists()
    assert not waiting.filter(reason="").exists()
