"""A voucher beside the order that caused it: line by line, what the store says and what is booked.

Pure. Store amounts are in the order's currency, booked ones in the company's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from sync.core.order import Order


@dataclass(frozen=True, slots=True)
class Amounts:
    """Value without tax, and the tax on it."""

    value: Decimal
    tax: Decimal

    def plus(self, other: "Amounts | None") -> "Amounts":
        """Both together."""
        if other is None:
            return self
        return Amounts(self.value + other.value, self.tax + other.tax)


@dataclass(frozen=True, slots=True)
class Beside:
    """One line on both sides; None where a side has none of it."""

    name: str
    store: Amounts | None = None
    booked: Amounts | None = None

    @property
    def differs(self) -> bool:
        """Whether the two sides are not the same; one side alone is told by its blank."""
        return self.store is not None and self.booked is not None and self.store != self.booked


BookedLine = tuple[str, str, Amounts]
"""Key of the order's line, description, amounts: a voucher's line."""


def beside(order: Order, booked: Iterable[BookedLine]) -> list[Beside]:
    """The order's lines as they stand in it, then what is booked of lines that are gone.

    A line that is booked at several rates is one row.
    """
    rows = {
        line.key: Beside(line.name or line.kind.value.title(), Amounts(line.total, line.tax))
        for line in order.lines
    }
    for key, description, amounts in booked:
        row = rows.get(key, Beside(description))
        rows[key] = replace(row, booked=amounts.plus(row.booked))
    return list(rows.values())
