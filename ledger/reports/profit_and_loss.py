"""Profit and loss: income and expense by account group, month by month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from ledger.core.money import ZERO
from ledger.models import Company
from ledger.models.account import Nature
from ledger.periods import Period, month_of, months_of, years_of
from ledger.reports.sources import only_days

MOST_MONTHS = 12
"""A longer period is shown by financial years."""
_TRADING = ("Sales Accounts", "Direct Incomes", "Purchase Accounts", "Direct Expenses")
"""The groups above gross profit, in their order; every other group stands below it."""

_SQL = """
    SELECT account.id, account.code, account.name, account."group", account.nature,
        date_trunc('month', day.date)::date, sum(day.credits - day.debits)
    FROM ledger_accountday AS day
    JOIN ledger_account AS account ON account.id = day.account_id
    WHERE day.company_id = %s AND day.date BETWEEN %s AND %s
        AND account.nature IN ('income', 'expense'){condition}
    GROUP BY account.id, date_trunc('month', day.date)
    ORDER BY account.code
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A month of the report, or a financial year; cut to the period that was asked for."""

    label: str
    period: Period


@dataclass(frozen=True, slots=True)
class Row:
    """An account with its amount in each column: income credited, expense debited above zero."""

    id: int
    code: str
    name: str
    amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        """All columns together."""
        return sum(self.amounts, ZERO)


@dataclass(frozen=True, slots=True)
class Group:
    """The accounts of a group, and what they come to."""

    name: str
    is_income: bool
    rows: Sequence[Row]
    amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        """All columns together."""
        return sum(self.amounts, ZERO)


@dataclass(frozen=True, slots=True)
class ProfitAndLoss:
    """The groups above and below gross profit; profits above zero, losses below."""

    columns: Sequence[Column]
    trading: Sequence[Group]
    others: Sequence[Group]

    @property
    def gross(self) -> tuple[Decimal, ...]:
        """Gross profit by column."""
        return _profit(self.trading, len(self.columns))

    @property
    def net(self) -> tuple[Decimal, ...]:
        """Net profit by column."""
        return _profit([*self.trading, *self.others], len(self.columns))

    @property
    def gross_total(self) -> Decimal:
        """Gross profit of the whole period."""
        return sum(self.gross, ZERO)

    @property
    def net_total(self) -> Decimal:
        """Net profit of the whole period."""
        return sum(self.net, ZERO)


def profit_and_loss(company: Company, period: Period, *, source: str = "") -> ProfitAndLoss:
    """Income and expense of a period, of one source if one is given; one query."""
    columns = columns_of(period, company.year_start_month)
    by_account: defaultdict[_Account, dict[date, Decimal]] = defaultdict(dict)
    condition, values = only_days(source)
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL.format(condition=condition), [company.pk, period.first, period.last, *values]
        )
        for *account, month, amount in cursor.fetchall():
            by_account[_Account(*account)][month] = amount
    groups = _groups(by_account, columns)
    return ProfitAndLoss(
        columns,
        [groups[name] for name in _TRADING if name in groups],
        [groups[name] for name in sorted(groups) if name not in _TRADING],
    )


def columns_of(period: Period, start_month: int) -> list[Column]:
    """The months of a period; of a period longer than a year the financial years."""
    months = months_of(period)
    if len(months) <= MOST_MONTHS:
        return [Column(f"{month.first:%b %Y}", month) for month in months]
    return [Column(f"FY {name}", year) for name, year in years_of(period, start_month)]


@dataclass(frozen=True, slots=True)
class _Account:
    id: int
    code: str
    name: str
    group: str
    nature: str


def _groups(
    by_account: Mapping[_Account, Mapping[date, Decimal]], columns: Sequence[Column]
) -> dict[str, Group]:
    rows: defaultdict[tuple[str, bool], list[Row]] = defaultdict(list)
    for account, months in by_account.items():
        is_income = account.nature == Nature.INCOME
        amounts = _amounts(months, columns, sign=1 if is_income else -1)
        rows[account.group, is_income].append(Row(account.id, account.code, account.name, amounts))
    names = [name for name, _ in rows]
    return {
        name if names.count(name) == 1 else f"{name} ({'income' if is_income else 'expense'})": (
            Group(name, is_income, found, _sums(row.amounts for row in found))
        )
        for (name, is_income), found in rows.items()
    }


def _amounts(
    months: Mapping[date, Decimal], columns: Sequence[Column], *, sign: int
) -> tuple[Decimal, ...]:
    """Each month's amount in the column that it falls into; a column may begin within a month."""
    return tuple(
        sum(
            (
                sign * amount
                for month, amount in months.items()
                if month_of(column.period.first).first <= month <= column.period.last
            ),
            ZERO,
        )
        for column in columns
    )


def _sums(rows: Iterable[tuple[Decimal, ...]]) -> tuple[Decimal, ...]:
    return tuple(sum(column, ZERO) for column in zip(*rows, strict=True))


def _profit(groups: Sequence[Group], columns: int) -> tuple[Decimal, ...]:
    signed = [
        [amount if group.is_income else -amount for amount in group.amounts] for group in groups
    ]
    return _sums([tuple(row) for row in signed]) if signed else (ZERO,) * columns
