"""The day book: vouchers of a period with the stores they come from, filtered, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from ledger.core.documents import VoucherType
from ledger.core.money import ZERO
from ledger.models import Company, Voucher
from ledger.periods import Period

PAGE_SIZE = 60


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show. An empty field filters nothing."""

    period: Period
    type: str = ""
    store: UUID | None = None
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list, newest first: the voucher that a page begins after or ends before."""

    date: date
    voucher_id: int

    def __str__(self) -> str:
        return f"{self.date:%Y%m%d}-{self.voucher_id}"


@dataclass(frozen=True, slots=True)
class Page:
    """Vouchers, newest first, and the places of the neighbouring pages where there are any."""

    vouchers: list[Voucher]
    newer: Place | None
    older: Place | None


@dataclass(slots=True)
class Total:
    """All vouchers of one type in the period."""

    type: str
    count: int
    taxable_value: Decimal
    tax: Decimal
    total: Decimal


def vouchers(company: Company, wanted: Filter) -> QuerySet[Voucher]:
    """The vouchers that the filter lets through, in no particular order."""
    found = Voucher.objects.filter(
        company=company, date__range=(wanted.period.first, wanted.period.last)
    )
    if wanted.type:
        found = found.filter(type=wanted.type)
    if wanted.store:
        found = found.filter(order_document__connection_id=wanted.store)
    if wanted.flag:
        found = found.filter(flags__contains=[wanted.flag])
    return found


def page(
    company: Company, wanted: Filter, *, after: Place | None = None, before: Place | None = None
) -> Page:
    """One page: the first, the one after a place (older), or the one before it (newer)."""
    rows = vouchers(company, wanted).select_related("order_document__connection")
    if before:
        rows = rows.filter(_newer_than(before)).order_by("date", "id")
        found = list(rows[: PAGE_SIZE + 1])
        has_newer, shown = len(found) > PAGE_SIZE, found[:PAGE_SIZE][::-1]
        return _page(shown, has_newer=has_newer, has_older=True)
    if after:
        rows = rows.filter(_older_than(after))
    found = list(rows.order_by("-date", "-id")[: PAGE_SIZE + 1])
    return _page(found[:PAGE_SIZE], has_newer=bool(after), has_older=len(found) > PAGE_SIZE)


def _page(shown: list[Voucher], *, has_newer: bool, has_older: bool) -> Page:
    first = _place(shown[0]) if shown and has_newer else None
    return Page(shown, first, _place(shown[-1]) if shown and has_older else None)


def _place(voucher: Voucher) -> Place:
    return Place(voucher.date, voucher.pk)


def _newer_than(place: Place) -> Q:
    return Q(date__gt=place.date) | Q(date=place.date, id__gt=place.voucher_id)


def _older_than(place: Place) -> Q:
    return Q(date__lt=place.date) | Q(date=place.date, id__lt=place.voucher_id)


def totals(company: Company, wanted: Filter) -> list[Total]:
    """Count and sums per voucher type, in one query."""
    tax = F("cgst") + F("sgst") + F("igst") + F("other_tax")
    rows = (
        vouchers(company, wanted)
        .values_list("type")
        .annotate(
            count=Count("pk"), value=Sum("taxable_value"), taxes=Sum(tax), sum_of_totals=Sum("total")
        )
    )
    order = list(VoucherType)
    return sorted((Total(*row) for row in rows), key=lambda each: order.index(VoucherType(each.type)))


def net(all_totals: list[Total]) -> Decimal:
    """Sales and debit notes less credit notes, in rupees."""
    signs = {VoucherType.SALES: 1, VoucherType.DEBIT_NOTE: 1, VoucherType.CREDIT_NOTE: -1}
    return sum((signs.get(VoucherType(each.type), 0) * each.total for each in all_totals), ZERO)


CSV_HEAD = (
    "Date", "Number", "Type", "Order", "Store", "Party", "GSTIN", "Place of supply",
    "Taxable value", "CGST", "SGST", "IGST", "Other tax", "Round off", "Total",
)  # fmt: skip


def csv_rows(company: Company, wanted: Filter) -> Iterator[tuple[object, ...]]:
    """The whole filtered day book, oldest first, a row at a time."""
    yield CSV_HEAD
    found = vouchers(company, wanted).select_related("order_document__connection", "party")
    for voucher in found.order_by("date", "id").iterator(chunk_size=2000):
        yield _csv_row(voucher)


def _csv_row(voucher: Voucher) -> tuple[object, ...]:
    source = getattr(voucher, "order_document", None)
    return (
        voucher.date.isoformat(), voucher.number, voucher.type, voucher.reference,
        source.connection.name if source else "", safe_text(voucher.buyer_name or ""),
        voucher.buyer_gstin or "", voucher.place_of_supply or "",
        voucher.taxable_value, voucher.cgst, voucher.sgst, voucher.igst, voucher.other_tax,
        voucher.round_off, voucher.total,
    )  # fmt: skip


def safe_text(text: str) -> str:
    """Text that a spreadsheet does not run as a formula (buyers choose their names)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
