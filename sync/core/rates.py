"""At which rate a store taxed a line: read from its taxes, or inferred where they do not say.

WooCommerce puts no rate on a line. It names rate ids with amounts, and the order lists the ids'
percentages. Mostly the percentages together, on the line's total, give its tax. They need not:
a negative fee is spread over all rates of the cart, rates vanish, orders are re-taxed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ledger.core.gst import ORDINARY_GST_RATES
from ledger.core.money import ZERO, allocate
from sync.core.order import OrderLine, TaxRate

NO_RATE = Decimal(0)


@dataclass(frozen=True, slots=True)
class RatedPart:
    """A part of a line that bears one rate (per cent); amounts without tax, and the tax charged."""

    rate: Decimal
    total: Decimal
    tax: Decimal
    is_inferred: bool = False


class UnknownRateError(Exception):
    """No rate in use explains the tax of a line; a person must look."""


def rated_parts(
    line: OrderLine,
    rates: Mapping[int, TaxRate],
    *,
    smallest_unit: Decimal,
    in_use: Iterable[Decimal],
    item_rate: Decimal | None,
) -> list[RatedPart]:
    """Split a line by rate; the parts add up to its total and to its tax.

    `in_use` are the rates to infer from where the line's own taxes do not tell, `item_rate` is the
    last resort.

    :raises UnknownRateError: where nothing is known at all.
    """
    if not line.tax:
        return [RatedPart(_rate_of_untaxed(line, rates, smallest_unit), line.total, line.tax)]
    known = [(rates[i].percent, tax) for i, tax in line.taxes if i in rates]
    taxes = [(percent, tax) for percent, tax in known if percent]
    slack = _slack(smallest_unit, len(taxes))
    for candidates in (taxes, [(percent, tax) for percent, tax in taxes if tax]):
        whole = sum((percent for percent, _ in candidates), NO_RATE)
        if candidates and _explains(whole, line, slack):
            return [RatedPart(whole, line.total, line.tax)]
    parts = _spread(line, [(percent, tax) for percent, tax in taxes if tax])
    if len(parts) > 1:
        return parts
    inferred = _inferred(line, in_use, slack) or (parts[0].rate if parts else item_rate)
    if not inferred:
        raise UnknownRateError(f"tax {line.tax} on {line.total} of “{line.name}”")
    return [RatedPart(inferred, line.total, line.tax, is_inferred=True)]


def _explains(rate: Decimal, line: OrderLine, slack: Decimal) -> bool:
    """Whether the rate gives the line's tax.

    In a store with prices that include tax, the line's own tax and the sum of its taxes may differ
    by a paisa or two (seen); either will do.
    """
    tax = rate * line.total / 100
    charged = sum((amount for _, amount in line.taxes), ZERO)
    return min(abs(tax - line.tax), abs(tax - charged)) <= slack


def _rate_of_untaxed(
    line: OrderLine, rates: Mapping[int, TaxRate], smallest_unit: Decimal
) -> Decimal:
    """The rate of a line whose tax is nothing because its total is (next to) nothing."""
    percents = [rates[i].percent for i, _ in line.taxes if i in rates]
    whole = sum((percent for percent in percents if percent), NO_RATE)
    rounds_to_nothing = abs(whole * line.total / 100) <= smallest_unit * len(percents) / 2
    return whole if rounds_to_nothing else NO_RATE


def _slack(smallest_unit: Decimal, components: int) -> Decimal:
    """What rounding each component, and the total itself, can hide."""
    return smallest_unit * components / 2 + smallest_unit


def _spread(line: OrderLine, charged: list[tuple[Decimal, Decimal]]) -> list[RatedPart]:
    """One part per rate, by tax ÷ rate, largest remainder.

    Two taxes of one percentage are the halves of one GST rate (CGST and SGST).
    """
    halves = Counter(percent for percent, _ in charged)
    taxes: dict[Decimal, Decimal] = {}
    for percent, tax in charged:
        taxes[percent] = taxes.get(percent, ZERO) + tax
    if not taxes:
        return []
    by_rate = [(percent * halves[percent], tax) for percent, tax in taxes.items()]
    totals = allocate(line.total, [tax / rate for rate, tax in by_rate])
    return [RatedPart(rate, total, tax) for (rate, tax), total in zip(by_rate, totals, strict=True)]


def _inferred(line: OrderLine, in_use: Iterable[Decimal], slack: Decimal) -> Decimal | None:
    """The first rate that explains the tax: those in use come before the ordinary ones."""
    candidates = (*in_use, *ORDINARY_GST_RATES)
    return next((rate for rate in candidates if rate and _explains(rate, line, slack)), None)


def rates_in_use(rates: Iterable[TaxRate]) -> list[Decimal]:
    """The whole rates that an order's own tax lines make up, halves put together."""
    halves = Counter(rate.percent for rate in rates if rate.percent)
    return [percent * times for percent, times in halves.items()]
