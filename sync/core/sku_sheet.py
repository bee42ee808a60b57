"""A sheet of mappings: which columns it has, what a row says, and what would come of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from ledger.core.spelling import spelling_key
from sync.core.csv_file import UNREADABLE, NoCsvError, Record
from sync.core.matching import Match, Why

LONGEST_SKU = 100
"""WooCommerce's own limit, and as much as is kept of a line's SKU."""

SKU_NAMES = frozenset(
    {"sku", "store sku", "store_sku", "shop sku", "product sku", "woocommerce sku", "sku (store)"}
)
ITEM_NAMES = frozenset(
    {"item sku", "item_sku", "item", "item code", "our sku", "books sku", "sku (books)"}
)
"""What the two columns may be called, whatever the case; other columns are left alone."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
SHORTENED = re.compile(r"[0-9]+([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)


class RowKind(IntEnum):
    """What a row comes to, in the order in which a person looks at them."""

    ERROR = 0
    CHANGED = 1
    NEW = 2
    UNCHANGED = 3


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a sheet has the store's SKU and the item's; `header` is empty where it has none."""

    sku: int
    item: int
    header: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many cells of a row may hold something."""
        return len(self.header) or 2


def columns_of(first: Record) -> Columns:
    """The columns that a sheet's first row names; two columns without names are these two.

    :raises NoCsvError: when it is not clear which columns are meant.
    """
    cells = [cell.strip() for cell in first.cells]
    while cells and not cells[-1]:
        cells.pop()
    keys = [spelling_key(cell) for cell in cells]
    skus = [i for i, key in enumerate(keys) if key in SKU_NAMES]
    items = [i for i, key in enumerate(keys) if key in ITEM_NAMES]
    if len(skus) == 1 and len(items) == 1:
        return Columns(skus[0], items[0], tuple(cells))
    if not skus and not items and len(cells) == 2 and not first.broken:
        return Columns(0, 1)
    raise NoCsvError(
        "The first row has to name one column “Store SKU” and one “Item SKU”. "
        f"It says: {' | '.join(cells)[:200] or 'nothing'}."
    )


@dataclass(frozen=True, slots=True)
class SheetRow:
    """What a row says: the store's SKU and the item's, or else what is wrong with it."""

    row: int
    cells: tuple[str, ...]
    sku: str = ""
    item_sku: str = ""
    problem: str = ""

    @property
    def key(self) -> str:
        """The key of the store's SKU; of rows that say nothing of use, the empty text."""
        return "" if self.problem else spelling_key(self.sku)


def read_row(record: Record, columns: Columns) -> SheetRow:
    """A record as a row of mappings."""
    kept = tuple(cell.replace("\x00", UNREADABLE) for cell in record.cells)
    cells = [unguarded(cell.strip()) for cell in record.cells] + [""] * columns.width
    sku, item_sku = cells[columns.sku], cells[columns.item]
    problem = record.broken or _too_wide(record, columns) or _problem(sku, item_sku)
    if problem:
        return SheetRow(record.row, kept, problem=problem)
    return SheetRow(record.row, kept, sku, item_sku)


def _too_wide(record: Record, columns: Columns) -> str:
    if any(cell.strip() for cell in record.cells[columns.width :]):
        return "The row has more cells than the sheet has columns."
    return ""


def _problem(sku: str, item_sku: str) -> str:
    named = (("store SKU", sku), ("item SKU", item_sku))
    problems = (_wrong_with(name, text) for name, text in named)
    return next(filter(None, problems), "")


def _wrong_with(name: str, text: str) -> str:
    if not spelling_key(text):
        return f"The {name} is empty."
    if UNREADABLE in text:
        return f"The {name} holds something that is no text in the file's encoding."
    if CONTROL.search(text):
        return f"The {name} holds a line end, a tab or another control character."
    if len(text) > LONGEST_SKU:
        return f"The {name} is longer than {LONGEST_SKU} characters."
    if SHORTENED.fullmatch(text):
        return (
            f"The spreadsheet has shortened the {name} to {text}: give the column the format text."
        )
    return ""


def judge(row: SheetRow, match: Match, mapped: int | None) -> tuple[RowKind, str]:
    """What a sound row comes to, and why; `mapped` is the item that its SKU stands for now."""
    if match.item is None:
        return RowKind.ERROR, _no_item(row.item_sku, match)
    if mapped is None:
        return RowKind.NEW, ""
    if mapped == match.item.item_id:
        return RowKind.UNCHANGED, "Mapped like this already."
    return RowKind.CHANGED, ""


def _no_item(text: str, match: Match) -> str:
    if match.why is Why.NO_ITEM:
        return f"No item has the SKU “{text}”."
    return match.sentence(text, "")


@dataclass(slots=True)
class First:
    """The first row of a SKU, and the first one that maps it otherwise, if there is one."""

    row: int
    item_id: int
    other: int | None = None


@dataclass(slots=True)
class Judged:
    """A row with what comes of it; `was_item` is what its SKU stands for before."""

    row: SheetRow
    kind: RowKind
    reason: str
    item_id: int | None = None
    was_item: int | None = None


class Repeats:
    """Rows that speak of one SKU twice: the same is said once, a contradiction is for a person.

    Nobody can say which of two contradicting rows is meant, so none of them is. `torn` are the keys
    that these rows have torn, with the row that did: for rows that were judged before.
    """

    def __init__(self, firsts: Mapping[str, First]) -> None:
        """`firsts` are the first rows of these SKUs in the sheet so far, by key."""
        self._firsts = dict(firsts)
        self.torn: dict[str, int] = {}

    def settle(self, rows: Sequence[Judged]) -> None:
        """Put each row's repeats right, in the order of the sheet."""
        for judged in rows:
            if judged.item_id is not None and judged.kind is not RowKind.ERROR:
                self._settle(judged, judged.item_id)
        for judged in rows:
            other = self.torn.get(judged.row.key)
            if other is not None and judged.kind is not RowKind.ERROR:
                _contradict(judged, other)

    def _settle(self, judged: Judged, item_id: int) -> None:
        key = judged.row.key
        first = self._firsts.setdefault(key, First(judged.row.row, item_id))
        if first.item_id != item_id:
            if first.other is None:
                first.other = self.torn[key] = judged.row.row
            _contradict(judged, first.row)
        elif first.other is not None:
            _contradict(judged, first.other)
        elif first.row != judged.row.row and judged.kind is not RowKind.UNCHANGED:
            judged.kind, judged.reason = RowKind.UNCHANGED, f"The same as row {first.row}."


CONTRADICTS = "Row {} maps the same SKU to another item."


def _contradict(judged: Judged, row: int) -> None:
    judged.kind, judged.reason = RowKind.ERROR, CONTRADICTS.format(row)


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """A cell without the apostrophe that `guarded` put before it."""
    return text[1:] if _GUARDED.match(text) else text
