"""An order's lines as lines of a document: how each is taxed, and where the store differs.

Pure. The split follows the place of supply, the amounts what the store charged.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ledger.core.documents import Flag, Line, LineKind
from ledger.core.gst import (
    Split,
    Taxability,
    TaxGroup,
    interstate_group,
    local_group,
    untaxed_group,
)
from ledger.core.money import to_paise
from ledger.core.place_of_supply import PlaceOfSupply
from ledger.core.states import OTHER_COUNTRIES
from sync.core.foreign import foreign_taxes, tax_name
from sync.core.matching import Match
from sync.core.order import Order, OrderLine
from sync.core.rates import RatedPart, UnknownRateError, rated_parts, rates_in_use
from sync.core.terms import ItemFacts, Terms
from sync.core.waiting import OrderWaitsError, WaitsFor

MAX_DESCRIPTION = 300
"""Names of products are free text; the books keep this much of them."""


class DocumentLines:
    """Turns an order's lines into document lines, for one place and under one mapping of taxes."""

    def __init__(
        self,
        order: Order,
        terms: Terms,
        place: PlaceOfSupply | None,
        tax_names: Mapping[int, str],
        *,
        day: date,
        rate_said: Decimal | None = None,
    ) -> None:
        self._rate_said = rate_said
        self._order = order
        self._terms = terms
        self._tax_names = tax_names
        self._day = day
        self._in_use = rates_in_use(order.rates.values())
        self._is_local = place is not None and place.code == terms.state
        self._is_export = place is not None and place.code == OTHER_COUNTRIES

    def of(self, line: OrderLine, match: Match) -> tuple[list[Line], set[Flag]]:
        """The document lines of one order line: one, or one per rate."""
        flags: set[Flag] = set()
        item = match.item
        if line.kind is LineKind.PRODUCT and item is None:
            flags.add(Flag.UNMAPPED_SKU)
            if self._terms.waits_for_sku and match.why:
                raise OrderWaitsError(WaitsFor.SKU, match.sentence(line.sku, line.name))
        if not self._terms.in_india:
            return [self._foreign(line, item)], flags
        if not self._terms.is_regular:
            group = untaxed_group(Taxability.TAXABLE)
            return [self._line(line, item, group, line.total + line.tax, ())], flags
        try:
            parts = rated_parts(
                line,
                self._order.rates,
                smallest_unit=self._order.smallest_unit,
                in_use=self._in_use,
                item_rate=item.rate_on(self._day) if item else None,
            )
        except UnknownRateError as error:
            if self._rate_said is None:
                raise OrderWaitsError(
                    WaitsFor.RATE, f"No GST rate explains the {error}: choose the rate."
                ) from None
            parts = [RatedPart(self._rate_said, line.total, line.tax, is_inferred=True)]
        flags |= self._differences(line, item, parts)
        return [self._taxed(line, item, part, flags) for part in parts], flags

    def _foreign(self, line: OrderLine, item: ItemFacts | None) -> Line:
        group, charged = foreign_taxes(line, self._order.rates, self._tax_names)
        return self._line(line, item, group, line.total, charged)

    def _taxed(
        self, line: OrderLine, item: ItemFacts | None, part: RatedPart, flags: set[Flag]
    ) -> Line:
        if part.rate:
            group = self._group(part.rate)
            return self._line(line, item, group, part.total, _halved(part.tax, group))
        return self._untaxed(line, item, part.total, flags)

    def _group(self, rate: Decimal) -> TaxGroup:
        if self._is_local:
            return local_group(rate, self._terms.state)
        if self._is_export:
            return interstate_group(rate, Taxability.ZERO_RATED)
        return interstate_group(rate)

    def _untaxed(
        self, line: OrderLine, item: ItemFacts | None, total: Decimal, flags: set[Flag]
    ) -> Line:
        """A line without tax: an export, an item that bears none, or a price that includes it."""
        if self._is_export:
            if not self._terms.has_lut and total:
                flags.add(Flag.TAX_NOT_CHARGED)
            return self._line(line, item, untaxed_group(Taxability.ZERO_RATED), total, ())
        rate = item.rate_on(self._day) if item else None
        if item and item.taxability is Taxability.TAXABLE and rate and total:
            flags.add(Flag.TAX_NOT_CHARGED)
            value = to_paise(total * 100 / (100 + rate))
            group = self._group(rate)
            return self._line(line, item, group, value, _halved(total - value, group))
        return self._line(line, item, untaxed_group(self._taxability(line, item, flags)), total, ())

    def _taxability(self, line: OrderLine, item: ItemFacts | None, flags: set[Flag]) -> Taxability:
        """Nobody knows better than the item; else WooCommerce's class for nil-rated goods.

        Charges follow the goods they come with (composite supply, s.8(a) CGST).
        """
        if item and item.taxability is not Taxability.TAXABLE:
            return item.taxability
        classes = {each.tax_class for each in self._order.lines if each.kind is LineKind.PRODUCT}
        tax_class = line.tax_class if line.kind is LineKind.PRODUCT else "".join(classes)
        if tax_class == "zero-rate":
            return Taxability.NIL_RATED
        if line.total:
            flags.add(Flag.TAXABILITY_ASSUMED)
        return Taxability.EXEMPT

    def _differences(
        self, line: OrderLine, item: ItemFacts | None, parts: list[RatedPart]
    ) -> set[Flag]:
        """What the store charged against what the law wants: booked as charged, and flagged."""
        flags: set[Flag] = set()
        if any(part.is_inferred for part in parts):
            flags.add(Flag.RATE_INFERRED)
        rates = self._order.rates
        taxed = [rates[i] for i, tax in line.taxes if tax and i in rates]
        labels = {tax_name(rate, self._tax_names).upper() for rate in taxed}
        is_whole = any("IGST" in label for label in labels)
        is_halves = any(name in label for label in labels for name in ("CGST", "SGST", "UTGST"))
        if (self._is_local and is_whole) or (not self._is_local and is_halves):
            flags.add(Flag.TAX_KIND_DIFFERS)
        expected = item.rate_on(self._day) if item else None
        if expected is not None and any(part.rate and part.rate != expected for part in parts):
            flags.add(Flag.RATE_DIFFERS)
        return flags

    def _line(
        self,
        line: OrderLine,
        item: ItemFacts | None,
        group: TaxGroup,
        value: Decimal,
        charged: tuple[Decimal, ...],
    ) -> Line:
        is_unmapped = line.kind is LineKind.PRODUCT and item is None and line.sku
        name = line.name or line.kind.value.title()
        description = f"Unmapped SKU {line.sku} · {name}" if is_unmapped else name
        return Line(
            key=line.key,
            kind=line.kind,
            description=description[:MAX_DESCRIPTION],
            taxable_value=to_paise(value),
            group=group,
            quantity=line.quantity,
            sku=line.sku,
            item_id=item.item_id if item else None,
            hsn=(item.hsn or None) if item else None,
            charged=charged,
        )


def _halved(tax: Decimal, group: TaxGroup) -> tuple[Decimal, ...]:
    if group.split is Split.LOCAL:
        return (to_paise(tax / 2), to_paise(tax / 2))
    return (to_paise(tax),)
