"""The ledger's day book together with the stores that its vouchers come from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.core.documents import VoucherType
from ledger.core.money import ZERO
from ledger.models import Company, Voucher
from ledger.reports.day_book import Filter, Mark, TypeSum, day_book
from sync.models import OrderDocument
from sync.sources import documents_of

PAGE_SIZE = 60
EXPORT_PAGE_SIZE = 2000


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
    sources = documents_of([each.pk for each in vouchers])
    return [Row(each, sources.get(each.pk)) for each in vouchers]


def all_rows(company: Company, wanted: Filter) -> Iterator[Row]:
    """The whole filtered day book, newest first; memory stays flat."""
    part = page(company, wanted, size=EXPORT_PAGE_SIZE)
    yield from part.rows
    while part.older:
        part = page(company, wanted, part.older, EXPORT_PAGE_SIZE)
        yield from part.rows


def net(sums: Sequence[TypeSum]) -> Decimal:
    """Sales and debit notes less credit notes, in the company's currency."""
    signs = {VoucherType.SALES: 1, VoucherType.DEBIT_NOTE: 1, VoucherType.CREDIT_NOTE: -1}
    return sum((signs.get(VoucherType(each.type), 0) * each.total for each in sums), ZERO)
