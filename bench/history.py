"""Books with a history: the orders of a company many times over, set-based.

The copies are whole (deliveries, orders, vouchers with lines, taxes and entries), but dates lie
further back and numbers look like those of a former system. Triggers do not run.
"""

import psycopg

from bench.rows import TABLES, Table, tables
from config.embedded import Server

DAYS = 720
"""So many days the copies are spread over."""
MADE_ANEW = {
    "number": "'OLD/' || n || '-' || right(number, 5)",
    "source_key": "source_key || '/' || n",
    "date": f"date - (n %% {DAYS})::int",
    "digest": "sha256(digest || n::text::bytea)",
    "order_id": "order_id + n * 10000000::bigint",
}
REFERENCES = {
    "snapshot_id": "sync_snapshot",
    "voucher_id": "ledger_voucher",
    "voucher": "ledger_voucher",
    "against_id": "ledger_voucher",
}


def grow(server: Server, database: str, company_id: int, vouchers: int) -> None:
    """Multiply what a company has until it has so many vouchers."""
    with server.connect("superuser", database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        known = tables(connection)
        have = _count(connection, "ledger_voucher", company_id)
        copies = vouchers // have - 1
        spans = {name: _span(connection, name) for name in TABLES}
        for table in known.values():
            connection.execute(
                _statement(table, spans),
                {"company": company_id, "copies": copies},
            )
            connection.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                [table.name, spans[table.name] * (copies + 1) + 1],
            )
        connection.execute("TRUNCATE ledger_accountday, ledger_voucherday, ledger_supplyday")
        for statement in _SUMS.split(";"):
            connection.execute(statement)


def _statement(table: Table, spans: dict[str, int]) -> str:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    values = ", ".join(_value(table, column, spans) for column in table.columns)
    return (
        f"INSERT INTO {table.name} (id, {columns})"
        f" SELECT id + n * {spans[table.name]}, {values} FROM {table.name}"
        " CROSS JOIN generate_series(1, %(copies)s) AS n WHERE company_id = %(company)s"
    )


def _value(table: Table, column: str, spans: dict[str, int]) -> str:
    if column in REFERENCES:
        return f'"{column}" + n * {spans[REFERENCES[column]]}'
    if column == "number" and table.name != "ledger_voucher":
        return column
    return MADE_ANEW.get(column, f'"{column}"')


def _span(connection: psycopg.Connection, table: str) -> int:
    """More than the largest id, so that copies do not meet."""
    return _number(connection, f"SELECT coalesce(max(id), 0) + 1 FROM {table}")


def _count(connection: psycopg.Connection, table: str, company_id: int) -> int:
    return _number(connection, f"SELECT count(*) FROM {table} WHERE company_id = {company_id}")


def _number(connection: psycopg.Connection, query: str) -> int:
    return next(int(row[0]) for row in connection.execute(query))


_SUMS = """
INSERT INTO ledger_accountday
SELECT e.company_id, e.account_id, v.date, ledger_source(v.source_key), count(*), sum(e.debit),
    sum(e.credit)
FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.voucher_id GROUP BY 1, 2, 3, 4;

INSERT INTO ledger_voucherday
SELECT company_id, date, ledger_source(source_key), type, buyer_gstin IS NOT NULL, flag, count(*),
    sum(taxable_value), sum(cgst), sum(sgst), sum(igst), sum(other_tax), sum(round_off), sum(total)
FROM ledger_voucher CROSS JOIN LATERAL unnest(array_prepend('', flags)) AS flag
GROUP BY 1, 2, 3, 4, 5, 6;

INSERT INTO ledger_supplyday
SELECT l.company_id, v.date, ledger_source(v.source_key), v.type, v.buyer_gstin IS NOT NULL, l.kind,
    coalesce(l.hsn, ''), l.taxability, l.rate, l.tax_names <> '{}', count(*),
    sum(coalesce(l.quantity, 0)), sum(l.taxable_value), sum(t.cgst), sum(t.sgst), sum(t.igst),
    sum(t.other_tax)
FROM ledger_voucherline l JOIN ledger_voucher v ON v.id = l.voucher_id
    CROSS JOIN LATERAL ledger_line_tax(l.tax_names, l.taxes) AS t
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
"""
"""As the migration that made the tables fills them: triggers do not run here."""
