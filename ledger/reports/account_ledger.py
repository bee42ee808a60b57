"""The ledger of an account: its entries in order, with a running balance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import connection
from django.http import Http404

from ledger.core.money import ZERO
from ledger.models import Account, Company
from ledger.models.account import Nature
from ledger.periods import Period, year_of

_ENTRIES = """
    SELECT voucher.date, voucher.id, entry.position, voucher.number, voucher.type,
        voucher.reference, voucher.buyer_name, entry.debit, entry.credit
    FROM ledger_voucher AS voucher
    JOIN ledger_entry AS entry ON entry.voucher_id = voucher.id
    WHERE voucher.company_id = %s AND voucher.date BETWEEN %s AND %s AND entry.account_id = %s
        AND NOT (voucher.date = %s AND (voucher.id, entry.position) <= (%s, %s))
    ORDER BY voucher.date, voucher.id, entry.position
    LIMIT %s
"""
_BALANCE = """
    SELECT coalesce(sum(debits - credits), 0.00) FROM ledger_accountday
    WHERE account_id = %s AND company_id = %s AND date >= %s AND date < %s
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


def account_ledger(
    company: Company, account_id: int, period: Period, *, after: Mark | None = None, size: int
) -> LedgerPage:
    """A page of an account's entries, oldest first.

    Income and expense start each financial year at nothing; assets and liabilities carry over.

    :raises Http404: when the company has no such account.
    """
    account = Account.objects.filter(company=company, pk=account_id).first()
    if account is None:
        raise Http404("There is no such account.")
    start = after or Mark(date.min, 0, 0, _opening(company, account, period.first))
    with connection.cursor() as cursor:
        cursor.execute(
            _ENTRIES,
            [
                company.pk,
                max(period.first, start.day),
                period.last,
                account.pk,
                start.day,
                start.voucher_id,
                start.position,
                size + 1,
            ],
        )
        found = [LedgerRow(*row) for row in cursor.fetchall()]
    rows = _with_balances(found[:size], start.balance)
    return LedgerPage(account, start.balance, rows, _mark(rows[-1]) if len(found) > size else None)


def _opening(company: Company, account: Account, first: date) -> Decimal:
    carries_over = account.nature in (Nature.ASSET, Nature.LIABILITY)
    since = date.min if carries_over else year_of(first, company.year_start_month).first
    with connection.cursor() as cursor:
        cursor.execute(_BALANCE, [account.pk, company.pk, since, first])
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
