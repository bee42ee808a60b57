"""The trial balance: what every account comes to, and that both sides agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from ledger.core.money import ZERO
from ledger.models import Company
from ledger.periods import Period

# The database keeps the sums by day itself (migration 0003).
_SQL = """
    SELECT account.id, account.code, account.name, account."group", account.nature,
        sum(day.debits), sum(day.credits)
    FROM ledger_accountday AS day
    JOIN ledger_account AS account ON account.id = day.account_id
    WHERE day.company_id = %s AND day.date BETWEEN %s AND %s
    GROUP BY account.id
    ORDER BY account.code
"""


@dataclass(frozen=True, slots=True)
class AccountSum:
    """What was posted to an account in the period: all debits and all credits, in rupees."""

    id: int
    code: str
    name: str
    group: str
    nature: str
    debits: Decimal
    credits: Decimal

    @property
    def debit(self) -> Decimal:
        """The balance where debits outweigh, else zero."""
        return max(self.debits - self.credits, ZERO)

    @property
    def credit(self) -> Decimal:
        """The balance where credits outweigh, else zero."""
        return max(self.credits - self.debits, ZERO)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The balances of all accounts that were posted to."""

    accounts: Sequence[AccountSum]

    @property
    def debit(self) -> Decimal:
        """The sum of the debit balances."""
        return sum((account.debit for account in self.accounts), ZERO)

    @property
    def credit(self) -> Decimal:
        """The sum of the credit balances; equal to `debit`, as every voucher balances."""
        return sum((account.credit for account in self.accounts), ZERO)


def trial_balance(company: Company, period: Period) -> TrialBalance:
    """The balance of each account over the vouchers of a period, by code."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [company.pk, period.first, period.last])
        return TrialBalance([AccountSum(*row) for row in cursor.fetchall()])
