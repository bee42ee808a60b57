"""Customers who are likely one and the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection as database

from ledger.models import Company
from sync.models import Customer

MOST = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers and what speaks for their being one; the one known longer comes first."""

    first: Customer
    second: Customer
    reasons: Sequence[str]


def pairs(company: Company) -> list[Pair]:
    """The likeliest first, at most `MOST`; two queries for any number of customers.

    Each is paired with the first of those who share something: a telephone number of hundreds makes
    no square of pairs.
    """
    with database.cursor() as cursor:
        cursor.execute(_PAIRS, [company.pk, MOST])
        found = cursor.fetchall()
    ids = {pk for first, second, _ in found for pk in (first, second)}
    customers = Customer.objects.in_bulk(ids)
    return [Pair(customers[first], customers[second], reasons) for first, second, reasons in found]


_SIGNS = {
    "same GSTIN": "gstin",
    "same mailbox": "mailbox",
    "same phone number": "phone_key",
    "same name and postcode": "name_and_postcode",
}
"""What speaks for it, the strongest first, and the column that two must share."""

_OF_A_SIGN = """
    SELECT {rank} AS rank, '{sign}' AS sign, first, id
    FROM own JOIN (
        SELECT {column}, min(id) AS first FROM own WHERE {column} <> ''
        GROUP BY {column} HAVING count(*) > 1
    ) AS shared USING ({column})
"""
# Sign by sign: all in one aggregate would be sorted on disk.
_OF_ALL_SIGNS = "UNION ALL".join(
    _OF_A_SIGN.format(rank=rank, sign=sign, column=column)
    for rank, (sign, column) in enumerate(_SIGNS.items())
)
_PAIRS = f"""
WITH own AS MATERIALIZED (
    SELECT id, gstin, mailbox, phone_key,
        CASE WHEN name <> '' AND billing->>'postcode' <> ''
             THEN lower(name) || '|' || (billing->>'postcode') ELSE '' END AS name_and_postcode
    FROM sync_customer WHERE company_id = %s AND merged_into_id IS NULL
), shared AS ({_OF_ALL_SIGNS})
SELECT first, id, array_agg(sign ORDER BY rank)
FROM shared
WHERE id <> first
GROUP BY first, id
ORDER BY count(*) DESC, first, id
LIMIT %s
"""  # noqa: S608 -- put together from constants
