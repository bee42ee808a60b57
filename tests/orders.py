"""Orders as a WooCommerce store would send them, written by the line."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Json = dict[str, Any]


def paise(amount: Decimal) -> Decimal:
    """The store's rounding, on its own: tests never borrow the product's."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


class Store:
    """A store in Maharashtra. Each GST rate is one rate id for IGST, two for CGST and SGST."""

    def __init__(self, home: str = "MH", decimals: int = 2) -> None:
        self.home = home
        self.unit = Decimal(1).scaleb(-decimals)
        self._next_id = 1000

    def new_id(self) -> int:
        """Ids grow, as in WordPress."""
        self._next_id += 1
        return self._next_id

    def rounded(self, amount: Decimal) -> Decimal:
        """To the store's decimals."""
        return amount.quantize(self.unit, ROUND_HALF_UP)

    def line(
        self,
        name: str,
        total: str | Decimal,
        rate: str | Decimal = "18",
        *,
        state: str = "MH",
        quantity: int = 1,
        sku: str = "",
        tax_class: str = "",
        line_id: int | None = None,
    ) -> Json:
        """A product line: `total` without tax, taxed component by component, rounded by line."""
        total, taxes = self._taxed(Decimal(total), Decimal(rate), state)
        return {
            "id": line_id or self.new_id(),
            "name": name,
            "quantity": quantity,
            "tax_class": tax_class,
            "total": str(total),
            "total_tax": str(sum((Decimal(tax["total"]) for tax in taxes), Decimal(0) * self.unit)),
            "taxes": taxes,
            "sku": sku,
        }

    def shipping(
        self, total: str | Decimal, rate: str | Decimal = "18", *, state: str = "MH"
    ) -> Json:
        """A shipping line."""
        line = self.line("", total, rate, state=state)
        return {"id": line["id"], "method_title": "Flat rate", **_amounts(line)}

    def fee(
        self, name: str, total: str | Decimal, rate: str | Decimal = "18", *, state: str = "MH"
    ) -> Json:
        """A fee line; negative for a discount."""
        line = self.line(name, total, rate, state=state)
        return {"id": line["id"], "name": name, **_amounts(line)}

    def _taxed(self, total: Decimal, rate: Decimal, state: str) -> tuple[Decimal, list[Json]]:
        total = self.rounded(total)
        if not rate or (state not in INDIAN and state != self.home):
            return total, []
        if state == self.home:
            half = str(self.rounded(total * rate / 200))
            key = int(rate * 100)
            return total, [{"id": key + 1, "total": half}, {"id": key + 2, "total": half}]
        tax = str(self.rounded(total * rate / 100))
        return total, [{"id": int(rate * 100) + 3, "total": tax}]

    def order(
        self,
        lines: Sequence[Json],
        *,
        order_id: int = 501,
        shipping: Sequence[Json] = (),
        fees: Sequence[Json] = (),
        status: str = "processing",
        state: str = "MH",
        country: str = "IN",
        created: str = "2026-11-18T06:00:00",
        modified: str | None = None,
        paid: str | None = "created",
        total: str | Decimal | None = None,
        currency: str = "INR",
        gstin: str | None = None,
        refunds: Sequence[Json] = (),
    ) -> Json:
        """An order whose total is the sum of its parts, unless another one is given."""
        parts = [*lines, *shipping, *fees]
        place = {"state": state, "country": country}
        own = sum((Decimal(p["total"]) + Decimal(p["total_tax"]) for p in parts), 0 * self.unit)
        return {
            "id": order_id,
            "number": str(order_id),
            "status": status,
            "currency": currency,
            "date_created_gmt": created,
            "date_modified_gmt": modified or created,
            "date_paid_gmt": created if paid == "created" else paid,
            "date_completed_gmt": None,
            "total": str(own if total is None else total),
            "billing": {"first_name": "Asha", "last_name": "Rao", **place},
            "shipping": place,
            "payment_method": "razorpay",
            "line_items": list(lines),
            "shipping_lines": list(shipping),
            "fee_lines": list(fees),
            "tax_lines": _tax_lines(parts),
            "refunds": list(refunds),
            **({"buyer_gstin": gstin} if gstin else {}),
        }


INDIAN = frozenset({"MH", "KA", "DL", "TN", "GJ", "CH", "WB", "KL", "UP"})


def _amounts(line: Json) -> Json:
    return {key: line[key] for key in ("total", "total_tax", "taxes")}


def _tax_lines(parts: Sequence[Json]) -> list[Json]:
    ids = sorted({tax["id"] for part in parts for tax in part["taxes"]})
    return [_tax_line(rate_id) for rate_id in ids]


def _tax_line(rate_id: int) -> Json:
    """Rate ids are the rate in hundredths of a per cent, plus which component it is."""
    rate, part = divmod(rate_id, 10)
    percent = Decimal(rate * 10) / 100
    label = {1: "CGST", 2: "SGST", 3: "IGST"}[part]
    return {
        "id": rate_id,
        "rate_id": rate_id,
        "label": label,
        "rate_percent": str(percent if part == 3 else percent / 2),
    }
