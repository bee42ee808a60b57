"""Sheets as CSV and as Excel files, row by row: memory stays flat whatever their length.

Buyers choose their own names, so no text may become a formula. In CSV it is made harmless by an
apostrophe; in Excel text cells are written as text, and there are no formulas at all.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import Cell as ExcelCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from ledger.sheets import Cell, Column, Kind, Row, Sheet, SumRow

LONGEST_TEXT = 32_767
"""So much fits into a cell."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LAKHS = r"[>=10000000]##\,##\,##\,##0.00;[>=100000]##\,##\,##0.00;##,##0.00"
_FORMATS = {
    Kind.TEXT: "@",
    Kind.DATE: "dd mmm yyyy",
    Kind.QUANTITY: "#,##0.####",
    Kind.PERCENT: '0.###"%"',
    Kind.COUNT: "#,##0",
}
_LABEL = "Total"


def safe_text(text: str) -> str:
    """Text that a spreadsheet does not run as a formula when it reads it from CSV."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """The sheet as CSV, line by line: ISO dates, plain numbers, no row of totals."""
    writer = csv.writer(_Line())
    yield "\ufeff"  # Excel takes a file without it for Windows-1252
    yield writer.writerow([column.head for column in sheet.columns])
    for row in sheet.rows:
        yield writer.writerow([_in_csv(cell) for cell in row])


class _Line:
    """A file that gives back what is written to it: `csv.writer` formats, others send."""

    def write(self, text: str) -> str:
        return text


def _in_csv(cell: Cell) -> object:
    if isinstance(cell, str):
        return safe_text(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def write_excel(
    sheets: Sequence[Sheet], file: IO[bytes], *, seen: Callable[[int], None] | None = None
) -> None:
    """Write an Excel workbook; `seen` is told after every row how many there are so far."""
    book = Workbook(write_only=True)
    written = 0
    for sheet in sheets:
        page = _Page(book.create_sheet(sheet.name), sheet)
        for row in sheet.rows:
            page.add(row)
            written += 1
            if seen:
                seen(written)
        page.finish()
    book.save(file)


class _Page:
    """A worksheet under way. Its cells are made once and filled anew for every row."""

    def __init__(self, worksheet: Any, sheet: Sheet) -> None:
        self._worksheet = worksheet
        self._columns = sheet.columns
        make = partial(_Cells.of, worksheet, currency=sheet.currency)
        self._plain = [make(column) for column in sheet.columns]
        self._strong = [make(column, is_strong=True) for column in sheet.columns]
        self._sums = {i: Decimal(0) for i, column in enumerate(sheet.columns) if column.is_summed}
        self._rows = 0
        _lay_out(worksheet, sheet)
        self._write(_heads(worksheet, len(sheet.columns)), [c.head for c in sheet.columns])

    def add(self, row: Row) -> None:
        """Write a row, and add it up unless it is a sum itself."""
        is_sum = isinstance(row, SumRow)
        self._write(self._strong if is_sum else self._plain, row)
        if not is_sum:
            for i in self._sums:
                self._sums[i] += row[i] or 0  # type: ignore[operator]

    def finish(self) -> None:
        """Write the row of totals, if any column is summed, and let the head filter the rows."""
        last = get_column_letter(len(self._columns))
        self._worksheet.auto_filter.ref = f"A1:{last}{self._rows}"
        if self._sums and self._rows > 1:
            totals: list[Cell] = [self._sums.get(i) for i in range(len(self._columns))]
            totals[0] = _LABEL if totals[0] is None else totals[0]
            self._write(self._strong, totals)

    def _write(self, styles: Sequence["_Cells"], row: Sequence[Cell]) -> None:
        self._worksheet.append(
            [
                # What is nothing stays blank, as on the page: half of a register's cells.
                None
                if value is None or (value == 0 and styles is self._plain)
                else cells.filled(value)
                for cells, value in zip(styles, row, strict=True)
            ]
        )
        self._rows += 1


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a column: for values, and for text that looks like a formula.

    Their styles are never changed: openpyxl keeps them by reference.
    """

    value: ExcelCell
    suspect: ExcelCell

    @classmethod
    def of(
        cls, worksheet: Any, column: Column, currency: str, *, is_strong: bool = False
    ) -> "_Cells":
        """Make the cells for a column's kind; strong ones for rows of sums."""
        is_inr = column.kind is Kind.MONEY and currency == "INR"
        cells = cls(WriteOnlyCell(worksheet), WriteOnlyCell(worksheet))
        for cell in (cells.value, cells.suspect):
            cell.number_format = _LAKHS if is_inr else _FORMATS.get(column.kind, "#,##0.00")
            if is_strong:
                cell.font, cell.border = Font(bold=True), Border(top=Side(style="thin"))
        cells.suspect.quotePrefix = True  # stays text in Excel when somebody edits it
        return cells

    def filled(self, value: Cell) -> ExcelCell:
        """The cell with a value in it. Text is text, whatever it looks like."""
        if not isinstance(value, str):
            self.value.value = value
            return self.value
        cell = self.suspect if value.startswith(_FORMULA_STARTS) else self.value
        cell.value = _NO_XML.sub("\ufffd", value)[:LONGEST_TEXT]
        cell.data_type = "s"
        return cell


def _heads(worksheet: Any, count: int) -> list[_Cells]:
    cell = WriteOnlyCell(worksheet)
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFEDEFF5")
    cells = [copy(cell) for _ in range(count)]
    return [_Cells(each, each) for each in cells]


def _lay_out(worksheet: Any, sheet: Sheet) -> None:
    """A head that stays while one scrolls, and comes again on every printed page."""
    worksheet.freeze_panes = "A2"
    for i, column in enumerate(sheet.columns, 1):
        worksheet.column_dimensions[get_column_letter(i)].width = column.width
    worksheet.print_title_rows = "1:1"
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.oddHeader.left.text = sheet.title.replace("&", "&&")
    worksheet.oddFooter.right.text = "&P / &N"
