"""An account's ledger together with the stores that its vouchers come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ledger.models import Account, Company
from ledger.periods import Period
from ledger.reports.account_ledger import LedgerPage, LedgerRow, Mark, account_ledger
from sync.models import OrderDocument
from sync.sources import documents_of

PAGE_SIZE = 100
EXPORT_PAGE_SIZE = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """An entry, and the order it stands for, where it came from a store."""

    entry: LedgerRow
    source: OrderDocument | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an account's ledger; `brought_forward` is debits minus credits, in rupees."""

    account: Account
    brought_forward: Decimal
    rows: list[Row]
    balance: Decimal
    next: Mark | None


@dataclass(frozen=True, slots=True)
class Question:
    """Which ledger: of one account, in a period, of one source if one is given."""

    company: Company
    account_id: int
    period: Period
    source: str = ""


def page(asked: Question, after: Mark | None = None, size: int = PAGE_SIZE) -> Page:
    """A page of the ledger, oldest first; five queries at most.

    :raises Http404: when the company has no such account.
    """
    found = account_ledger(
        asked.company, asked.account_id, asked.period, source=asked.source, after=after, size=size
    )
    return _with_sources(found)


def all_rows(asked: Question) -> Iterator[Row]:
    """The whole ledger of the period, oldest first; memory stays flat."""
    part = page(asked, size=EXPORT_PAGE_SIZE)
    yield from part.rows
    while part.next:
        part = page(asked, part.next, EXPORT_PAGE_SIZE)
        yield from part.rows


def _with_sources(found: LedgerPage) -> Page:
    sources = documents_of([row.voucher_id for row in found.rows])
    rows = [Row(row, sources.get(row.voucher_id)) for row in found.rows]
    return Page(found.account, found.brought_forward, rows, found.balance, found.next)
