"""Orders to send through the plugin: recorded ones, and random ones as a store could make them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from sync.core.reception import OrderContent, read_delivery
from tests import deliveries
from tests.orders import Store, paise
from tests.wordpress.php import Json, Php, order_argument

READ_AT = "2026-11-26 06:10:00.123456"
BILLING = ("company", "address_1", "address_2", "city", "postcode", "email", "phone")
SUMS = ("discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax", "total_tax")
SHIPPING = ("first_name", "last_name", *BILLING[:5], "phone")


@dataclass(frozen=True)
class Told:
    """An order and its refunds, as WooCommerce's REST API v3 tells them."""

    name: str
    order: Json
    refunds: Sequence[Json]

    @property
    def whole(self) -> bytes:
        """The body of a webhook that holds all of it."""
        return json.dumps({**self.order, "refunds": self.refunds}).encode()

    def with_order(self, **changes: Any) -> "Told":
        """The same with some fields of the order changed."""
        return replace(self, order={**self.order, **changes})


def recorded() -> Iterator[Told]:
    """Every sample, and every order that the recorded store held at the end."""
    for row in deliveries._lines("samples/orders.jsonl.gz"):
        yield Told(row["name"], row["order"], row["refunds"])
    for row in deliveries.final_orders():
        if not row["deleted"] or row.get("order"):
            yield Told(f"corpus-a {row['id']}", row["order"], row["refunds"])


def sent(plugin: Php, told: Iterable[Told], **options: Any) -> list[bytes]:
    """What leaves the store of some orders, byte for byte."""
    calls = [
        ("body_sent", [each.order["id"], order_argument(each.order, each.refunds), READ_AT])
        for each in told
    ]
    return [body.encode() for body in plugin.calls(calls, options)]


def kept(body: bytes) -> Json:
    """What the server keeps of a body."""
    content = read_delivery(
        body, topic="order.updated", resource="order", store_delivery_id="1764140000"
    )
    assert isinstance(content, OrderContent), content
    payload: Json = json.loads(content.payload)
    return payload


# Random orders

_STATES = ("MH", "KA", "DL")
_STATUSES = ("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed",
             "trash", "packed")  # fmt: skip
_RATES = ("0", "5", "18", "40")
_amounts = st.decimals("0.00", "9999.99", places=2)
_names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
_gstins = st.sampled_from([None, "24AAACC1206D1ZM", "24 aaacc1206d1zm", "24AAACC1206D1ZX", "none"])


@st.composite
def orders(draw: st.DrawFn) -> Told:
    """An order of a store that taxes by line, in any status, with refunds of every kind."""
    store, state = Store(), draw(st.sampled_from(_STATES))

    def charges(kind: Any, most: int, least: int = 0) -> list[Json]:
        amounts = draw(st.lists(_amounts, min_size=least, max_size=most))
        return [kind(amount, draw(st.sampled_from(_RATES))) for amount in amounts]

    lines = charges(lambda amount, rate: store.line("", amount, rate, state=state), 4, 1)
    order = store.order(
        lines,
        shipping=charges(lambda amount, rate: store.shipping(amount, rate, state=state), 2),
        fees=charges(lambda amount, rate: store.fee("", amount, rate, state=state), 2),
        status=draw(st.sampled_from(_STATUSES)),
        state=state,
        country=draw(st.sampled_from(["IN", "IN", "IN", "US"])),
        paid=draw(st.sampled_from(["created", None, "2026-11-20T18:29:59"])),
    )
    told = as_told(order, [])
    for line in told.order["line_items"]:
        line["quantity"] = draw(st.integers(0, 9))
        line["sku"] = draw(st.none() | _names)
        line["tax_class"] = draw(st.sampled_from(["", "zero-rate", "gst-5", "made-up"]))
    for line in (*told.order["line_items"], *told.order["fee_lines"]):
        line["name"] = draw(_names)
    for name in ("first_name", "last_name", "company"):
        told.order["billing"][name] = draw(_names)
    told.order["meta_data"] = [{"id": 1, "key": "_billing_gstin", "value": draw(_gstins)}]
    return replace(told, refunds=draw(_refunds(store, told.order)))


@st.composite
def _refunds(draw: st.DrawFn, store: Store, order: Json) -> list[Json]:
    found, left = [], Decimal(order["total"])
    for _ in range(draw(st.integers(0, 3))):
        parts = draw(st.lists(st.sampled_from(_parts(order)), max_size=3, unique_by=id))
        named = [_given_back(store, part, draw(st.integers(1, 100))) for part in parts]
        gross = (Decimal(each[part]) for each in named for part in ("total", "total_tax"))
        amount = -sum(gross, Decimal(0))
        if not named:
            amount = draw(st.decimals("0.00", left, places=2)) if left > 0 else Decimal(0)
        if 0 < amount <= left:
            left -= amount
            found.append(_refund(store, order, parts, named, amount))
    return found


def _parts(order: Json) -> list[Json]:
    return [*order["line_items"], *order["shipping_lines"], *order["fee_lines"]]


def _given_back(store: Store, part: Json, percent: int) -> Json:
    share = Decimal(percent) / 100
    taxes = [
        {"id": tax["id"], "total": str(-paise(Decimal(tax["total"]) * share))}
        for tax in part["taxes"]
        if tax["total"]
    ]
    return {
        "id": store.new_id(),
        "total": str(-paise(Decimal(part["total"]) * share)),
        "total_tax": str(sum((Decimal(tax["total"]) for tax in taxes), Decimal("0.00"))),
        "taxes": taxes,
        "meta_data": [{"id": 9, "key": "_refunded_item_id", "value": str(part["id"])}],
    }


def _refund(
    store: Store, order: Json, parts: Sequence[Json], named: Sequence[Json], amount: Decimal
) -> Json:
    """As the REST API tells it: only products have a quantity."""
    by_group: dict[str, list[Json]] = {"line_items": [], "shipping_lines": [], "fee_lines": []}
    for part, line in zip(parts, named, strict=True):
        group = next(name for name in by_group if part in order[name])
        more = {"name": part["name"], "quantity": -1, "sku": ""} if group == "line_items" else {}
        by_group[group].append({**line, **more})
    return {
        "id": store.new_id(),
        "amount": str(amount),
        "date_created_gmt": "2026-11-19T06:00:00",
        "reason": "because",
        "meta_data": [],
        **by_group,
    }


def as_told(order: Json, refunds: Sequence[Json]) -> Told:
    """What `tests.orders.Store` leaves out, for the books do not ask for it."""
    whole = json.loads(json.dumps(order))
    whole |= {"prices_include_tax": False, "meta_data": [], "coupon_lines": []}
    whole |= dict.fromkeys(SUMS, "0.00")
    whole["billing"] |= dict.fromkeys(BILLING, "")
    whole["shipping"] |= dict.fromkeys(SHIPPING, "")
    for part in _parts(whole):
        part |= {"meta_data": [], "tax_status": "taxable"}
    for line in whole["line_items"]:
        line |= {"subtotal": line["total"], "product_id": 7, "variation_id": 0}
    for line in whole["fee_lines"]:
        line["tax_class"] = ""
    for tax in whole["tax_lines"]:
        tax |= {"rate_code": "IN-MH-1", "compound": False}
        tax |= {"tax_total": "0.00", "shipping_tax_total": "0.00"}
        percent = Decimal(tax["rate_percent"])
        tax["rate_percent"] = int(percent) if percent == int(percent) else float(percent)
    return Told("made up", whole, refunds)
