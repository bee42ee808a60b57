"""What can be wrong with the books after a crash: lost, twice, or torn. Asked by SQL alone."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, LiteralString, TypeAlias
from uuid import UUID

import psycopg

from tests.crash.synthetic import Replay

LOST = "lost"
TWICE = "twice"
TORN = "torn"
NOTHING = Decimal(0)

Fault = tuple[str, str]
Database: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"

_NETS = """
SELECT split_part(v.source_key, '/', 2)::bigint,
       sum(CASE v.type WHEN 'credit_note' THEN -v.total ELSE v.total END)
FROM ledger_voucher v WHERE split_part(v.source_key, '/', 1) = %(connection)s GROUP BY 1
"""

_VOUCHERS = """
WITH voucher AS (
    SELECT * FROM ledger_voucher WHERE split_part(source_key, '/', 1) = %(connection)s
), sums AS (
    SELECT voucher_id, sum(debit) AS debit, sum(credit) AS credit FROM ledger_entry GROUP BY 1
)
"""

_QUESTIONS: dict[Fault, LiteralString] = {
    (TORN, "debits are not credits"): _VOUCHERS
    + "SELECT count(*) FROM voucher v JOIN sums s ON s.voucher_id = v.id"
    " WHERE s.debit <> s.credit OR s.debit < v.total",
    (TORN, "voucher without entries"): _VOUCHERS
    + "SELECT count(*) FROM voucher v WHERE v.total > 0"
    " AND NOT EXISTS (SELECT FROM ledger_entry e WHERE e.voucher_id = v.id)",
    (TORN, "voucher without lines"): _VOUCHERS + "SELECT count(*) FROM voucher v"
    " WHERE NOT EXISTS (SELECT FROM ledger_voucherline l WHERE l.voucher_id = v.id)",
    (TORN, "voucher that belongs to no order"): _VOUCHERS + "SELECT count(*) FROM voucher v"
    " WHERE NOT EXISTS (SELECT FROM sync_orderdocument d WHERE d.voucher_id = v.id)",
    (TORN, "document without a voucher"): """
        SELECT count(*) FROM sync_orderdocument d WHERE d.connection_id = %(connection)s::uuid
        AND NOT EXISTS (SELECT FROM ledger_voucher v WHERE v.id = d.voucher_id)""",
    (TORN, "voucher that nobody was told of"): _VOUCHERS + "SELECT count(*) FROM voucher v"
    " WHERE NOT EXISTS (SELECT FROM connections_activity a WHERE a.voucher = v.id)",
    (TWICE, "voucher that people were told of twice"): _VOUCHERS
    + "SELECT count(*) - count(DISTINCT a.voucher) FROM connections_activity a"
    " JOIN voucher v ON a.voucher = v.id",
    (TWICE, "two documents with one key"): _VOUCHERS
    + "SELECT count(*) - count(DISTINCT source_key) FROM voucher",
    (TWICE, "two sales of one order"): _VOUCHERS
    + "SELECT count(*) - count(DISTINCT split_part(source_key, '/', 2)) FROM voucher"
    " WHERE type = 'sales'",
    (TORN, "numbers with a gap"): """
        SELECT count(*) FROM (
            SELECT s.next_ordinal - 1 AS given, count(v.id) AS used,
                   coalesce(max(split_part(v.number, '/', 3)::int), 0) AS highest
            FROM ledger_series s LEFT JOIN ledger_voucher v
                ON v.company_id = s.company_id AND v.type = s.type
               AND v.financial_year = s.financial_year
            WHERE s.company_id = %(company)s GROUP BY s.id
        ) AS series WHERE given <> used OR highest <> used""",
    (LOST, "delivery that nobody processed"): """
        SELECT count(*) FROM sync_delivery
        WHERE connection_id = %(connection)s::uuid AND state = 'received'""",
    (TORN, "order that waits"): """
        SELECT count(*) FROM sync_order
        WHERE connection_id = %(connection)s::uuid AND state = 'waiting'""",
    (TORN, "delivery that waits"): """
        SELECT count(*) FROM sync_delivery
        WHERE connection_id = %(connection)s::uuid AND state IN ('waiting', 'alarm')""",
}


def faults(database: Database, company: int, connection: UUID, sent: Replay) -> list[Fault]:
    """Everything that is wrong, as (kind, sentence); empty where the books are whole."""
    given = {"company": company, "connection": str(connection)}
    found = [
        (kind, f"{count} × {what}")
        for (kind, what), question in _QUESTIONS.items()
        if (count := _number(database, question, given))
    ]
    snapshots = "SELECT count(*) FROM sync_snapshot WHERE connection_id = %(connection)s::uuid"
    if _number(database, snapshots, given) != sent.contents:
        found.append((LOST, "contents that the door has taken are not there"))
    deliveries = "SELECT count(*) FROM sync_delivery WHERE connection_id = %(connection)s::uuid"
    if _number(database, deliveries, given) < len(sent.bodies):
        found.append((LOST, "fewer deliveries than the door has taken"))
    nets: dict[int, Decimal] = dict(database.execute(_NETS, given).fetchall())
    return found + _wrong_nets("vouchers", nets, sent.nets) + _wrong_orders(database, given, sent)


def _wrong_orders(database: Database, given: Mapping[str, object], sent: Replay) -> list[Fault]:
    rows = database.execute(
        "SELECT order_id, net_booked FROM sync_order WHERE connection_id = %(connection)s::uuid",
        given,
    )
    return _wrong_nets("order rows", dict(rows.fetchall()), sent.nets)


def _wrong_nets(
    where: str, nets: Mapping[int, Decimal], wanted: Mapping[int, Decimal]
) -> list[Fault]:
    """Orders that came to another net than the store says; a missing one comes to nothing."""
    more = sum(nets.get(i, NOTHING) > net for i, net in wanted.items())
    less = sum(nets.get(i, NOTHING) < net for i, net in wanted.items())
    found = []
    if more:
        found.append((TWICE, f"{more} × too much in {where}"))
    if less:
        found.append((LOST, f"{less} × too little in {where}"))
    if nets.keys() - wanted.keys():
        found.append((TORN, f"unknown orders in {where}"))
    return found


def _number(database: Database, question: LiteralString, given: Mapping[str, object]) -> int:
    row = database.execute(question, given).fetchone()
    assert row is not None
    return int(row[0])
