"""Tax groups: which taxes a value bears, and how much that comes to."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from ledger.core.money import to_paise
from ledger.core.states import has_legislature

ORDINARY_GST_RATES = tuple(
    Decimal(rate) for rate in ("0.25", "1.5", "3", "5", "12", "18", "28", "40")
)
"""Rates that an Indian store charges or charged (notifications 1/2017, 9/2025 and 19/2025)."""


class Taxability(StrEnum):
    """Why a value bears tax or not; GSTR-1 reports each in a place of its own."""

    TAXABLE = "taxable"
    NIL_RATED = "nil_rated"
    EXEMPT = "exempt"
    NON_GST = "non_gst"
    ZERO_RATED = "zero_rated"


class Split(StrEnum):
    """The shape of the tax: two halves, one whole, another country's, or none."""

    LOCAL = "local"
    INTERSTATE = "interstate"
    FOREIGN = "foreign"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TaxComponent:
    """One tax by name and rate in per cent, such as CGST at 9."""

    name: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """What lines have in common for tax: taxability, the whole rate, and its components."""

    taxability: Taxability
    rate: Decimal
    split: Split
    components: tuple[TaxComponent, ...] = ()

    def __hash__(self) -> int:
        """Of what tells groups apart in practice: they are keys of dictionaries all the time."""
        return hash((self.taxability, self.rate, self.split))

    def taxes_on(self, taxable_value: Decimal) -> tuple[Decimal, ...]:
        """The tax of each component, in rupees, on the group's whole taxable value.

        GST's portal recomputes exactly this, per document and rate (RET191205).
        """
        return tuple(to_paise(taxable_value * part.rate / 100) for part in self.components)


@cache
def local_group(rate: Decimal, state: str) -> TaxGroup:
    """CGST and SGST in equal halves; UTGST where `state` has no legislature (s.2(114) CGST)."""
    half = rate / 2
    second = "SGST" if has_legislature(state) else "UTGST"
    components = (TaxComponent("CGST", half), TaxComponent(second, half))
    return TaxGroup(Taxability.TAXABLE, rate, Split.LOCAL, components)


@cache
def interstate_group(rate: Decimal, taxability: Taxability = Taxability.TAXABLE) -> TaxGroup:
    """IGST at the whole rate; also for exports with payment of tax (zero-rated)."""
    return TaxGroup(taxability, rate, Split.INTERSTATE, (TaxComponent("IGST", rate),))


@cache
def untaxed_group(taxability: Taxability) -> TaxGroup:
    """No tax; the taxability says why."""
    return TaxGroup(taxability, Decimal(0), Split.NONE)


def foreign_group(components: tuple[TaxComponent, ...]) -> TaxGroup:
    """Taxes of another country, as the store names and rates them."""
    rate = sum((part.rate for part in components), Decimal(0))
    return TaxGroup(Taxability.TAXABLE, rate, Split.FOREIGN, components)


@cache
def group_of(
    taxability: str,
    rate: Decimal,
    names: tuple[str, ...],
    rates: tuple[Decimal, ...],
    *,
    is_indian: bool = True,
) -> TaxGroup:
    """The group of a stored line: its taxability, rate, and the names and rates of its taxes.

    Another country's tax stays foreign whatever it is called, IGST included.
    """
    components = tuple(TaxComponent(*part) for part in zip(names, rates, strict=True))
    if not names:
        split = Split.NONE
    elif not is_indian:
        split = Split.FOREIGN
    elif "CGST" in names:
        split = Split.LOCAL
    else:
        split = Split.INTERSTATE if names == ("IGST",) else Split.FOREIGN
    return TaxGroup(Taxability(taxability), rate, split, components)
