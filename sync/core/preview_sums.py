"""What the orders of a preview come to: totals per tax group, the difference, and warnings."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ledger.core.money import ZERO
from sync.core.certificate import Verdict
from sync.core.preview import Found, PlannedVoucher, TaxPart

MOST_NAMED = 200
"""So many SKUs are named; more are counted."""

_AMOUNTS = ("taxable_value", "cgst", "sgst", "igst", "other_tax")


@dataclass(slots=True)
class GroupSum:
    """What vouchers of one type bear in one tax group."""

    type: str
    split: str
    taxability: str
    rate: Decimal
    vouchers: int = 0
    taxable_value: Decimal = ZERO
    cgst: Decimal = ZERO
    sgst: Decimal = ZERO
    igst: Decimal = ZERO
    other_tax: Decimal = ZERO

    @property
    def tax(self) -> Decimal:
        """All of it."""
        return self.cgst + self.sgst + self.igst + self.other_tax

    def add(self, part: TaxPart) -> None:
        """Count one more voucher."""
        self.vouchers += 1
        for name in _AMOUNTS:
            setattr(self, name, getattr(self, name) + getattr(part, name))


@dataclass(slots=True)
class TypeSum:
    """What the vouchers of one type come to."""

    type: str
    vouchers: int = 0
    taxable_value: Decimal = ZERO
    cgst: Decimal = ZERO
    sgst: Decimal = ZERO
    igst: Decimal = ZERO
    other_tax: Decimal = ZERO
    round_off: Decimal = ZERO
    total: Decimal = ZERO

    def add(self, voucher: PlannedVoucher) -> None:
        """Count one more voucher."""
        self.vouchers += 1
        for name in (*_AMOUNTS, "round_off", "total"):
            setattr(self, name, getattr(self, name) + getattr(voucher, name))


@dataclass(slots=True)
class Sums:
    """All of it. The two totals are of the orders that would stand in the books, and only those.

    The counters hold how many orders, or vouchers for `flags`, a warning is about.
    """

    orders: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    waits: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    missing_skus: Counter[str] = field(default_factory=Counter)
    new_skus: Counter[str] = field(default_factory=Counter)
    unknown_statuses: Counter[str] = field(default_factory=Counter)
    unnamed_rates: Counter[str] = field(default_factory=Counter)
    store_total: Decimal = ZERO
    books_total: Decimal = ZERO
    waiting_total: Decimal = ZERO
    drafts: int = 0
    draft_total: Decimal = ZERO
    types: dict[str, TypeSum] = field(default_factory=dict)
    groups: dict[tuple[str, ...], GroupSum] = field(default_factory=dict)

    @property
    def difference(self) -> Decimal:
        """Store less books."""
        return self.store_total - self.books_total

    @property
    def vouchers(self) -> int:
        """How many would be posted."""
        return sum(each.vouchers for each in self.types.values())

    def add(self, found: Found, status: str) -> None:
        """Count one more order, of this status in the store."""
        self.orders += 1
        self.outcomes[found.outcome] += 1
        self._warn(found, status)
        if found.verdict in (Verdict.BOOKED, Verdict.DIFFERENT):
            self.store_total += found.store_net
            self.books_total += found.books_net
        elif found.verdict == Verdict.WAITING:
            self.waiting_total += found.store_net
        for voucher in found.vouchers:
            self._add_voucher(voucher)

    def _warn(self, found: Found, status: str) -> None:
        if found.outcome == "waiting":
            self.waits[found.code] += 1
        elif not found.vouchers:
            self.rules[found.code] += 1
        if not found.is_status_known:
            self.unknown_statuses[status] += 1
        self.missing_skus.update(found.missing_skus)
        self.new_skus.update(found.new_skus)
        self.unnamed_rates.update(found.unnamed_rates)

    def _add_voucher(self, voucher: PlannedVoucher) -> None:
        if voucher.is_draft:
            self.drafts += 1
            self.draft_total += voucher.total
            return
        self.flags.update(voucher.flags)
        self.types.setdefault(voucher.type, TypeSum(voucher.type)).add(voucher)
        for part in voucher.parts:
            key = (voucher.type, part.split, part.taxability, f"{part.rate.normalize():f}")
            group = GroupSum(voucher.type, part.split, part.taxability, part.rate)
            self.groups.setdefault(key, group).add(part)

    def as_json(self) -> dict[str, Any]:
        """To be kept; amounts as text, the rarest SKUs left out where there are too many."""
        counters = {name: dict(getattr(self, name).most_common(MOST_NAMED)) for name in _COUNTERS}
        amounts = {name: str(getattr(self, name)) for name in _TOTALS}
        return {
            **counters,
            **amounts,
            "orders": self.orders,
            "drafts": self.drafts,
            "sku_count": len(self.missing_skus),
            "difference": str(self.difference),
            "vouchers": self.vouchers,
            "types": [_row(self.types[name]) for name in _sorted_types(self.types)],
            "groups": [_row(group) for group in sorted(self.groups.values(), key=_by_place)],
        }


_COUNTERS = (
    "outcomes", "rules", "waits", "flags", "missing_skus", "new_skus", "unknown_statuses",
    "unnamed_rates",
)  # fmt: skip
_TOTALS = ("store_total", "books_total", "waiting_total", "draft_total")
_TYPES = ("sales", "credit_note", "debit_note")
_SPLITS = ("local", "interstate", "foreign", "none")


def add_up(orders: Iterable[tuple[Found, str]]) -> Sums:
    """The sums of orders, each with its status in the store."""
    sums = Sums()
    for found, status in orders:
        sums.add(found, status)
    return sums


def amounts_in(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of kept sums with its amounts as Decimal again."""
    names = (*_AMOUNTS, "round_off", "total", "rate", "tax")
    return {name: Decimal(value) if name in names else value for name, value in row.items()}


def _row(part: GroupSum | TypeSum) -> dict[str, Any]:
    names = [*type(part).__slots__, *(["tax"] if isinstance(part, GroupSum) else [])]
    found = {name: getattr(part, name) for name in names}
    return {n: str(value) if isinstance(value, Decimal) else value for n, value in found.items()}


def _sorted_types(types: Mapping[str, TypeSum]) -> list[str]:
    return sorted(types, key=_TYPES.index)


def _by_place(group: GroupSum) -> tuple[int, int, Decimal, str]:
    return (
        _TYPES.index(group.type), _SPLITS.index(group.split), group.rate, group.taxability,
    )  # fmt: skip
