"""A customer's statement: the documents of his orders, and what was entered by hand for a party.

Not a ledger: stores are paid at once, through their clearing accounts, so the balance of a contact
is what he bought, less what he gave back. Receipts and payments stand where they name the party.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection as database

from ledger.core.money import ZERO
from ledger.models import Company, Party
from ledger.periods import Period
from sync.models import Customer


@dataclass(frozen=True, slots=True)
class Line:
    """A voucher, in rupees with tax. `order_id` and the store's id and name of an order's."""

    voucher_id: int
    date: date
    number: str
    type: str
    reference: str
    connection_id: Any
    store: str
    order_id: int | None
    debit: Decimal
    credit: Decimal
    balance: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of a period, oldest first, between what was brought forward and what is left."""

    opening: Decimal
    lines: Sequence[Line]

    @property
    def debit(self) -> Decimal:
        """Of the period."""
        return sum((line.debit for line in self.lines), ZERO)

    @property
    def credit(self) -> Decimal:
        """Of the period."""
        return sum((line.credit for line in self.lines), ZERO)

    @property
    def closing(self) -> Decimal:
        """At its end."""
        return self.opening + self.debit - self.credit


def of_customer(customer: Customer, period: Period) -> Statement:
    """The documents of his orders in all stores, and of those who were merged into him."""
    return _read(_OF_CUSTOMER, customer.company, customer.pk, period)


def of_party(party: Party, period: Period) -> Statement:
    """Every voucher with this party, from stores and by hand."""
    return _read(_OF_PARTY, party.company, party.pk, period)


def _read(whose: str, company: Company, whose_id: int, period: Period) -> Statement:
    values: dict[str, Any] = {
        "company": company.pk, "whose": whose_id, "first": period.first, "last": period.last,
    }  # fmt: skip
    with database.cursor() as cursor:
        cursor.execute(whose + _OPENING, values)
        opening = cursor.fetchone()[0]
        cursor.execute(whose + _LINES, values)
        lines = [Line(*row) for row in cursor.fetchall()]
    return Statement(opening, _balanced(opening, lines))


def _balanced(balance: Decimal, lines: Sequence[Line]) -> list[Line]:
    found = []
    for line in lines:
        balance += line.debit - line.credit
        found.append(replace(line, balance=balance))
    return found


_OF_CUSTOMER = """
WITH whose AS MATERIALIZED (
    SELECT document.voucher_id AS id
    FROM sync_customer customer
    JOIN sync_customerorder bought ON bought.customer_id = customer.id
    JOIN sync_orderdocument document
        ON document.connection_id = bought.connection_id AND document.order_id = bought.order_id
    WHERE customer.company_id = %(company)s AND %(whose)s IN (customer.id, customer.merged_into_id)
),
"""
_OF_PARTY = """
WITH whose AS MATERIALIZED (
    SELECT id FROM ledger_voucher WHERE company_id = %(company)s AND party_id = %(whose)s
),
"""

# Which side a voucher stands on: by its type; a reversing journal on the other side of what it
# takes back; any other journal as it moves the debtors.
_MOVED = """
moved AS (
    SELECT voucher.*, CASE
        WHEN voucher.type IN ('sales', 'debit_note', 'payment') THEN voucher.total
        WHEN voucher.type IN ('credit_note', 'receipt') THEN -voucher.total
        WHEN taken_back.type = 'receipt' THEN taken_back.total
        WHEN taken_back.type = 'payment' THEN -taken_back.total
        ELSE (SELECT coalesce(sum(entry.debit - entry.credit), 0)
              FROM ledger_entry entry JOIN ledger_account account ON account.id = entry.account_id
              WHERE entry.voucher_id = voucher.id AND account."group" = 'Sundry Debtors')
    END AS amount
    FROM whose JOIN ledger_voucher voucher USING (id)
    LEFT JOIN ledger_voucher taken_back ON taken_back.id = voucher.against_id
    WHERE voucher.company_id = %(company)s
)
"""
_OPENING = _MOVED + "SELECT coalesce(sum(amount), 0) FROM moved WHERE date < %(first)s"  # noqa: S608 -- constants
_LINES = (
    _MOVED
    + """
SELECT moved.id, moved.date, moved.number, moved.type, moved.reference, document.connection_id,
    coalesce(store.name, ''), document.order_id, greatest(amount, 0), greatest(-amount, 0)
FROM moved
LEFT JOIN sync_orderdocument document ON document.voucher_id = moved.id
LEFT JOIN connections_storeconnection store ON store.id = document.connection_id
WHERE moved.date BETWEEN %(first)s AND %(last)s
ORDER BY moved.date, moved.id
"""
)
