"""Orders as WooCommerce sends them: one to six lines, several rates, shipping, 3 KB of JSON each.

The seed makes every run send the same orders. Amounts are rounded as a store does, line by line.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Json = dict[str, Any]

HOME = "MH"
STATES = ("MH", "MH", "MH", "MH", "KA", "DL", "TN", "GJ", "WB", "UP")
LINES_PER_ORDER = (1, 1, 1, 2, 2, 2, 3, 3, 4, 6)
RATES = (Decimal(5), Decimal(12), Decimal(18), Decimal(18))
NAMES = ("Asha Rao", "Meera Nair", "Vikram Joshi", "Sunita Devi", "Imran Khan", "Joseph Thomas")
BUYER_GSTINS = ("27AAPFU0939F1ZV", "29AAGCB7383J1Z4")
FIRST_DAY = datetime(2026, 4, 1)  # noqa: DTZ001 -- WooCommerce writes UTC without a zone
CATALOGUE = 200
KNOWN_ITEMS = 160
"""So many of the catalogue's SKUs have an item in the books; the others are unmapped."""


@dataclass(frozen=True, slots=True)
class Product:
    """What the store sells."""

    sku: str
    name: str
    price: Decimal
    rate: Decimal


def catalogue() -> list[Product]:
    """The store's products, always the same."""
    dice = random.Random(7)  # noqa: S311 -- repeatable, not secret
    return [
        Product(f"SKU-{n:04}", f"Article {n}", _paise(dice.uniform(49, 4999)), dice.choice(RATES))
        for n in range(CATALOGUE)
    ]


def bodies(count: int, first_id: int = 1) -> Iterator[bytes]:
    """The bodies of as many deliveries, each of an order of its own."""
    products = catalogue()
    for order_id in range(first_id, first_id + count):
        yield json.dumps(order(order_id, products), separators=(",", ":")).encode()


def order(order_id: int, products: list[Product]) -> Json:
    """One order, all of it decided by its id."""
    dice = random.Random(order_id)  # noqa: S311
    state = dice.choice(STATES)
    part_id = order_id * 20
    lines = []
    for product in dice.sample(products, dice.choice(LINES_PER_ORDER)):
        part_id += 1
        lines.append(_product_line(part_id, product, dice.randint(1, 3), state))
    shipping = [_shipping_line(part_id + 1, state)] if dice.random() < 0.8 else []
    return _order(order_id, lines, shipping, state, dice)


def _product_line(part_id: int, product: Product, quantity: int, state: str) -> Json:
    total = product.price * quantity
    charge = _charge(part_id, total, product.rate, state)
    return {
        **charge,
        "name": product.name,
        "product_id": int(product.sku[-4:]) + 20,
        "variation_id": 0,
        "quantity": quantity,
        "tax_class": "",
        "subtotal": charge["total"],
        "subtotal_tax": charge["total_tax"],
        "meta_data": [],
        "sku": product.sku,
        "global_unique_id": "",
        "price": float(product.price),
        "image": {"id": "", "src": ""},
        "parent_name": None,
    }


def _shipping_line(part_id: int, state: str) -> Json:
    charge = _charge(part_id, Decimal("80.00"), Decimal(18), state)
    return {
        **charge,
        "method_title": "Flat rate",
        "method_id": "flat_rate",
        "instance_id": "1",
        "tax_status": "taxable",
        "meta_data": [],
    }


def _charge(part_id: int, total: Decimal, rate: Decimal, state: str) -> Json:
    """A total with its tax: two halves at home, one whole elsewhere."""
    shares = {1: rate / 2, 2: rate / 2} if state == HOME else {3: rate}
    taxes = [
        {"id": int(rate) * 10 + part, "total": str(_paise(total * share / 100)), "subtotal": ""}
        for part, share in shares.items()
    ]
    tax = sum((Decimal(str(each["total"])) for each in taxes), Decimal("0.00"))
    return {"id": part_id, "total": str(total), "total_tax": str(tax), "taxes": taxes}


def _order(
    order_id: int, lines: list[Json], shipping: list[Json], state: str, dice: random.Random
) -> Json:
    parts = [*lines, *shipping]
    tax = sum((Decimal(part["total_tax"]) for part in parts), Decimal("0.00"))
    total = sum((Decimal(part["total"]) for part in parts), tax)
    moment = FIRST_DAY + timedelta(minutes=order_id % 300_000)
    address = _address(state, dice)
    return {
        "id": order_id,
        "parent_id": 0,
        "status": dice.choice(("processing", "completed")),
        "currency": "INR",
        "version": "10.5.0",
        "prices_include_tax": False,
        **_times(moment),
        "discount_total": "0.00",
        "discount_tax": "0.00",
        "total": str(total),
        "total_tax": str(tax),
        "customer_id": order_id % 500,
        "order_key": f"wc_order_{order_id:013}",
        "billing": {**address, "email": "buyer@example.in", "phone": "9800000000"},
        "shipping": address,
        "payment_method": "razorpay",
        "payment_method_title": "Card, UPI, net banking",
        "transaction_id": f"pay_{order_id:014}",
        "customer_ip_address": "203.0.113.9",
        "customer_user_agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36",
        "created_via": "checkout",
        "customer_note": "",
        "cart_hash": f"{order_id:032x}",
        "number": str(order_id),
        "meta_data": _meta(dice),
        "line_items": lines,
        "tax_lines": _tax_lines(parts),
        "shipping_lines": shipping,
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
        "is_editable": False,
        "needs_payment": False,
        "currency_symbol": "₹",
        "_links": {"self": [{"href": f"https://shop.example.in/wp-json/wc/v3/orders/{order_id}"}]},
    }


def _times(moment: datetime) -> Json:
    gmt = moment.isoformat()
    local = (moment + timedelta(hours=5, minutes=30)).isoformat()
    names = ("date_created", "date_modified", "date_paid")
    return dict.fromkeys(names, local) | {f"{name}_gmt": gmt for name in names}


def _address(state: str, dice: random.Random) -> Json:
    first, last = dice.choice(NAMES).split()
    return {
        "first_name": first,
        "last_name": last,
        "company": "",
        "address_1": "12 MG Road",
        "address_2": "",
        "city": "Nagpur",
        "state": state,
        "postcode": "440001",
        "country": "IN",
    }


def _meta(dice: random.Random) -> list[Json]:
    """Now and then a business buys."""
    if dice.random() >= 0.05:
        return []
    return [{"id": 1, "key": "_billing_gstin", "value": dice.choice(BUYER_GSTINS)}]


def _tax_lines(parts: list[Json]) -> list[Json]:
    rate_ids = sorted({tax["id"] for part in parts for tax in part["taxes"]})
    return [_tax_line(rate_id) for rate_id in rate_ids]


def _tax_line(rate_id: int) -> Json:
    rate, part = divmod(rate_id, 10)
    label = {1: "CGST", 2: "SGST", 3: "IGST"}[part]
    return {
        "id": rate_id,
        "rate_code": f"IN-{label}-{rate}",
        "rate_id": rate_id,
        "label": label,
        "compound": False,
        "tax_total": "0.00",
        "shipping_tax_total": "0.00",
        "rate_percent": rate if part == 3 else rate / 2,
        "meta_data": [],
    }


def _paise(amount: Decimal | float) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
