"""Rows as text for PostgreSQL's COPY, which takes them several times faster than INSERT."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.backends.utils import CursorWrapper

Row = tuple[object, ...]


def copy(cursor: CursorWrapper, table: str, columns: str, rows: Iterable[Row]) -> None:
    """Add rows to a table; `columns` names those that every row has, comma-separated.

    :raises django.db.IntegrityError: when a row breaks one of the table's rules.
    """
    text = "".join(["\t".join(map(_field, row)) + "\n" for row in rows])
    if not text:
        return
    with (
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream,
    ):
        stream.write(text)


def _field(value: object) -> str:
    return _FORMATS.get(type(value), _text)(value)


def _text(value: str) -> str:
    value = str(value)  # an enumeration's member becomes its value
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\n" in value or "\r" in value or "\t" in value:
        value = value.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return value


def _array(values: Sequence[object]) -> str:
    if not values:
        return "{}"
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return _text("{" + ",".join(f'"{value}"' for value in quoted) + "}")


_FORMATS: dict[type, Callable[..., str]] = {
    type(None): lambda _: "\\N",
    str: _text,
    int: str,
    bool: lambda value: "t" if value else "f",
    Decimal: str,
    date: date.isoformat,
    datetime: datetime.isoformat,
    list: _array,
    tuple: _array,
}
