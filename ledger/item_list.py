"""The list of items: searched, filtered, page by page in the order of their SKUs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from ledger import stock
from ledger.models import Company, Item
from ledger.sheets import Column, Kind, Row, Sheet, money

PER_PAGE = 50
AT_ONCE = 2000


class Show(StrEnum):
    """What a chip narrows the list down to."""

    NO_HSN = "no_hsn"
    SHORT_HSN = "short_hsn"
    SERVICES = "services"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Which items; each empty field means all."""

    text: str = ""
    show: str = ""
    taxability: str = ""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item, its rate of today where one is known, and what is left where stock is kept."""

    item: Item
    rate: Decimal | None
    left: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Rows by SKU; `next` is the SKU behind which the next page begins, empty on the last."""

    rows: list[ItemRow]
    is_first: bool
    next: str


def items_of(company: Company, wanted: ItemFilter) -> QuerySet[Item]:
    """The items that are wanted, by SKU."""
    found = Item.objects.filter(company=company)
    if wanted.text:
        found = found.filter(_like(wanted.text))
    if wanted.show:
        found = _shown(found, Show(wanted.show), company.hsn_digits)
    if wanted.taxability:
        found = found.filter(taxability=wanted.taxability)
    return found.order_by("sku")


def _like(text: str) -> Q:
    """Every word stands in the SKU, a code or the name, or begins the HSN."""
    wanted = Q()
    for word in text.split()[:5]:
        named = Q(sku__icontains=word) | Q(lookup_code__icontains=word) | Q(name__icontains=word)
        wanted &= named | Q(barcode__icontains=word) | Q(hsn__startswith=word)
    return wanted


def _shown(found: QuerySet[Item], show: Show, hsn_digits: int) -> QuerySet[Item]:
    match show:
        case Show.NO_HSN:
            return found.filter(hsn="")
        case Show.SHORT_HSN:
            digits = found.exclude(hsn="").annotate(hsn_length=Length("hsn"))
            return digits.filter(hsn_length__lt=hsn_digits)
        case Show.SERVICES:
            return found.filter(is_service=True)
        case Show.INACTIVE:
            return found.filter(is_active=False)


def page(company: Company, wanted: ItemFilter, after: str, today: date) -> ItemPage:
    """A page of the list: three queries, whatever its place."""
    found = items_of(company, wanted)
    if after:
        found = found.filter(sku__gt=after)
    items = list(found.prefetch_related("rates")[: PER_PAGE + 1])
    shown = items[:PER_PAGE]
    left = stock.left_of([item.pk for item in shown])
    rows = [ItemRow(item, rate_on(item, today), left.get(item.pk)) for item in shown]
    return ItemPage(rows, not after, shown[-1].sku if len(items) > PER_PAGE else "")


def rate_on(item: Item, day: date) -> Decimal | None:
    """The rate of a day, in per cent, from the item's prefetched rates; None where unknown."""
    return next((row.rate for row in item.rates.all() if row.valid_from <= day), None)


_COLUMNS = (
    Column("Item SKU", width=18), Column("Name", width=34), Column("Lookup code"),
    Column("Barcode", width=16), Column("HSN/SAC", width=10), Column("Taxability", width=12),
    Column("GST %", Kind.PERCENT, 8), Column("Rate since", Kind.DATE, 12), Column("Unit", width=8),
    money("Price without tax", is_summed=False), Column("Service", width=8),
    Column("In use", width=8),
)  # fmt: skip
_NAMES: Mapping[str, str] = dict(Item.TAXABILITIES)


def sheet(company: Company, wanted: ItemFilter, today: date) -> Sheet:
    """All of the list, to take away."""
    rows = _rows(items_of(company, wanted), today)
    return Sheet("Items", f"{company.name} · Items", _COLUMNS, rows, company.currency)


def _rows(found: QuerySet[Item], today: date) -> Iterator[Row]:
    for item in found.prefetch_related("rates").iterator(chunk_size=AT_ONCE):
        rate = next((row for row in item.rates.all() if row.valid_from <= today), None)
        yield (
            item.sku, item.name, item.lookup_code, item.barcode, item.hsn, _NAMES[item.taxability],
            rate.rate if rate else None, rate.valid_from if rate else None, item.unit, item.price,
            "yes" if item.is_service else "no", "yes" if item.is_active else "no",
        )  # fmt: skip
