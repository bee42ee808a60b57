"""Orders made up from their id alone, in the full form of REST v3."""

import random
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from tests.fakes.store.shelf import Json, gmt

NOON = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)

PLACES = (("MH", "Pune"), ("KA", "Bengaluru"), ("DL", "Delhi"), ("TN", "Chennai"))
HOME = "MH"
RATES = (5, 18, 40)


def an_order(order_id: int, *, seed: int = 1, created: datetime = NOON) -> Json:
    """An order of one to three lines, taxed line by line; the same for the same id and seed."""
    chance = random.Random(order_id * 1_000_003 + seed)
    state, city = chance.choice(PLACES)
    lines = [
        _line(order_id, position, chance, state) for position in range(chance.choice((1, 1, 2, 3)))
    ]
    net = sum((Decimal(line["total"]) for line in lines), Decimal(0))
    tax = sum((Decimal(line["total_tax"]) for line in lines), Decimal(0))
    return {
        **_blank(order_id),
        "number": str(order_id),
        "total": f"{net + tax:.2f}",
        "total_tax": f"{tax:.2f}",
        "cart_tax": f"{tax:.2f}",
        "billing": {**_address(state, city), "email": "asha@example.in"},
        "shipping": _address(state, city),
        "line_items": lines,
        "tax_lines": _tax_lines(order_id, lines),
        "date_paid_gmt": gmt(created),
        "date_completed_gmt": None,
    }


def given_back(order_id: int, *, seed: int = 1, created: datetime = NOON) -> Json:
    """A refund of the first line of that order, in full."""
    line = an_order(order_id, seed=seed)["line_items"][0]
    taxes = [{**tax, "total": f"-{tax['total']}", "subtotal": ""} for tax in line["taxes"]]
    meta = {"id": 1, "key": "_refunded_item_id", "value": str(line["id"])}
    shown = {"display_key": "_refunded_item_id", "display_value": str(line["id"])}
    back = {
        **line,
        "id": line["id"] + 9,
        "quantity": -line["quantity"],
        "total": f"-{line['total']}",
        "total_tax": f"-{line['total_tax']}",
        "taxes": taxes,
        "meta_data": [{**meta, **shown}],
    }
    return {
        "id": order_id + 1,
        "date_created_gmt": gmt(created),
        "amount": f"{Decimal(line['total']) + Decimal(line['total_tax']):.2f}",
        "reason": "",
        "refunded_by": 1,
        "refunded_payment": False,
        "meta_data": [],
        "line_items": [back],
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
    }


def _line(order_id: int, position: int, chance: random.Random, state: str) -> Json:
    total = Decimal(chance.randrange(10_000, 500_000)) / 100
    rate = chance.choice(RATES)
    taxes = _taxes(total, rate, state)
    tax = sum((Decimal(each["total"]) for each in taxes), Decimal(0))
    return {
        "id": order_id * 10 + position,
        "name": f"Article {position}",
        "product_id": 100 + position,
        "variation_id": 0,
        "quantity": 1,
        "tax_class": "",
        "subtotal": f"{total:.2f}",
        "subtotal_tax": f"{tax:.2f}",
        "total": f"{total:.2f}",
        "total_tax": f"{tax:.2f}",
        "taxes": taxes,
        "meta_data": [],
        "sku": f"A-{position}",
        "global_unique_id": "",
        "price": float(total),
        "image": {"id": "", "src": ""},
        "parent_name": None,
    }


def _taxes(total: Decimal, rate: int, state: str) -> list[Json]:
    parts = [(rate * 10 + 1, 2), (rate * 10 + 2, 2)] if state == HOME else [(rate * 10 + 3, 1)]
    shares = ((rate_id, _paise(total * rate / 100 / by)) for rate_id, by in parts)
    return [
        {"id": rate_id, "total": f"{share:.2f}", "subtotal": f"{share:.2f}"}
        for rate_id, share in shares
    ]


def _tax_lines(order_id: int, lines: list[Json]) -> list[Json]:
    sums: dict[int, Decimal] = {}
    for line in lines:
        for tax in line["taxes"]:
            sums[tax["id"]] = sums.get(tax["id"], Decimal(0)) + Decimal(tax["total"])
    return [
        _tax_line(order_id * 10 + 5 + position, rate_id, amount)
        for position, (rate_id, amount) in enumerate(sums.items())
    ]


def _tax_line(line_id: int, rate_id: int, amount: Decimal) -> Json:
    rate, kind = divmod(rate_id, 10)
    label = {1: "CGST", 2: "SGST", 3: "IGST"}[kind]
    return {
        "id": line_id,
        "rate_code": f"IN-{label}-1",
        "rate_id": rate_id,
        "label": label,
        "compound": False,
        "tax_total": f"{amount:.2f}",
        "shipping_tax_total": "0.00",
        "rate_percent": rate if kind == 3 else rate / 2,
        "meta_data": [],
    }


def _address(state: str, city: str) -> Json:
    return {
        "first_name": "Asha",
        "last_name": "Patil",
        "company": "",
        "address_1": "12 MG Road",
        "address_2": "",
        "city": city,
        "state": state,
        "postcode": "411001",
        "country": "IN",
        "phone": "9800000000",
    }


def _blank(order_id: int) -> Json:
    nothing = ("discount_total", "discount_tax", "shipping_total", "shipping_tax")
    return {
        "id": order_id,
        "parent_id": 0,
        "currency": "INR",
        "version": "10.5.0",
        "prices_include_tax": False,
        **dict.fromkeys(nothing, "0.00"),
        "customer_id": 0,
        "order_key": f"wc_order_{order_id}",
        "payment_method": "cod",
        "payment_method_title": "Cash on delivery",
        "transaction_id": "",
        "customer_ip_address": "203.0.113.7",
        "customer_user_agent": "",
        "created_via": "checkout",
        "customer_note": "",
        "cart_hash": "",
        "meta_data": [],
        "shipping_lines": [],
        "fee_lines": [],
        "coupon_lines": [],
        "payment_url": f"https://shop.example/pay/{order_id}",
        "is_editable": False,
        "needs_payment": False,
        "needs_processing": True,
        "currency_symbol": "₹",
    }


def _paise(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
