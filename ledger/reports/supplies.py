"""What the sales register speaks of: which vouchers are wanted, and what they come to."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ledger.core.documents import SUPPLIES
from ledger.core.money import ZERO
from ledger.periods import Period
from ledger.reports.sources import Condition, only_days


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A column of the register: a taxability, the rate in per cent, and whether tax was charged.

    A note that came too late to reduce tax has a rate and no tax.
    """

    taxability: str
    rate: Decimal
    is_taxed: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one HSN, rate or kind instead of whole vouchers; an empty HSN: those without."""

    hsn: str | None = None
    rate: Rate | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which vouchers to show; empty means all."""

    period: Period
    types: Collection[str] = ()
    source: str = ""
    is_registered: bool | None = None
    part: Part | None = None


@dataclass(slots=True)
class Amounts:
    """What vouchers or lines come to, in the company's currency."""

    values: dict[Rate, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    taxes: list[Decimal] = field(default_factory=lambda: [ZERO, ZERO, ZERO, ZERO])
    round_off: Decimal = ZERO

    @property
    def taxable_value(self) -> Decimal:
        """Without tax, at all rates."""
        return sum(self.values.values(), ZERO)

    @property
    def cgst(self) -> Decimal:
        """Central tax."""
        return self.taxes[0]

    @property
    def sgst(self) -> Decimal:
        """State or union territory tax."""
        return self.taxes[1]

    @property
    def igst(self) -> Decimal:
        """Integrated tax."""
        return self.taxes[2]

    @property
    def other_tax(self) -> Decimal:
        """Another country's taxes."""
        return self.taxes[3]

    @property
    def total(self) -> Decimal:
        """Value, taxes and round-off."""
        return self.taxable_value + sum(self.taxes, ZERO) + self.round_off

    def add(self, other: "Amounts", sign: int = 1) -> None:
        """Add other amounts, or take them off."""
        for rate, value in other.values.items():
            self.values[rate] += sign * value
        self.taxes = [mine + sign * tax for mine, tax in zip(self.taxes, other.taxes, strict=True)]
        self.round_off += sign * other.round_off


def of_days(wanted: Wanted) -> Condition:
    """Restrict `day`, a row of the sums by day, to what is wanted."""
    condition, values = only_days(wanted.source)
    condition += " AND day.date BETWEEN %s AND %s AND day.type = ANY(%s)"
    values += [wanted.period.first, wanted.period.last, list(wanted.types or SUPPLIES)]
    if wanted.is_registered is not None:
        condition += " AND day.is_registered = %s"
        values.append(wanted.is_registered)
    if wanted.part:
        extra, more = _of_part(wanted.part)
        condition, values = condition + extra, values + more
    return condition, values


def _of_part(part: Part) -> Condition:
    condition, values = "", list[Any]()
    if part.hsn is not None:
        condition += " AND day.hsn = %s"
        values.append(part.hsn)
    if part.rate:
        condition += " AND day.taxability = %s AND day.rate = %s AND day.is_taxed = %s"
        values += [part.rate.taxability, part.rate.rate, part.rate.is_taxed]
    if part.kind:
        condition += " AND day.kind = %s"
        values.append(part.kind)
    return condition, values
