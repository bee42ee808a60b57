"""The ledger's sales register together with the stores that its vouchers come from."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.models import Company, Item, Voucher
from ledger.reports.day_book import Mark
from ledger.reports.sales_register import sales_register
from ledger.reports.supplies import Amounts, Wanted
from ledger.reports.supply_sums import HsnSum
from sync.models import OrderDocument
from sync.sources import documents_of

PAGE_SIZE = 60
EXPORT_PAGE_SIZE = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """A voucher, what it comes to, and the order it stands for, where it came from a store."""

    voucher: Voucher
    amounts: Amounts
    source: OrderDocument | None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, oldest first, and where the next page begins."""

    rows: list[Row]
    later: Mark | None


def page(
    company: Company, wanted: Wanted, after: Mark | None = None, size: int = PAGE_SIZE
) -> Page:
    """A page of the register; three queries, one more where lines are wanted."""
    found = sales_register(company, wanted, after=after, size=size)
    sources = documents_of([each.voucher.pk for each in found.rows])
    rows = [Row(each.voucher, each.amounts, sources.get(each.voucher.pk)) for each in found.rows]
    return Page(rows, found.next)


def all_rows(company: Company, wanted: Wanted) -> Iterator[Row]:
    """The whole register, oldest first; memory stays flat."""
    part = page(company, wanted, size=EXPORT_PAGE_SIZE)
    yield from part.rows
    while part.later:
        part = page(company, wanted, part.later, EXPORT_PAGE_SIZE)
        yield from part.rows


def units_of(company: Company, sums: Sequence[HsnSum]) -> dict[str, str]:
    """The unit (UQC) in which all items of an HSN are counted; none where they differ."""
    units: defaultdict[str, set[str]] = defaultdict(set)
    items = Item.objects.filter(company=company, hsn__in={each.hsn for each in sums} - {""})
    for hsn, unit in items.values_list("hsn", "unit").distinct():
        units[hsn].add(unit)
    return {hsn: min(found) for hsn, found in units.items() if len(found) == 1}
