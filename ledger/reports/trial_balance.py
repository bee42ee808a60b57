"""The trial balance: what every account comes to, and that both sides agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from ledger.core.money import ZERO
from ledger.models import Company
from ledger.periods import Period, year_of

# The database keeps the sums by day itself (migration 0004). Income and expense start each
# financial year at nothing; what they came to in earlier years is a figure of its own.
_SQL = """
    SELECT account.id, account.code, account.name, account."group", account.nature,
        coalesce(sum(day.debits) FILTER (WHERE day.date >= %(first)s), 0.00),
        coalesce(sum(day.credits) FILTER (WHERE day.date >= %(first)s), 0.00),
        coalesce(sum(day.debits - day.credits) FILTER (WHERE day.date < %(first)s
            AND (account.nature IN ('asset', 'liability') OR day.date >= %(year)s)), 0.00),
        coalesce(sum(day.debits - day.credits) FILTER (WHERE day.date < %(year)s
            AND account.nature IN ('income', 'expense')), 0.00)
    FROM ledger_accountday AS day
    JOIN ledger_account AS account ON account.id = day.account_id
    WHERE day.company_id = %(company)s AND day.date BETWEEN %(since)s AND %(last)s
        AND (%(source)s = '' OR day.source = %(source)s)
    GROUP BY account.id
    ORDER BY account.code
"""


@dataclass(frozen=True, slots=True)
class AccountSum:
    """What was posted to an account in the period: all debits and all credits, in rupees.

    `opening` is the balance before the period, debits above zero.
    """

    id: int
    code: str
    name: str
    group: str
    nature: str
    debits: Decimal
    credits: Decimal
    opening: Decimal = ZERO

    @property
    def debit(self) -> Decimal:
        """The balance of the period where debits outweigh, else zero."""
        return max(self.debits - self.credits, ZERO)

    @property
    def credit(self) -> Decimal:
        """The balance of the period where credits outweigh, else zero."""
        return max(self.credits - self.debits, ZERO)

    @property
    def closing(self) -> Decimal:
        """The balance after the period, debits above zero."""
        return self.opening + self.debits - self.credits


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The balances of all accounts that were posted to, or have something to carry over.

    `earlier_years` is the result of income and expense before the financial year, debits (a loss)
    above zero: no entry closes a year, so it stands in no account.
    """

    accounts: Sequence[AccountSum]
    earlier_years: Decimal = ZERO

    @property
    def debit(self) -> Decimal:
        """The sum of the period's debit balances."""
        return sum((account.debit for account in self.accounts), ZERO)

    @property
    def credit(self) -> Decimal:
        """The sum of the credit balances; equal to `debit`, as every voucher balances."""
        return sum((account.credit for account in self.accounts), ZERO)

    @property
    def debits(self) -> Decimal:
        """Everything that was debited in the period."""
        return sum((account.debits for account in self.accounts), ZERO)

    @property
    def credits(self) -> Decimal:
        """Everything that was credited in the period; equal to `debits`."""
        return sum((account.credits for account in self.accounts), ZERO)

    @property
    def opening_sides(self) -> tuple[Decimal, Decimal]:
        """The sums of the opening debit and credit balances; they are equal."""
        return _sides([account.opening for account in self.accounts], self.earlier_years)

    @property
    def closing_sides(self) -> tuple[Decimal, Decimal]:
        """The sums of the closing debit and credit balances; they are equal."""
        return _sides([account.closing for account in self.accounts], self.earlier_years)


def trial_balance(company: Company, period: Period, *, source: str = "") -> TrialBalance:
    """What was posted to each account in a period, by code, without what stood before."""
    rows = _rows(company, period, period.first, source)
    return TrialBalance([AccountSum(*row[:-2]) for row in rows])


def full_trial_balance(company: Company, period: Period, *, source: str = "") -> TrialBalance:
    """The trial balance with what every account carries over into the period."""
    rows = _rows(company, period, date.min, source)
    sums = [AccountSum(*row[:-1]) for row in rows]
    return TrialBalance(
        [each for each in sums if each.opening or each.debits or each.credits],
        sum((row[-1] for row in rows), ZERO),
    )


def _rows(company: Company, period: Period, since: date, source: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "company": company.pk,
                "since": since,
                "first": period.first,
                "last": period.last,
                "year": _year_start(period.first, company.year_start_month),
                "source": source,
            },
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _year_start(first: date, month: int) -> date:
    """The first day of the financial year; a period without a beginning has no earlier year."""
    return date.min if first == date.min else year_of(first, month).first


def _sides(balances: Sequence[Decimal], other: Decimal) -> tuple[Decimal, Decimal]:
    both = [*balances, other]
    debit = sum((each for each in both if each > 0), ZERO)
    return debit, sum((-each for each in both if each < 0), ZERO)
