"""Documents as values: lines in, a document with its taxes and its round-off out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from ledger.core.gst import Split, Taxability, TaxGroup
from ledger.core.money import ZERO, allocate, to_paise


class VoucherType(StrEnum):
    """The kinds of voucher that books know."""

    SALES = "sales"
    CREDIT_NOTE = "credit_note"
    DEBIT_NOTE = "debit_note"
    RECEIPT = "receipt"
    PAYMENT = "payment"
    JOURNAL = "journal"


SUPPLIES = frozenset({VoucherType.SALES, VoucherType.CREDIT_NOTE, VoucherType.DEBIT_NOTE})
"""The vouchers that have lines and taxes."""


BY_HAND = frozenset({VoucherType.RECEIPT, VoucherType.PAYMENT, VoucherType.JOURNAL})
"""The vouchers that people enter; they have entries alone."""


class LineKind(StrEnum):
    """What a line charges for; shipping and fees have income accounts of their own."""

    PRODUCT = "product"
    SHIPPING = "shipping"
    FEE = "fee"


class Flag(StrEnum):
    """What an accountant should know about a voucher; docs/glossary.md says each in words."""

    FREE_SUPPLY = "free_supply"
    ALLOCATED = "allocated"
    TAX_KIND_DIFFERS = "tax_kind_differs"
    RATE_DIFFERS = "rate_differs"
    TAX_NOT_CHARGED = "tax_not_charged"
    TAX_AS_CHARGED = "tax_as_charged"
    RATE_INFERRED = "rate_inferred"
    TAXABILITY_ASSUMED = "taxability_assumed"
    FINANCIAL_NOTE = "financial_note"
    CREDIT_REVERSAL_UNCONFIRMED = "credit_reversal_unconfirmed"
    UNMAPPED_SKU = "unmapped_sku"
    LOCKED_PERIOD = "locked_period"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document; all amounts in rupees without tax.

    `key` is the line's identity in its source (`line:438`), and `charged` what the source charged
    for each component of the group. `taxes` (one per component) is filled in by `compose`.
    """

    key: str
    kind: LineKind
    description: str
    taxable_value: Decimal
    group: TaxGroup
    quantity: Decimal | None = None
    sku: str | None = None
    item_id: int | None = None
    hsn: str | None = None
    charged: tuple[Decimal, ...] = ()
    taxes: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """What a document taxes in one group: the value and each component's tax, in rupees."""

    group: TaxGroup
    taxable_value: Decimal
    taxes: tuple[Decimal, ...]

    @property
    def tax(self) -> Decimal:
        """All components together."""
        return sum(self.taxes, ZERO)


_HEADS = {"CGST": 0, "SGST": 1, "UTGST": 1, "IGST": 2}


def by_head(groups: Iterable[GroupTotal]) -> list[Decimal]:
    """The tax of some groups as vouchers show it: CGST, SGST (or UTGST), IGST, and all other."""
    sums = [ZERO, ZERO, ZERO, ZERO]
    for part in groups:
        for component, amount in zip(part.group.components, part.taxes, strict=True):
            sums[_HEADS.get(component.name, 3)] += amount
    return sums


@dataclass(frozen=True, slots=True)
class Body:
    """The amounts of a document: lines, tax per group, round-off, total.

    Always `total == Σ taxable values + Σ taxes + round_off`; the round-off is signed.
    """

    lines: tuple[Line, ...]
    groups: tuple[GroupTotal, ...]
    round_off: Decimal
    total: Decimal

    @property
    def taxable_value(self) -> Decimal:
        """The value of all lines, without tax."""
        return sum((part.taxable_value for part in self.groups), ZERO)

    def tax(self, *names: str) -> Decimal:
        """The tax of the named components over all groups, in rupees."""
        return sum(
            (
                amount
                for part in self.groups
                for component, amount in zip(part.group.components, part.taxes, strict=True)
                if component.name in names
            ),
            ZERO,
        )


@dataclass(frozen=True, slots=True)
class Header:
    """Who, where and what currency: what a sale and all notes against it have in common."""

    buyer_name: str | None = None
    buyer_gstin: str | None = None
    buyer_company: str | None = None
    place_of_supply: str | None = None
    place_decided_by: str | None = None
    currency: str = "INR"
    exchange_rate: Decimal | None = None
    original_total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document that should be posted. `against` is the source key of the sale it corrects."""

    type: VoucherType
    source_key: str
    date: date
    reference: str
    header: Header
    body: Body
    money_account: str
    against: str | None = None
    reason: str | None = None
    flags: frozenset[Flag] = field(default_factory=frozenset)


def first_open_day(locked_until: date | None) -> date:
    """The first day on which something may be posted."""
    return locked_until + timedelta(days=1) if locked_until else date.min


def group_totals(lines: Iterable[Line], *, as_charged: bool = False) -> tuple[GroupTotal, ...]:
    """Tax once per document and group; as charged, the sums of what the source charged.

    CGST and SGST stay equal even then: an odd paisa is left to the round-off.
    """
    values: dict[TaxGroup, Decimal] = {}
    charged: dict[TaxGroup, list[Decimal]] = {}
    for line in lines:
        group = line.group
        values[group] = values.get(group, ZERO) + line.taxable_value
        if as_charged and line.charged:
            sums = charged.setdefault(group, [ZERO] * len(group.components))
            for i, amount in enumerate(line.charged):
                sums[i] += amount
    if not as_charged:
        return tuple(GroupTotal(g, value, g.taxes_on(value)) for g, value in values.items())
    return tuple(
        GroupTotal(g, value, _even(g, charged.get(g) or list(g.taxes_on(value))))
        for g, value in values.items()
    )


def _even(group: TaxGroup, taxes: list[Decimal]) -> tuple[Decimal, ...]:
    if group.split is Split.LOCAL:
        lower = min(taxes, key=abs)
        return (lower, lower)
    return tuple(taxes)


def compose(lines: Sequence[Line], total: Decimal, *, as_charged: bool = False) -> Body:
    """The body whose total is `total`: what the parts leave over is its round-off."""
    groups = group_totals(lines, as_charged=as_charged)
    parts = sum((part.taxable_value + part.tax for part in groups), ZERO)
    return Body(_share_taxes(lines, groups), groups, to_paise(total) - parts, to_paise(total))


def _share_taxes(lines: Sequence[Line], groups: Sequence[GroupTotal]) -> tuple[Line, ...]:
    """Give every line its part of its group's tax, by value, largest remainder."""
    shares: dict[int, tuple[Decimal, ...]] = {}
    for part in groups:
        members = [i for i, line in enumerate(lines) if line.group == part.group]
        if len(members) == 1 or not part.taxes:
            shares[members[0]] = part.taxes
            continue
        values = [lines[i].taxable_value for i in members]
        by_component = [allocate(tax, values) for tax in part.taxes]
        for position, i in enumerate(members):
            shares[i] = tuple(component[position] for component in by_component)
    return tuple(
        replace(line, taxes=shares[i]) if shares.get(i) else line for i, line in enumerate(lines)
    )


def bears_no_tax(lines: Iterable[Line]) -> bool:
    """Whether nothing on the document is taxable: a bill of supply then (rule 49 CGST).

    A zero-rated supply is taxable; an export under a letter of undertaking has a tax invoice.
    """
    untaxed = (Taxability.NIL_RATED, Taxability.EXEMPT, Taxability.NON_GST)
    return all(line.group.taxability in untaxed for line in lines)


def without_tax(body: Body) -> Body:
    """The note that comes too late to reduce tax: its whole total comes off the income."""
    weights = [line.taxable_value + sum(line.taxes, ZERO) for line in body.lines]
    lines = [
        replace(
            line,
            taxable_value=amount,
            group=TaxGroup(line.group.taxability, line.group.rate, Split.NONE),
            charged=(),
            taxes=(),
        )
        for line, amount in zip(body.lines, allocate(body.total, weights), strict=True)
    ]
    return compose(lines, body.total)
