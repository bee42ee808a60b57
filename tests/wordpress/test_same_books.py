"""The reduced order that leaves the store makes the same books as the whole one would."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.documents import Document
from sync.core.minimise import minimise
from sync.core.parse import parse_order, version_of
from sync.core.reception import OrderContent, read_delivery
from sync.core.waiting import OrderWaitsError
from tests.sync.core.shop import Books
from tests.wordpress.orders import READ_AT, Told, kept, orders, recorded, sent
from tests.wordpress.php import OPTIONS, Json, Php, version

DROPPED = {"payment_method"}
DROPPED_OF_LINES = {"tax_status"}
"""What the server would keep of a whole order and the plugin does not send: no voucher needs it."""


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return list(recorded())


@pytest.fixture(scope="module")
def bodies(plugin: Php, told: Sequence[Told]) -> list[bytes]:
    return sent(plugin, told)


def less_what_is_dropped(order: Json) -> Json:
    rest = {name: part for name, part in order.items() if name not in DROPPED}
    for group in ("shipping_lines", "fee_lines"):
        rest[group] = [
            {name: part for name, part in line.items() if name not in DROPPED_OF_LINES}
            for line in rest[group]
        ]
    rest["refunds"] = sorted(rest["refunds"], key=lambda refund: refund["id"])
    return rest


def booked(order: Json) -> list[Document] | str:
    """The documents that an order gives, or why it waits."""
    try:
        return Books().deliver(order)
    except OrderWaitsError as error:
        return str(error)


def assert_same(told: Told, body: bytes) -> None:
    whole, reduced = kept(told.whole), kept(body)
    envelope = {"counterfoil": reduced["counterfoil"]}
    assert reduced == less_what_is_dropped(whole) | envelope, told.name
    assert parse_order(reduced) == parse_order(whole), told.name
    assert booked(reduced) == booked(whole), told.name


def test_every_recorded_order_is_read_and_booked_the_same(
    told: list[Told], bodies: list[bytes]
) -> None:
    assert len(told) > 200
    assert sum(len(each.refunds) for each in told) > 50
    for each, body in zip(told, bodies, strict=True):
        assert_same(each, body)


def test_most_of_them_give_vouchers(bodies: list[bytes]) -> None:
    """The control: the same of nothing would be the same too."""
    found = [booked(kept(body)) for body in bodies]
    documents = [each for each in found if not isinstance(each, str)]
    assert sum(len(each) for each in documents) > 180
    assert sum(len(each) > 1 for each in documents) > 40


@given(st.lists(orders(), min_size=1, max_size=8))
def test_any_order_is_read_and_booked_the_same(plugin: Php, told: list[Told]) -> None:
    for each, body in zip(told, sent(plugin, told), strict=True):
        assert_same(each, body)


def test_a_refund_names_no_quantity_of_shipping_and_fees(bodies: list[bytes]) -> None:
    """The quantity would stand on the credit note."""
    for body in bodies:
        for refund in json.loads(body)["refunds"]:
            for line in (*refund["shipping_lines"], *refund["fee_lines"]):
                assert "quantity" not in line


def test_the_server_has_nothing_left_to_remove(bodies: list[bytes]) -> None:
    """What is sent is what is kept; unknown times and SKUs are null."""
    for body in bodies:
        told = json.loads(body)
        assert kept(body) == without_nulls(told)
        assert minimise(kept(body)) == kept(body)


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [without_nulls(part) for part in value]
    return str(value) if isinstance(value, float) else value


def test_the_reduced_order_is_small(told: list[Told], bodies: list[bytes]) -> None:
    for each, body in zip(told, bodies, strict=True):
        assert len(body) < 0.7 * len(each.whole), each.name


def test_what_stands_around_the_order_is_understood(plugin: Php, told: list[Told]) -> None:
    options = {"woocommerce_price_num_decimals": "0", "woocommerce_prices_include_tax": "yes"}
    order = kept(sent(plugin, told[:1], **options)[0])
    assert order["counterfoil"] == {
        "schema": 1,
        "built_at": "2026-11-26T06:10:00.123456Z",
        "plugin": version(),
        "home": OPTIONS["home"].rstrip("/"),
        "store_timezone": OPTIONS["timezone_string"],
        "prices_include_tax": True,
        "decimals": 0,
    }
    assert parse_order(order).smallest_unit == 1
    assert "|2026-11-26T06:10:00.123456Z|" in version_of(order)


def test_an_order_that_is_gone_is_a_deletion(plugin: Php) -> None:
    [body] = plugin.calls([("body_sent", [7, False, READ_AT])])
    content = read_delivery(
        body.encode(), topic="order.updated", resource="order", store_delivery_id="1"
    )
    assert isinstance(content, OrderContent)
    assert (content.order_id, content.is_deletion) == (7, True)


def test_a_store_without_decimals_sends_none(plugin: Php, told: list[Told]) -> None:
    [body] = sent(plugin, told[:1], woocommerce_price_num_decimals="0")
    order = json.loads(body)
    amounts = [order["total"], *(line["total"] for line in order["line_items"])]
    assert all("." not in amount for amount in amounts)


@pytest.mark.parametrize(
    ("stored", "told_as"),
    [
        ("899", "899.00"),
        ("7.2", "7.20"),
        ("22.475", "22.48"),
        ("1.005", "1.01"),
        ("-22.475", "-22.48"),
        ("0", "0.00"),
        ("", ""),
        (None, ""),
        (12, "12.00"),
        (0.1, "0.10"),
        ("123456789.126", "123456789.13"),
    ],
)
def test_an_amount_is_told_as_the_rest_api_tells_it(plugin: Php, stored: Any, told_as: str) -> None:
    """Not as it is stored; and a tax that does not apply stays empty."""
    assert plugin.call("counterfoil_amount", stored, 2) == told_as
