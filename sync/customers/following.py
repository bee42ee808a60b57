"""What stores tell of people, kept: customers by e-mail address, their accounts and orders.

Everything is upserted in one statement, in the order of the addresses, so that two stores of a
company that tell of the same people at once wait for each other and never in a circle.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection as database

from connections.models import StoreConnection
from sync.core.people import Person, by_email, mailbox, phone_key
from sync.models import CustomerAccount


@dataclass(frozen=True, slots=True)
class Kept:
    """The addresses of customers who are new, and how many were known."""

    created: frozenset[str] = frozenset()
    updated: int = 0


def keep_buyers(connection: StoreConnection, buyers: Mapping[int, Person], now: datetime) -> None:
    """Keep the buyers of orders, by order id; an order goes to the one that was told last."""
    _keep(
        connection, buyers.values(), now, orders={i: each.email_key for i, each in buyers.items()}
    )


def keep_registered(
    connection: StoreConnection, registered: Mapping[int, Person], now: datetime
) -> Kept:
    """Keep registered customers, by the store's number of each."""
    accounts = {number: person.email_key for number, person in registered.items()}
    return _keep(connection, registered.values(), now, accounts=accounts)


def forget_accounts(connection: StoreConnection, numbers: Collection[int]) -> int:
    """Note that these were deleted in the store; who bought stays. How many were known."""
    accounts = CustomerAccount.objects.filter(connection=connection, account_id__in=numbers)
    return accounts.filter(is_deleted=False).update(is_deleted=True)


def _keep(
    connection: StoreConnection,
    people: Iterable[Person],
    now: datetime,
    *,
    orders: Mapping[int, str] | None = None,
    accounts: Mapping[int, str] | None = None,
) -> Kept:
    told = by_email(people)
    if not told:
        return Kept()
    values: dict[str, Any] = {
        "company": connection.company_id,
        "connection": connection.pk,
        "now": now,
        "told": _json(asdict(each) | _keys(each) for each in told.values()),
        "orders": _numbers(orders or {}),
        "accounts": _numbers(accounts or {}),
    }
    with database.cursor() as cursor:
        cursor.execute(_KEEP, values)
        created, updated = cursor.fetchone()
    return Kept(frozenset(created), updated)


def _keys(person: Person) -> dict[str, Any]:
    key = person.email_key
    return {"email_key": key, "mailbox": mailbox(key), "phone_key": phone_key(person.phone)}


def _json(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(list(rows), default=str)


def _numbers(keys: Mapping[int, str]) -> str:
    return _json({"number": number, "email_key": key} for number, key in keys.items())


# The later word wins, silence takes nothing away: `people.told_over`, for rows.
_KEEP = """
WITH customers AS (
    INSERT INTO sync_customer AS known
        (company_id, email, email_key, mailbox, name, company_name, gstin, phone, phone_key,
         billing, shipping, told_at, first_seen_at, updated_at)
    SELECT %(company)s, email, email_key, mailbox, name, company_name, gstin, phone, phone_key,
         billing, shipping, told_at, %(now)s, %(now)s
    FROM json_populate_recordset(NULL::sync_customer, %(told)s)
    ORDER BY email_key
    ON CONFLICT (company_id, email_key) DO UPDATE SET
        (email, name, company_name, gstin, phone, phone_key, billing, shipping, told_at,
         updated_at) = (
            SELECT
                CASE WHEN later THEN excluded.email ELSE known.email END,
                coalesce(CASE WHEN later THEN nullif(excluded.name, '') END,
                         nullif(known.name, ''), excluded.name),
                coalesce(CASE WHEN later THEN nullif(excluded.company_name, '') END,
                         nullif(known.company_name, ''), excluded.company_name),
                coalesce(CASE WHEN later THEN nullif(excluded.gstin, '') END,
                         nullif(known.gstin, ''), excluded.gstin),
                coalesce(CASE WHEN later THEN nullif(excluded.phone, '') END,
                         nullif(known.phone, ''), excluded.phone),
                CASE WHEN excluded.phone <> '' AND (later OR known.phone = '')
                     THEN excluded.phone_key ELSE known.phone_key END,
                coalesce(CASE WHEN later THEN nullif(excluded.billing, '{}') END,
                         nullif(known.billing, '{}'), excluded.billing),
                coalesce(CASE WHEN later THEN nullif(excluded.shipping, '{}') END,
                         nullif(known.shipping, '{}'), excluded.shipping),
                greatest(known.told_at, excluded.told_at),
                excluded.updated_at
            FROM (SELECT excluded.told_at >= known.told_at AS later) AS word)
    RETURNING id, email_key, xmax = 0 AS is_new
), orders AS (
    INSERT INTO sync_customerorder AS known (company_id, connection_id, order_id, customer_id)
    SELECT %(company)s, %(connection)s, number, customers.id
    FROM json_to_recordset(%(orders)s) AS told (number bigint, email_key text)
    JOIN customers USING (email_key)
    ORDER BY number
    ON CONFLICT (connection_id, order_id) DO UPDATE SET customer_id = excluded.customer_id
        WHERE known.customer_id <> excluded.customer_id
), accounts AS (
    INSERT INTO sync_customeraccount AS known
        (company_id, connection_id, account_id, customer_id, is_deleted)
    SELECT %(company)s, %(connection)s, number, customers.id, false
    FROM json_to_recordset(%(accounts)s) AS told (number bigint, email_key text)
    JOIN customers USING (email_key)
    ORDER BY number
    ON CONFLICT (connection_id, account_id)
        DO UPDATE SET customer_id = excluded.customer_id
        WHERE known.customer_id <> excluded.customer_id
)
SELECT coalesce(array_agg(email_key) FILTER (WHERE is_new), '{}'),
    count(*) FILTER (WHERE NOT is_new)
FROM customers
"""
