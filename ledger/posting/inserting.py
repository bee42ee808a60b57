"""Rows into the books' four tables with one statement, as JSON: one round trip for any number.

As fast as COPY for a batch, and several times faster for a voucher that is posted alone.
"""

import json
from collections.abc import Mapping, Sequence

from django.db.backends.utils import CursorWrapper

Row = tuple[object, ...]


def insert(cursor: CursorWrapper, tables: Mapping[str, tuple[str, Sequence[Row]]]) -> None:
    """Add rows to tables; by table the columns, comma-separated, and the rows.

    :raises django.db.IntegrityError: when a row breaks one of the table's rules.
    """
    parts = [
        f"{table}_rows AS (INSERT INTO {table} ({columns})"  # noqa: S608 -- names of our own
        f" SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s))"
        for table, (columns, _) in tables.items()
    ]
    values = [_json(columns.split(", "), rows) for columns, rows in tables.values()]
    cursor.execute(f"WITH {', '.join(parts)} SELECT", values)


def _json(columns: Sequence[str], rows: Sequence[Row]) -> str:
    return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str)
