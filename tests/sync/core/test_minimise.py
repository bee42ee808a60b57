"""Nothing personal beyond what the books need gets through."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.minimise import ORDER, PAYMENT_METHODS, minimise
from sync.core.shapes import MAX_PARTS, UnreadableBodyError, read_json
from tests import deliveries
from tests.canaries import ALLOWED_TEXTS, CANARY, texts, with_canaries

GSTIN = "24AAACC1206D1ZM"


def recorded_orders() -> Iterator[dict[str, Any]]:
    bodies = [*deliveries.corpus_deliveries(), *deliveries.samples().values()]
    for recording in bodies:
        if deliveries.headers_of(recording).get("x-wc-webhook-resource") == "order":
            yield json.loads(deliveries.body_of(recording))


def test_no_canary_in_a_recorded_order_gets_through() -> None:
    for order in recorded_orders():
        filled = with_canaries(order)
        assert CANARY in json.dumps(filled) or len(order) == 1
        assert CANARY not in json.dumps(minimise(filled))


def test_emails_phones_and_addresses_of_recorded_orders_do_not_get_through() -> None:
    for order in recorded_orders():
        kept = json.dumps(minimise(order))
        billing = order.get("billing", {})
        for field in ("email", "phone", "address_1", "city", "postcode"):
            assert not billing.get(field) or f'"{billing[field]}"' not in kept
        assert "order_key" not in kept
        assert "http" not in kept


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(CANARY),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "key", "value", CANARY]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
PLACES = [
    (),
    *((name,) for name in ORDER),
    *((name, part) for name in ORDER for part in ("id", "meta_data", "taxes", "name", CANARY)),
]
FREE = {(name,) for name in ALLOWED_TEXTS[()]}


def put(order: dict[str, Any], place: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The order with something unexpected at a place."""
    if not place:
        return order | {"surprise": value, CANARY: value}
    first, *rest = place
    if not rest:
        return order | {first: value}
    inner = order.get(first)
    parts = inner if isinstance(inner, list) and inner else [inner]
    changed = [{**(part if isinstance(part, dict) else {}), rest[0]: value} for part in parts]
    return order | {first: changed if isinstance(inner, list) else changed[0]}


FREE_INNER = {(*place, name) for place, names in ALLOWED_TEXTS.items() for name in names if place}


@given(st.sampled_from(PLACES), ANYTHING)
def test_whatever_stands_wherever_only_named_fields_of_the_right_form_get_through(
    place: tuple[str, ...], value: Any
) -> None:
    order = put(deliveries_order(), place, value)
    kept = minimise(order)
    if place not in FREE | FREE_INNER or not isinstance(value, str):
        assert CANARY not in list(texts(kept))
    assert minimise(kept) == kept


def deliveries_order() -> dict[str, Any]:
    recording = deliveries.samples()["mh-multirate--order.created"]
    order: dict[str, Any] = json.loads(deliveries.body_of(recording))
    return order


@given(ANYTHING)
def test_any_json_is_read_and_stored_without_an_error(value: Any) -> None:
    body = read_json(json.dumps(value).encode())
    if isinstance(body, dict):
        json.dumps(minimise(body)).encode("ascii")


@given(st.text(max_size=200))
def test_whatever_a_name_holds_postgresql_can_store_it(name: str) -> None:
    raw = json.dumps({"id": 1, "billing": {"first_name": name + "\x00\ud800"}}).encode()
    body = read_json(raw)
    assert isinstance(body, dict)
    kept = minimise(body)["billing"]["first_name"]
    kept.encode()
    assert "\x00" not in kept
    assert len(kept) <= 100


# Numbers.


def test_numbers_stay_as_they_were_sent() -> None:
    body = read_json(
        b'{"line_items":[{"id":1,"quantity":1.50,"total":1e400,"total_tax":0.1},'
        b'{"id":2,"quantity":3,"total":-0.00}]}'
    )
    assert isinstance(body, dict)
    first, second = minimise(body)["line_items"]
    assert first == {"id": 1, "quantity": "1.50", "total": "1e400", "total_tax": "0.1"}
    assert second == {"id": 2, "quantity": 3, "total": "-0.00"}


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_in_json_makes_the_body_unreadable(text: str) -> None:
    with pytest.raises(UnreadableBodyError, match="not a number"):
        read_json(f'{{"id":1,"price":{text}}}'.encode())


def test_a_number_of_a_million_digits_is_dropped() -> None:
    body = read_json(b'{"id":1,"total":' + b"9" * 1_000_000 + b"}")
    assert isinstance(body, dict)
    assert minimise(body) == {"id": 1}


@pytest.mark.parametrize("body", [b"[" * 50_000 + b"]" * 50_000, b'{"a":' * 50_000])
def test_deep_nesting_is_unreadable_and_no_crash(body: bytes) -> None:
    with pytest.raises(UnreadableBodyError):
        read_json(body)


def test_a_list_without_end_is_unreadable_rather_than_cut_short() -> None:
    with pytest.raises(UnreadableBodyError, match="more than"):
        minimise({"id": 1, "line_items": [{}] * (MAX_PARTS + 1)})
    assert len(minimise({"line_items": [{}] * MAX_PARTS})["line_items"]) == MAX_PARTS


# The buyer's GSTIN.


def business_order(key: str = "_billing_gstin", number: str = GSTIN) -> dict[str, Any]:
    return {
        "id": 1,
        "billing": {"first_name": "Anil", "company": "Shah Traders Pvt Ltd", "email": "a@b.in"},
        "meta_data": [{"id": 1, "key": "note", "value": GSTIN}, {"key": key, "value": number}],
    }


def test_a_business_buyers_gstin_and_company_are_kept() -> None:
    kept = minimise(business_order(number="24aaacc1206d1zm "))
    assert kept["buyer_gstin"] == GSTIN
    assert kept["billing"] == {"first_name": "Anil", "company": "Shah Traders Pvt Ltd"}
    assert minimise(kept) == kept


@pytest.mark.parametrize("number", ["24AAACC1206D1ZN", "", "9800000000", "none"])
def test_without_a_right_gstin_neither_number_nor_company_is_kept(number: str) -> None:
    kept = minimise(business_order(number=number))
    assert "buyer_gstin" not in kept
    assert kept["billing"] == {"first_name": "Anil"}


def test_a_connection_names_its_own_gstin_field() -> None:
    assert "buyer_gstin" not in minimise(business_order("their_field"))
    assert minimise(business_order("their_field"), gstin_fields=["their_field"])["buyer_gstin"]
    assert "buyer_gstin" not in minimise(business_order(), gstin_fields=["their_field"])


# Codes.


def test_only_known_gateways_are_named() -> None:
    assert "razorpay" in PAYMENT_METHODS
    assert minimise({"payment_method": "razorpay"}) == {"payment_method": "razorpay"}
    assert minimise({"payment_method": "paid by Asha Rao"}) == {}


def test_a_shops_own_tax_class_is_told_apart_but_not_named() -> None:
    classes = ["", "zero-rate", "gst-5", CANARY]
    kept = minimise({"line_items": [{"tax_class": each} for each in classes]})["line_items"]
    assert [line["tax_class"] for line in kept] == ["", "zero-rate", "other", "other"]


def test_a_refund_line_keeps_which_line_it_gives_back() -> None:
    meta = [{"key": "reason", "value": CANARY}, {"key": "_refunded_item_id", "value": "118"}]
    line = {"id": 9, "quantity": -1, "total": "-499.00", "meta_data": meta, "name": CANARY}
    refund = {"id": 8, "amount": "499.00", "reason": CANARY, "line_items": [line]}
    kept = minimise({"refunds": [refund]})
    assert kept == {
        "refunds": [
            {
                "id": 8,
                "amount": "499.00",
                "line_items": [
                    {"id": 9, "quantity": -1, "total": "-499.00", "refunded_item_id": 118}
                ],
            }
        ]
    }
    assert minimise(kept) == kept
