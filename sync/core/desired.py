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
from ledger.core.money import to_paise
from ledger.core.place_of_supply import PlaceOfSupply, UnknownStateError, place_of_supply
from sync.core.document_lines import DocumentLines
from sync.core.matching import Catalogue, Match
from sync.core.order import Order, OrderLine
from sync.core.terms import Terms
from sync.core.waiting import OrderWaitsError, WaitsFor

Answers = Mapping[WaitsFor, Mapping[str, str]]
"""What people have decided about an order, by what it waited for."""

NOTHING_BOOKED: Mapping[str, int | None] = MappingProxyType({})


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
    reading = DocumentLines(
        order, terms, place, names, day=sale_date(order, terms), rate_said=_rate_said(answers)
    )
    lines: list[Line] = []
    flags: set[Flag] = set()
    for line, match in matched(order, catalogue, booked):
        parts, found = reading.of(line, match)
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
    day = terms.day(order.created_at)
    raise OrderWaitsError(
        WaitsFor.CURRENCY,
        f"The order is in {order.currency}, the books are in {terms.currency}: "
        f"enter the exchange rate for {day.day} {day:%b %Y}.",
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
