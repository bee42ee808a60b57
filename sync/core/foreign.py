"""Another country's taxes: as the store charged them, under the names that the books give them."""

from collections.abc import Mapping
from decimal import Decimal

from ledger.core.gst import Taxability, TaxComponent, TaxGroup, foreign_group, untaxed_group
from sync.core.order import OrderLine, TaxRate

MAX_TAX_NAME = 40


def tax_name(rate: TaxRate, names: Mapping[int, str]) -> str:
    """What a rate of the store is called in the books: as mapped, else as the store labels it."""
    return names.get(rate.rate_id) or rate.label[:MAX_TAX_NAME]


def foreign_taxes(
    line: OrderLine, rates: Mapping[int, TaxRate], names: Mapping[int, str]
) -> tuple[TaxGroup, tuple[Decimal, ...]]:
    """The tax group of a line, and what was charged for each of its taxes.

    Names decide accounts, never amounts.
    """
    components: list[TaxComponent] = []
    charged: list[Decimal] = []
    for rate_id, tax in line.taxes:
        rate = rates.get(rate_id)
        if rate is not None and (tax or rate.percent):
            components.append(TaxComponent(tax_name(rate, names), rate.percent or Decimal(0)))
            charged.append(tax)
    if not components and line.tax:
        components, charged = [TaxComponent("Tax", Decimal(0))], [line.tax]
    if not components:
        return untaxed_group(Taxability.EXEMPT), ()
    return foreign_group(tuple(components)), tuple(charged)
