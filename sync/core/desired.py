"""What should stand for an order: its lines by tax group, as the law splits what the store charged.

Pure. Whatever the store's labels say, the place of supply decides the split; whatever the law
says, the amounts are what the buyer paid. Where the two differ the document says so by a flag.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from ledger.core.documents import Flag, Header, Line, LineKind
from ledger.core.gst import (
    Split,
    Taxability,
    TaxGroup,
    interstate_group,
    local_group,
    untaxed_group,
)
from ledger.core.money import to_paise
from ledger.core.place_of_supply import PlaceOfSupply, UnknownStateError, place_of_supply
from ledger.core.states import OTHER_COUNTRIES
from sync.core.foreign import foreign_taxes, tax_name
from sync.core.matching import Catalogue, Match
from sync.core.order import Order, OrderLine
from sync.core.rates import RatedPart, UnknownRateError, rated_parts, rates_in_use
from sync.core.terms import ItemFacts, Terms
from sync.core.waiting import OrderWaitsError, WaitsFor

Answers = Mapping[WaitsFor, Mapping[str, str]]
"""What people have decided about an order, by what it waited for."""

NOTHING_BOOKED: Mapping[str, int | None] = MappingProxyType({})

MAX_DESCRIPTION = 300
"""Names of products are free text; the books keep this much of them."""


@dataclass(frozen=True, slots=True)
class Desired:
    """The whole order, gross of refunds, in the company's currency.

    `bound` is how much rounding may leave between the parts and the total.
    """

    lines: tuple[Line, ...]
    total: Decimal
    header: Header
    flags: frozenset[Flag]
    bound: Decimal
    exchange_rate: Decimal


def desired(
    order: Order,
    terms: Terms,
    catalogue: Catalogue,
    answers: Answers,
    booked: Mapping[str, int | None] = NOTHING_BOOKED,
    *,
    sold_by: int | None = None,
) -> Desired:
    """What should stand for the order, were it booked now.

    `booked` are the items of the lines that stand, by the line's key: these keep them, so that a
    SKU that is mapped later moves no tax of an order in the books.

    `sold_by` is the voucher of the sale that stands: taxes keep the names they have there.

    :raises OrderWaitsError: where a person has to say something first.
    """
    exchange_rate = _exchange_rate(order, terms, answers)
    place = _place(order, terms, answers)
    names = terms.tax_names.for_sale(sold_by)
    reading = _Reading(order, terms, place, names, _rate_said(answers))
    lines: list[Line] = []
    flags: set[Flag] = set()
    for line, match in matched(order, catalogue, booked):
        parts, found = reading.lines_of(line, match)
        lines += parts
        flags |= found
    if exchange_rate != 1:
        lines = [_converted(line, exchange_rate) for line in lines]
    bound = order.smallest_unit * (len(order.lines) + 1)
    return Desired(
        lines=tuple(lines),
        total=to_paise(order.total * exchange_rate),
        header=_header(order, terms, place, exchange_rate),
        flags=frozenset(flags),
        bound=bound + (Decimal("0.50") if terms.rounds_to_rupee else 0),
        exchange_rate=exchange_rate,
    )


def matched(
    order: Order, catalogue: Catalogue, booked: Mapping[str, int | None] = NOTHING_BOOKED
) -> Iterator[tuple[OrderLine, Match]]:
    """Each line of the order with its item; shipping and fees have none."""
    for line in order.lines:
        if line.kind is not LineKind.PRODUCT or line.key in booked:
            yield line, Match(catalogue.item(booked.get(line.key)))
        else:
            yield line, catalogue.match(line.sku, line.name)


def sale_date(order: Order, terms: Terms) -> date:
    """The day it was paid; where it was paid only at completion or not yet, the day of creation."""
    paid_at = order.paid_at
    if paid_at is None or (order.completed_at is not None and paid_at >= order.completed_at):
        return terms.day(order.created_at)
    return terms.day(paid_at)


def _exchange_rate(order: Order, terms: Terms, answers: Answers) -> Decimal:
    if order.currency == terms.currency:
        return Decimal(1)
    answer = answers.get(WaitsFor.CURRENCY)
    if answer:
        return Decimal(answer["rate"])
    raise OrderWaitsError(
        WaitsFor.CURRENCY,
        f"The order is in {order.currency}, the books are in {terms.currency}: "
        f"enter the exchange rate for {terms.day(order.created_at):%d %b %Y}.",
    )


def _rate_said(answers: Answers) -> Decimal | None:
    """The GST rate that a person gave for the lines whose rate nothing tells."""
    answer = answers.get(WaitsFor.RATE)
    return Decimal(answer["rate"]) if answer else None


def _place(order: Order, terms: Terms, answers: Answers) -> PlaceOfSupply | None:
    if not terms.in_india:
        return None
    answer = answers.get(WaitsFor.PLACE_OF_SUPPLY)
    if answer:
        return PlaceOfSupply(answer["state"], "person")
    try:
        return place_of_supply(
            gstin=order.buyer_gstin,
            shipping=(order.shipping.country, order.shipping.state),
            billing=(order.billing.country, order.billing.state),
            company_state=terms.state,
        )
    except UnknownStateError as error:
        raise OrderWaitsError(
            WaitsFor.PLACE_OF_SUPPLY, f"The {error} is not a state of India: choose the state."
        ) from None


def _header(
    order: Order, terms: Terms, place: PlaceOfSupply | None, exchange_rate: Decimal
) -> Header:
    is_foreign = order.currency != terms.currency
    return Header(
        buyer_name=order.buyer_name,
        buyer_gstin=order.buyer_gstin,
        buyer_company=order.buyer_company,
        place_of_supply=place.code if place else None,
        place_decided_by=place.decided_by if place else None,
        currency=order.currency,
        exchange_rate=exchange_rate if is_foreign else None,
        original_total=order.total if is_foreign else None,
    )


def _converted(line: Line, exchange_rate: Decimal) -> Line:
    return replace(
        line,
        taxable_value=to_paise(line.taxable_value * exchange_rate),
        charged=tuple(to_paise(tax * exchange_rate) for tax in line.charged),
    )


class _Reading:
    """Turns an order's lines into document lines, for one place and under one mapping of taxes."""

    def __init__(
        self,
        order: Order,
        terms: Terms,
        place: PlaceOfSupply | None,
        tax_names: Mapping[int, str],
        rate_said: Decimal | None = None,
    ) -> None:
        self._rate_said = rate_said
        self._order = order
        self._terms = terms
        self._tax_names = tax_names
        self._day = sale_date(order, terms)
        self._in_use = rates_in_use(order.rates.values())
        self._is_local = place is not None and place.code == terms.state
        self._is_export = place is not None and place.code == OTHER_COUNTRIES

    def lines_of(self, line: OrderLine, match: Match) -> tuple[list[Line], set[Flag]]:
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
