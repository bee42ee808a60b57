"""The rows that the pipeline writes for an order, read back so that others can write them too.

Ids that only exist once a row is written are `Later`: the writer puts them in.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

import psycopg

Value = Any
Row = tuple[Value, ...]


class Later(Enum):
    """A value that is known only when the order is written."""

    SNAPSHOT = "snapshot"
    VOUCHER = "voucher"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the columns that a writer fills in, and their types."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]


SNAPSHOT = "sync_snapshot"
VOUCHER = "ledger_voucher"
OF_VOUCHER = ("ledger_voucherline", "ledger_vouchertax", "ledger_entry")
OF_ORDER = ("sync_delivery", "sync_order", "sync_orderdocument", "connections_activity")
TABLES = (SNAPSHOT, VOUCHER, *OF_VOUCHER, *OF_ORDER)
"""In an order in which no row comes before what it refers to."""

MADE_BY_DATABASE = ("id", "posted_xid")


@dataclass(slots=True)
class OrderRows:
    """All rows of one order, by table."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


def tables(connection: psycopg.Connection) -> dict[str, Table]:
    """Columns and types as the database has them."""
    return {name: _table(connection, name) for name in TABLES}


def _table(connection: psycopg.Connection, name: str) -> Table:
    found = connection.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attname <> ALL(%s) ORDER BY attnum",
        [name, list(MADE_BY_DATABASE)],
    ).fetchall()
    return Table(name, tuple(row[0] for row in found), tuple(row[1] for row in found))


def orders_of(
    connection: psycopg.Connection, company_id: int, known: dict[str, Table]
) -> list[OrderRows]:
    """Everything that stands for each order of a company, in the order of ids."""
    orders: dict[int, OrderRows] = defaultdict(OrderRows)
    order_of_voucher: dict[int, int] = dict(
        connection.execute(
            "SELECT voucher_id, order_id FROM sync_orderdocument WHERE company_id = %s",
            [company_id],
        ).fetchall()
    )
    for table in known.values():
        for key, row in _read(connection, table, company_id):
            order_id = order_of_voucher[key] if table.name in (VOUCHER, *OF_VOUCHER) else key
            orders[order_id].rows[table.name].append(row)
    return [orders[order_id] for order_id in sorted(orders)]


def _read(
    connection: psycopg.Connection, table: Table, company_id: int
) -> Iterable[tuple[int, Row]]:
    key = {VOUCHER: "id", **dict.fromkeys(OF_VOUCHER, "voucher_id")}
    columns = ", ".join(_as_written(column) for column in table.columns)
    query = (
        f"SELECT {key.get(table.name, 'order_id')}, {columns} FROM {table.name}"
        " WHERE company_id = %s AND {} ORDER BY id"
    ).format("order_id IS NOT NULL" if table.name in OF_ORDER else "true")
    for order_or_voucher, *values in connection.execute(query, [company_id]):
        yield (
            order_or_voucher,
            tuple(
                _later(table.name, column, value)
                for column, value in zip(table.columns, values, strict=True)
            ),
        )


def _as_written(column: str) -> str:
    return f"{column}::text" if column == "payload" else f'"{column}"'


_LATER = {
    "snapshot_id": Later.SNAPSHOT,
    "voucher_id": Later.VOUCHER,
    "voucher": Later.VOUCHER,
    "number": Later.NUMBER,
}


def _later(table: str, column: str, value: Value) -> Value:
    if column == "number" and table != VOUCHER:
        return value
    return _LATER.get(column, value)


@dataclass(frozen=True, slots=True)
class Target:
    """Whose books rows are moved to: ids of the source company to those of the target's."""

    company_id: int
    connection_id: UUID
    ids: dict[str, dict[int, int]]
    """By column: account_id, party_id, item_id."""


def moved(orders: Sequence[OrderRows], known: dict[str, Table], target: Target) -> list[OrderRows]:
    """The same rows for another company."""
    return [_moved(order, known, target) for order in orders]


def _moved(order: OrderRows, known: dict[str, Table], target: Target) -> OrderRows:
    copy = OrderRows()
    for name, rows in order.rows.items():
        changes = [_change(column, target) for column in known[name].columns]
        copy.rows[name] = [
            tuple(change(value) for change, value in zip(changes, row, strict=True)) for row in rows
        ]
    return copy


def _change(column: str, target: Target) -> Callable[[Value], Value]:
    if column == "company_id":
        return lambda _: target.company_id
    if column == "connection_id":
        return lambda _: target.connection_id
    if column in target.ids:
        ids = target.ids[column]
        return lambda value: None if value is None else ids[value]
    return lambda value: value
