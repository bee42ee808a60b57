"""CSV files, sent line by line, that spreadsheets open as they are meant."""

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse


def csv_answer(name: str, rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """Send rows as the file `<name>.csv`; memory stays flat."""
    return StreamingHttpResponse(
        _lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


class _Line:
    """A file that gives back what is written to it: `csv.writer` formats, we send."""

    def write(self, text: str) -> str:
        return text


def _lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # Excel takes a file without it for Windows-1252
    for row in rows:
        yield writer.writerow([_safe(value) for value in row])


def _safe(value: object) -> object:
    """Text that a spreadsheet does not run as a formula: buyers choose their own names."""
    is_formula = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if is_formula else value
