"""The ledger of an account: its entries in order, with a running balance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.http import Http404

from ledger.core.money import ZERO
from ledger.models import Account, Company
from ledger.models.account import Nature
from ledger.periods import Period, year_of
from ledger.reports.sources import only_days, only_vouchers

FEW_ENTRIES = 5_000
"""An account with more is read by the days of its vouchers, with fewer by its entries."""

_COLUMNS = """
    SELECT voucher.date, voucher.id, entry.position, voucher.number, voucher.type,
        voucher.reference, voucher.buyer_name, entry.debit, entry.credit
"""
# Each way is fenced off by OFFSET 0: which one is short is known from the sums by day, while a
# planner that guesses would read all entries of an account for one page, or all vouchers.
_BY_DAYS = """
    FROM ledger_voucher AS voucher
    CROSS JOIN LATERAL (
        SELECT * FROM ledger_entry WHERE voucher_id = voucher.id OFFSET 0
    ) AS entry
"""
_BY_ENTRIES = """
    FROM (SELECT * FROM ledger_entry WHERE account_id = %s OFFSET 0) AS entry
    JOIN ledger_voucher AS voucher ON voucher.id = entry.voucher_id
"""
_WANTED = """
    WHERE voucher.company_id = %s AND voucher.date BETWEEN %s AND %s AND entry.account_id = %s
        AND NOT (voucher.date = %s AND (voucher.id, entry.position) <= (%s, %s)){condition}
    ORDER BY voucher.date, voucher.id, entry.position
    LIMIT %s
"""
_BALANCE = """
    SELECT coalesce(sum(day.debits - day.credits), 0.00) FROM ledger_accountday AS day
    WHERE day.account_id = %s AND day.company_id = %s AND day.date >= %s AND day.date < %s
    {condition}
"""
_EXTENT = """
    WITH own AS MATERIALIZED (
        SELECT date, source, entries FROM ledger_accountday
        WHERE company_id = %s AND account_id = %s
    ), so_far AS (
        SELECT date, sum(entries) AS entries,
            sum(sum(entries) FILTER (WHERE date > %s)) OVER (ORDER BY date) AS until
        FROM own AS day WHERE date BETWEEN %s AND %s{condition} GROUP BY date
    )
    SELECT (SELECT coalesce(sum(entries), 0)::int FROM own), coalesce(sum(entries), 0)::int,
        min(date), coalesce(min(date) FILTER (WHERE until > %s), max(date))
    FROM so_far
"""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One entry of the account; `balance` is what stands after it, debits above zero."""

    date: date
    voucher_id: int
    position: int
    number: str
    type: str
    reference: str
    buyer_name: str | None
    debit: Decimal
    credit: Decimal
    balance: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ended: its last entry, and the balance after it."""

    day: date
    voucher_id: int
    position: int
    balance: Decimal


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of an account's ledger. Balances are debits minus credits, in rupees."""

    account: Account
    brought_forward: Decimal
    rows: Sequence[LedgerRow]
    next: Mark | None

    @property
    def balance(self) -> Decimal:
        """What stands after the last row."""
        return self.rows[-1].balance if self.rows else self.brought_forward


def account_ledger(
    company: Company,
    account_id: int,
    period: Period,
    *,
    source: str = "",
    after: Mark | None = None,
    size: int,
) -> LedgerPage:
    """A page of an account's entries, oldest first, those of one source if one is given.

    Income and expense start each financial year at nothing; assets and liabilities carry over.

    :raises Http404: when the company has no such account.
    """
    account = Account.objects.filter(company=company, pk=account_id).first()
    if account is None:
        raise Http404("There is no such account.")
    start = after or Mark(date.min, 0, 0, _opening(company, account, period.first, source))
    found = _entries(account, period, start, source, size)
    rows = _with_balances(found[:size], start.balance)
    return LedgerPage(account, start.balance, rows, _mark(rows[-1]) if len(found) > size else None)


def count_entries(account: Account, period: Period, source: str = "") -> int:
    """How many entries the account has in a period."""
    extent = _extent(account, period.first, period.last, source, 0)
    return extent.entries if extent else 0


def _entries(
    account: Account, period: Period, start: Mark, source: str, size: int
) -> list[LedgerRow]:
    extent = _extent(account, max(period.first, start.day), period.last, source, size)
    if extent is None:
        return []
    condition, values = only_vouchers(source)
    way, given = _BY_DAYS, list[Any]()
    if extent.all_entries <= FEW_ENTRIES:
        way, given = _BY_ENTRIES, [account.pk]
    with connection.cursor() as cursor:
        cursor.execute(
            _COLUMNS + way + _WANTED.format(condition=condition),
            [
                *given,
                account.company_id,
                extent.first,
                extent.last,
                account.pk,
                start.day,
                start.voucher_id,
                start.position,
                *values,
                size + 1,
            ],
        )
        return [LedgerRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class _Extent:
    """How many entries the account has, ever and as chosen; the days between which a page lies."""

    all_entries: int
    entries: int
    first: date
    last: date


def _extent(account: Account, first: date, last: date, source: str, size: int) -> _Extent | None:
    """Where the page lies; None where nothing was posted. Of the first day all may be read."""
    condition, values = only_days(source)
    with connection.cursor() as cursor:
        cursor.execute(
            _EXTENT.format(condition=condition),
            [account.company_id, account.pk, first, first, last, *values, size],
        )
        ever, chosen, first_day, last_day = cursor.fetchone()
    return _Extent(ever, chosen, first_day, last_day) if first_day else None


def _opening(company: Company, account: Account, first: date, source: str) -> Decimal:
    carries_over = account.nature in (Nature.ASSET, Nature.LIABILITY)
    since = date.min if carries_over else year_of(first, company.year_start_month).first
    condition, values = only_days(source)
    with connection.cursor() as cursor:
        cursor.execute(
            _BALANCE.format(condition=condition), [account.pk, company.pk, since, first, *values]
        )
        (balance,) = cursor.fetchone()
    return Decimal(balance)


def _with_balances(rows: Sequence[LedgerRow], balance: Decimal) -> list[LedgerRow]:
    running = []
    for row in rows:
        balance += row.debit - row.credit
        running.append(replace(row, balance=balance))
    return running


def _mark(row: LedgerRow) -> Mark:
    return Mark(row.date, row.voucher_id, row.position, row.balance)
