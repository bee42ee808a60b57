"""A shop in London and its orders: taxes by any rate, label and amount that a store may charge."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ledger.companies import Founding, found_company
from ledger.models import Company, User
from tests.factories import TODAY, a_user
from tests.orders import Json

Rates = Mapping[int, tuple[str, str]]
"""Label and per cent by rate id."""
LineOf = tuple[int, str, Mapping[int, str]]
"""A line: its id, its total without tax, the tax by rate id."""

VAT: Rates = {11: ("VAT", "20"), 12: ("Reduced VAT", "5"), 13: ("MwSt.", "20")}


def a_london_company(owner: User | None = None) -> Company:
    """Keeps its books in pounds; GST is nothing to it."""
    founding = Founding(
        name="Lamps Ltd", state="", country="GB", currency="GBP", timezone="Europe/London"
    )
    return found_company(founding, owner=owner or a_user(), today=TODAY)


def a_london_order(
    lines: Sequence[LineOf],
    *,
    rates: Rates = VAT,
    order_id: int = 501,
    created: str = "2026-11-18T06:00:00",
    modified: str | None = None,
    **facts: Any,
) -> Json:
    """An order as WooCommerce sends it; the total is the plain sum of lines and taxes."""
    used = sorted({rate_id for _, _, taxes in lines for rate_id in taxes})
    items = [_line(line) for line in lines]
    total = sum((Decimal(each["total"]) + Decimal(each["total_tax"]) for each in items), Decimal(0))
    return {
        "id": order_id,
        "number": str(order_id),
        "status": "processing",
        "currency": "GBP",
        "date_created_gmt": created,
        "date_modified_gmt": modified or created,
        "date_paid_gmt": created,
        "date_completed_gmt": None,
        "total": f"{total:.2f}",
        "billing": {"first_name": "Ann", "last_name": "Lee", "country": "GB", "state": ""},
        "shipping": {"country": "GB", "state": ""},
        "line_items": items,
        "shipping_lines": [],
        "fee_lines": [],
        "tax_lines": [
            {
                "id": rate_id,
                "rate_id": rate_id,
                "label": rates[rate_id][0],
                "rate_percent": rates[rate_id][1],
            }
            for rate_id in used
        ],
        "refunds": [],
        **facts,
    }


def _line(line: LineOf) -> Json:
    line_id, total, taxes = line
    return {
        "id": line_id,
        "name": f"Lamp {line_id}",
        "quantity": 1,
        "total": total,
        "total_tax": f"{sum(map(Decimal, taxes.values()), Decimal(0)):.2f}",
        "taxes": [{"id": rate_id, "total": tax} for rate_id, tax in taxes.items()],
        "sku": "",
    }
