"""The demo store's taxes, line by line: its rates, and what WooCommerce makes of them."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import Any

from sync.demo.goods import PRODUCTS

Json = dict[str, Any]

HOME = "MH"
_RATES = sorted({product.rate for product in PRODUCTS} - {Decimal(0)})
_COMPONENTS = ("CGST", "SGST", "IGST")


class Zone(Enum):
    """What a delivery bears: CGST and SGST, IGST, or no tax at all."""

    HOME = "home"
    INDIA = "india"
    ABROAD = "abroad"


def zone_to(country: str, state: str) -> Zone:
    """Where an address lies, by WooCommerce's codes."""
    if country != "IN":
        return Zone.ABROAD
    return Zone.HOME if state == HOME else Zone.INDIA


def rounded(amount: Decimal) -> Decimal:
    """The store's own rounding: WooCommerce's, to the paisa."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def money(amount: Decimal) -> str:
    """An amount as WooCommerce writes it."""
    return str(rounded(amount))


def amounts(total: Decimal, rate: Decimal, zone: Zone) -> Json:
    """Total and taxes of a line, each tax rounded by itself."""
    taxes: list[Json] = []
    if rate and zone is not Zone.ABROAD:
        first = 3 * _RATES.index(rate) + 1
        if zone is Zone.HOME:
            half = money(total * rate / 200)
            taxes = [{"id": first, "total": half}, {"id": first + 1, "total": half}]
        else:
            taxes = [{"id": first + 2, "total": money(total * rate / 100)}]
    total_tax = sum((Decimal(tax["total"]) for tax in taxes), Decimal(0))
    return {"total": money(total), "total_tax": money(total_tax), "taxes": taxes}


def tax_lines(parts: Sequence[Json]) -> list[Json]:
    """An order's tax lines: what each rate id means."""
    rate_ids = sorted({tax["id"] for part in parts for tax in part["taxes"]})
    return [_tax_line(rate_id) for rate_id in rate_ids]


def _tax_line(rate_id: int) -> Json:
    position, component = divmod(rate_id - 1, 3)
    rate = _RATES[position]
    label = _COMPONENTS[component]
    return {
        "id": 900 + rate_id,
        "rate_id": rate_id,
        "rate_code": f"IN-{label}-1",
        "label": label,
        "compound": False,
        "rate_percent": str(rate if label == "IGST" else rate / 2),
    }
