"""The limits that the pipeline is held against: hand-written psycopg that only inserts.

The same rows into the same tables, with all their constraints and triggers, every value ready in
memory: one statement with a commit of its own per order, or COPY of a thousand orders at once.
"""

from collections.abc import Iterator, Sequence

import psycopg

from bench.rows import OF_ORDER, OF_VOUCHER, SNAPSHOT, TABLES, VOUCHER, Later, OrderRows, Row, Table
from config.embedded import Server

COPIED_AT_ONCE = 1000
Prepared = Sequence[tuple[str, list[object]]]


def connect(server: Server) -> psycopg.Connection:
    """A connection of the app's role that keeps the plan of every statement it has seen."""
    connection = server.connect("app")
    connection.prepare_threshold = 1
    connection.prepared_max = 2000
    return connection


def write_one_by_one(connection: psycopg.Connection, prepared: Prepared) -> None:
    """Write orders by one statement each; every statement is a transaction."""
    for statement, values in prepared:
        connection.execute(statement, values)


def one_statement_each(tables: dict[str, Table], orders: Sequence[OrderRows]) -> Prepared:
    """The statement and the values of each order: what is measured is executing them."""
    series = [tables[VOUCHER].columns.index(name) for name in _SERIES_KEY]
    return [(_statement(tables, order), list(_values(order, series))) for order in orders]


_SERIES_KEY = ("company_id", "type", "financial_year")
_TAKE_NUMBER = """
series AS (
    UPDATE ledger_series SET next_ordinal = next_ordinal + 1
    WHERE company_id = %s AND type = %s AND financial_year = %s
    RETURNING prefix || '/' || financial_year || '/'
        || lpad((next_ordinal - 1)::text, 5, '0') AS number
)"""
_FROM = {SNAPSHOT: (), VOUCHER: ("series",)}
_FROM |= dict.fromkeys(OF_VOUCHER, ("voucher",))
_FROM |= dict.fromkeys(OF_ORDER, ("snapshot", "voucher"))
_LATER = {
    Later.SNAPSHOT: "snapshot.id",
    Later.VOUCHER: "voucher.id",
    Later.NUMBER: "series.number",
}
_NAMES = {SNAPSHOT: "snapshot", VOUCHER: "voucher"}


def _statement(tables: dict[str, Table], order: OrderRows) -> str:
    parts = [
        f"{_NAMES.get(name, name + '_rows')} AS ({_insert(tables[name], order.rows[name])})"
        for name in TABLES
        if order.rows[name]
    ]
    return f"WITH {', '.join([_TAKE_NUMBER, *parts])} SELECT 1"


def _insert(table: Table, rows: Sequence[Row]) -> str:
    given = [i for i, value in enumerate(rows[0]) if not isinstance(value, Later)]
    typed = ", ".join(f"%s::{table.types[i]}" for i in given)
    values = ", ".join([f"({typed})"] * len(rows))
    columns = ", ".join(f"c{i}" for i in given)
    sources = ", ".join([*_FROM[table.name], f"(VALUES {values}) AS given ({columns})"])
    wanted = ", ".join(
        _LATER[value] if isinstance(value, Later) else f"c{i}" for i, value in enumerate(rows[0])
    )
    back = " RETURNING id" if table.name in _NAMES else ""
    names = ", ".join(f'"{column}"' for column in table.columns)
    return f"INSERT INTO {table.name} ({names}) SELECT {wanted} FROM {sources}{back}"


def _values(order: OrderRows, series: Sequence[int]) -> Iterator[object]:
    voucher = order.rows[VOUCHER][0]
    yield from (voucher[i] for i in series)
    for name in TABLES:
        for row in order.rows[name]:
            yield from (value for value in row if not isinstance(value, Later))


def write_by_copy(
    connection: psycopg.Connection, tables: dict[str, Table], orders: Sequence[OrderRows]
) -> None:
    """Write orders by COPY, a thousand in a transaction."""
    for start in range(0, len(orders), COPIED_AT_ONCE):
        with connection.transaction():
            _copy(connection, tables, orders[start : start + COPIED_AT_ONCE])


def _copy(
    connection: psycopg.Connection, tables: dict[str, Table], orders: Sequence[OrderRows]
) -> None:
    snapshots = _next_ids(connection, SNAPSHOT, len(orders))
    vouchers = _next_ids(connection, VOUCHER, len(orders))
    numbers = _take_numbers(connection, tables[VOUCHER], orders)
    later = [
        {Later.SNAPSHOT: snapshot, Later.VOUCHER: voucher, Later.NUMBER: number}
        for snapshot, voucher, number in zip(snapshots, vouchers, numbers, strict=True)
    ]
    own_ids = {SNAPSHOT: snapshots, VOUCHER: vouchers}
    cursor = connection.cursor()
    for name in TABLES:
        names = ", ".join(f'"{column}"' for column in tables[name].columns)
        head = "id, " if name in own_ids else ""
        with cursor.copy(f"COPY {name} ({head}{names}) FROM STDIN") as stream:
            for i, order in enumerate(orders):
                known = later[i]
                for row in order.rows[name]:
                    values = [known[v] if isinstance(v, Later) else v for v in row]
                    stream.write_row([own_ids[name][i], *values] if head else values)


def _next_ids(connection: psycopg.Connection, table: str, count: int) -> list[int]:
    found = connection.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        [table, count],
    )
    return [row[0] for row in found]


def _take_numbers(
    connection: psycopg.Connection, table: Table, orders: Sequence[OrderRows]
) -> list[str]:
    """All orders are of one type and year."""
    voucher = orders[0].rows[VOUCHER][0]
    key = [voucher[table.columns.index(name)] for name in _SERIES_KEY]
    found = connection.execute(
        "UPDATE ledger_series SET next_ordinal = next_ordinal + %s"
        " WHERE company_id = %s AND type = %s AND financial_year = %s"
        " RETURNING prefix || '/' || financial_year || '/', next_ordinal - %s",
        [len(orders), *key, len(orders)],
    )
    ((prefix, first),) = found.fetchall()
    return [f"{prefix}{ordinal:05}" for ordinal in range(first, first + len(orders))]
