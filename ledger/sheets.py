"""Reports as sheets: columns with a kind, rows one after the other. `sheet_files` writes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

Cell = str | date | Decimal | int | None
Row = tuple[Cell, ...]


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    DATE = "date"
    MONEY = "money"
    QUANTITY = "quantity"
    PERCENT = "percent"
    COUNT = "count"


class SumRow(tuple[Cell, ...]):
    """A row that adds up rows before it. It stands out, and is not added up once more."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `width` in characters. What is summed stands in the row at the end."""

    head: str
    kind: Kind = Kind.TEXT
    width: int = 14
    is_summed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `name` is its tab, of at most 31 characters; `title` stands on printed pages."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    currency: str = "INR"


def money(head: str, *, is_summed: bool = True) -> Column:
    """A column of amounts."""
    return Column(head, Kind.MONEY, 15, is_summed)
