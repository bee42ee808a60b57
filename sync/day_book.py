"""The ledger's day book together with the stores that its vouchers come from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connections.models import StoreConnection
from ledger.core.documents import VoucherType
from ledger.core.money import ZERO
from ledger.models import Company, Voucher
from ledger.reports.day_book import Filter, Mark, TypeSum, day_book
from sync.models import OrderDocument

PAGE_SIZE = 60
CSV_PAGE_SIZE = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """A voucher and the order it stands for, where it came from a store."""

    voucher: Voucher
    source: OrderDocument | None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first, and where the next page begins."""

    rows: list[Row]
    older: Mark | None


def page(
    company: Company, wanted: Filter, after: Mark | None = None, size: int = PAGE_SIZE
) -> Page:
    """A page of the day book; two queries."""
    found = day_book(company, wanted, after=after, size=size)
    return Page(rows_of(found.vouchers), found.next)


def rows_of(vouchers: Sequence[Voucher]) -> list[Row]:
    """Vouchers with the orders they stand for; one query."""
    sources = _sources(vouchers)
    return [Row(each, sources.get(each.pk)) for each in vouchers]


def _sources(vouchers: Sequence[Voucher]) -> dict[int, OrderDocument]:
    documents = OrderDocument.objects.filter(voucher__in=[each.pk for each in vouchers])
    return {each.voucher_id: each for each in documents.select_related("connection")}


def source_prefix(store: StoreConnection) -> str:
    """What the source keys of a store's documents begin with."""
    return f"{store.pk}/"


def net(sums: Sequence[TypeSum]) -> Decimal:
    """Sales and debit notes less credit notes, in the company's currency."""
    signs = {VoucherType.SALES: 1, VoucherType.DEBIT_NOTE: 1, VoucherType.CREDIT_NOTE: -1}
    return sum((signs.get(VoucherType(each.type), 0) * each.total for each in sums), ZERO)


CSV_HEAD = (
    "Date", "Number", "Type", "Order", "Store", "Buyer", "GSTIN", "Place of supply",
    "Taxable value", "CGST", "SGST", "IGST", "Other tax", "Round off", "Total", "Flags",
)  # fmt: skip


def csv_rows(company: Company, wanted: Filter) -> Iterator[tuple[object, ...]]:
    """The whole filtered day book, newest first; memory stays flat."""
    yield CSV_HEAD
    part = page(company, wanted, size=CSV_PAGE_SIZE)
    while True:
        yield from (_csv_row(row) for row in part.rows)
        if part.older is None:
            return
        part = page(company, wanted, part.older, CSV_PAGE_SIZE)


def _csv_row(row: Row) -> tuple[object, ...]:
    voucher = row.voucher
    store = row.source.connection.name if row.source else ""
    return (
        voucher.date.isoformat(), voucher.number, voucher.type, safe_text(voucher.reference),
        safe_text(store), safe_text(voucher.buyer_name or ""), voucher.buyer_gstin or "",
        voucher.place_of_supply or "", voucher.taxable_value, voucher.cgst, voucher.sgst,
        voucher.igst, voucher.other_tax, voucher.round_off, voucher.total, " ".join(voucher.flags),
    )  # fmt: skip


def safe_text(text: str) -> str:
    """Text that a spreadsheet does not run as a formula: buyers choose their own names."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
