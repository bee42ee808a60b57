"""CSV files that we send: opened by a spreadsheet as they are, and without formulas in them."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

from sync.core.sku_sheet import guarded


class _Line:
    """A file that gives back what is written to it: `csv.writer` formats, we send."""

    def write(self, text: str) -> str:
        return text


def csv_answer(rows: Iterable[Sequence[object]], name: str) -> StreamingHttpResponse:
    """Rows as a file to download, sent as they come; texts that look like formulas are guarded."""
    return StreamingHttpResponse(
        _csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _csv(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # Excel takes a file without it for Windows-1252
    for row in rows:
        yield writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
