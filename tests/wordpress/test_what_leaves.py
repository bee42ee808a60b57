"""Of all that a store knows of an order, only what the books need leaves it.

Every text of an order that is not expressly allowed becomes a canary that names its place.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from sync.core.minimise import GSTIN_FIELDS, minimise
from tests.canaries import texts
from tests.wordpress.orders import BILLING, SHIPPING, Told, recorded, sent
from tests.wordpress.php import Json, Php
from tests.wordpress.test_same_books import without_nulls

GSTIN = "24AAACC1206D1ZM"
WRONG = "24AAACC1206D1ZX"
SHARED = {"counterfoil_told": {"share_contact_details": True}}
CONTACTS = {
    *(f"billing/{name}" for name in BILLING),
    *(f"shipping/{name}" for name in SHIPPING),
}
NUMBER = 987_654_321_012
"""Stands for every number that names a person: customers, who refunded, parents."""

ALLOWED = re.compile(
    r"""
    number | status | currency | date_(created|modified|paid|completed)_gmt
    | (discount|shipping|cart)_(total|tax) | total | total_tax
    | billing/(first_name|last_name|state|country) | shipping/(state|country)
    | line_items/(name|sku|subtotal) | shipping_lines/method_title | fee_lines/name
    | (refunds/)?(line_items|shipping_lines|fee_lines)/(total|total_tax|taxes/total)
    | tax_lines/(rate_code|label|tax_total|shipping_tax_total)
    | refunds/(amount|date_created_gmt)
    """,
    re.VERBOSE,
)
ITEMS = ("line_items", "shipping_lines", "fee_lines", "tax_lines", "coupon_lines")


def canary(*path: str) -> str:
    return f"canary({'/'.join(path)})"


def filled(value: Any, path: tuple[str, ...] = ()) -> Any:
    """The JSON with a canary in each text, and in each number of a person, that is not allowed."""
    if isinstance(value, dict):
        # The line that a refund gives back stands in the meta of its lines.
        if value.get("key") == "_refunded_item_id":
            return value
        return {name: filled(part, (*path, name)) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, path) for part in value]
    if path[-1:] and path[-1] in ("customer_id", "parent_id", "refunded_by"):
        return NUMBER
    if isinstance(value, str) and not ALLOWED.fullmatch("/".join(path)):
        return canary(*path)
    return value


def with_canaries(told: Told, *, gstin: str = canary("meta", "gstin")) -> Told:
    """The order, filled, with more where the recording had nothing."""
    order, refunds = filled(told.order), filled(list(told.refunds), ("refunds",))
    meta = {"id": 7, "key": canary("meta", "key"), "value": {"to": [canary("meta", "value")]}}
    order["gift_message"] = canary("gift_message")
    order["meta_data"] += [meta, {"id": 8, "key": "_billing_gstin", "value": gstin}]
    for name in ITEMS:
        for line in order[name]:
            line |= {"note": canary(name, "note"), "meta_data": [*line.get("meta_data", []), meta]}
    for refund in refunds:
        refund["meta_data"] += [meta]
    return replace(told, order=order, refunds=refunds)


def canaries_in(body: bytes) -> set[str]:
    """The places whose canaries stand in a body."""
    found = (re.findall(r"canary\((.+?)\)", text) for text in texts(json.loads(body)))
    return {place for places in found for place in places}


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return list(recorded())


def test_no_canary_leaves_the_store(plugin: Php, told: Sequence[Told]) -> None:
    filled_in = [with_canaries(each) for each in told]
    wholes = [each.whole for each in filled_in]
    bodies = sent(plugin, filled_in)
    assert len(set.union(*map(canaries_in, wholes))) > 60, "there are canaries to escape"
    for whole, body in zip(wholes, bodies, strict=True):
        assert len(canaries_in(whole)) > 30
        assert canaries_in(body) == set()
        assert str(NUMBER) in whole.decode()
        assert str(NUMBER) not in body.decode()


def test_shared_contact_details_leave_and_nothing_else(plugin: Php, told: Sequence[Told]) -> None:
    for body in sent(plugin, map(with_canaries, told), **SHARED):
        assert canaries_in(body) == CONTACTS
        assert str(NUMBER) not in body.decode()


def test_the_server_keeps_shared_contact_details_and_has_nothing_to_remove(
    plugin: Php, told: Sequence[Told]
) -> None:
    for body in sent(plugin, map(with_canaries, told[:20]), **SHARED):
        order = without_nulls(json.loads(body))
        assert minimise(order, shares_contact=True) == order
        assert not any("canary" in text for text in texts(minimise(order)))


def test_only_a_clear_yes_shares_contact_details(plugin: Php) -> None:
    answers: tuple[Any, ...] = (True, None, False, 0, 1, "", "yes", "true", [], [True])
    found = []
    for answer in answers:
        told = ("counterfoil_remember_told", [{"share_contact_details": answer}])
        found.append(plugin.calls([told, ("counterfoil_told", [])])[1]["share_contact_details"])
    assert found == [True, *[False] * (len(answers) - 1)]


def body_with(plugin: Php, gstin: Any, *, key: str = "_billing_gstin", **told: Any) -> Json:
    order = next(recorded()).with_order(meta_data=[{"id": 1, "key": key, "value": gstin}])
    order.order["billing"]["company"] = "Shah Traders"
    body: Json = json.loads(sent(plugin, [order], counterfoil_told=told)[0])
    return body


def test_a_business_buyer_s_gstin_and_company_leave(plugin: Php) -> None:
    for typed in (GSTIN, GSTIN.lower(), f" {GSTIN[:2]} {GSTIN[2:]}\n"):
        body = body_with(plugin, typed)
        assert body["buyer_gstin"] == GSTIN
        assert body["billing"]["company"] == "Shah Traders"
        assert "company" not in body["shipping"]


def test_what_is_no_gstin_does_not_leave_and_neither_does_the_company(plugin: Php) -> None:
    for typed in (WRONG, "", "call me", 24, None, True, [GSTIN], {"gstin": GSTIN}):
        body = body_with(plugin, typed)
        assert "buyer_gstin" not in body
        assert set(body["billing"]) == {"first_name", "last_name", "state", "country"}


def test_each_usual_field_is_looked_into(plugin: Php) -> None:
    for key in GSTIN_FIELDS:
        assert body_with(plugin, GSTIN, key=key)["buyer_gstin"] == GSTIN
    for key in ("notes", "_billing_gstin_2", "BILLING_GSTIN"):
        assert "buyer_gstin" not in body_with(plugin, GSTIN, key=key)


def test_where_the_merchant_names_fields_only_those_are_looked_into(plugin: Php) -> None:
    named = {"gstin_fields": ["my_tax_number"]}
    assert body_with(plugin, GSTIN, key="my_tax_number", **named)["buyer_gstin"] == GSTIN
    assert "buyer_gstin" not in body_with(plugin, GSTIN, key="gstin", **named)


def test_the_first_right_number_is_the_buyer_s(plugin: Php) -> None:
    other = "27AAPFU0939F1ZV"
    values = [("gstin", WRONG), ("vat_number", other), ("billing_gstin", GSTIN)]
    meta = [{"id": n, "key": key, "value": value} for n, (key, value) in enumerate(values)]
    told = next(recorded()).with_order(meta_data=meta)
    assert json.loads(sent(plugin, [told])[0])["buyer_gstin"] == other


def fields_of(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from fields_of(part, f"{path}/{name}" if path else name)
    elif isinstance(value, list):
        for part in value:
            yield from fields_of(part, path)
    else:
        yield path


def test_these_fields_leave_and_no_others(plugin: Php, told: Sequence[Told]) -> None:
    """The list for the privacy page, word for word."""
    line = {"id", "total", "total_tax", "taxes/id", "taxes/total"}
    refunded = line | {"refunded_item_id"}
    product = {"name", "sku", "product_id", "variation_id", "quantity", "subtotal", "tax_class"}
    tax = {"id", "rate_id", "rate_code", "label", "compound", "rate_percent", "tax_total",
           "shipping_tax_total"}  # fmt: skip
    around = {"schema", "built_at", "plugin", "home", "store_timezone", "prices_include_tax",
              "decimals"}  # fmt: skip
    groups = {
        "": {"id", "number", "status", "currency", "prices_include_tax", "date_created_gmt",
             "date_modified_gmt", "date_paid_gmt", "date_completed_gmt", "discount_total",
             "discount_tax", "shipping_total", "shipping_tax", "cart_tax", "total", "total_tax",
             "buyer_gstin"},
        "billing/": {"first_name", "last_name", "state", "country", "company"},
        "shipping/": {"state", "country"},
        "line_items/": line | product,
        "shipping_lines/": line | {"method_title"},
        "fee_lines/": line | {"name", "tax_class"},
        "tax_lines/": tax,
        "refunds/": {"id", "amount", "date_created_gmt"},
        "refunds/line_items/": refunded | {"quantity"},
        "refunds/shipping_lines/": refunded,
        "refunds/fee_lines/": refunded,
        "counterfoil/": around,
    }  # fmt: skip
    allowed = {f"{group}{name}" for group, names in groups.items() for name in names}
    found = set[str]()
    for body in sent(plugin, told):
        found.update(fields_of(json.loads(body)))
    assert found == allowed
