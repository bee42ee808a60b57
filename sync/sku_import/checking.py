"""The check of an uploaded file; at its end the preview stands.

A thousand rows at a time are read and committed, so that it goes on where it stopped.
"""

import json
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from sync.core.csv_file import CsvReader, Record
from sync.core.sku_sheet import Columns, RowKind, SheetRow, judge, read_row
from sync.known_items import catalogue_for
from sync.models import ImportState, SkuImport, SkuImportPart, SkuImportRow, SkuMapping
from sync.sku_import.states import drop_file, drop_rows, move, sql_values

CHUNK = 1000
MOST_ROWS = 100_000


def check(sku_import: SkuImport, *, seconds: float) -> bool:
    """Go on with a check for so long; whether nothing of it is left to do.

    Whoever finds that another worker has gone on with it stops: rows are written once.

    :raises NotPossibleError: when somebody else has finished it, or given it up.
    """
    ends = time.monotonic() + seconds
    reader = CsvReader(
        _pieces(sku_import),
        sku_import.encoding,
        sku_import.delimiter,
        one_line=(sku_import.sku_column, sku_import.item_column),
    )
    records = islice(iter(reader), sku_import.rows_read, None)
    while chunk := list(islice(records, CHUNK)):
        if not _keep(sku_import, chunk, reader.bytes_read):
            return True
        if chunk[-1].row > MOST_ROWS:
            _fail(sku_import, f"The sheet has more than {MOST_ROWS:,} rows: split it.")
            return True
        if time.monotonic() > ends:
            return False
    _finish(sku_import)
    return True


def _pieces(sku_import: SkuImport) -> Iterator[bytes]:
    """The file, piece by piece, one of them in memory at a time."""
    position = 0
    parts = SkuImportPart.objects.filter(sku_import=sku_import)
    while content := parts.filter(position=position).values_list("content", flat=True).first():
        yield bytes(content)
        position += 1


@transaction.atomic
def _keep(sku_import: SkuImport, chunk: Sequence[Record], bytes_read: int) -> bool:
    """Judge these rows and write them down, unless somebody else has; whether it was done."""
    progress = {"rows_read": chunk[-1].row, "bytes_read": bytes_read, "attempts": 0}
    as_seen = SkuImport.objects.filter(
        pk=sku_import.pk, state=ImportState.CHECKING, rows_read=sku_import.rows_read
    )
    if not as_seen.update(**progress, touched_at=timezone.now()):
        return False
    sku_import.rows_read, sku_import.bytes_read = chunk[-1].row, bytes_read
    rows = json.dumps(list(_judged(sku_import, _sheet_rows(sku_import, chunk))))
    with database.cursor() as cursor:
        cursor.execute(_KEEP, sql_values(sku_import) | {"rows": rows})
    return True


def _sheet_rows(sku_import: SkuImport, chunk: Sequence[Record]) -> list[SheetRow]:
    """The rows that say something; the header is none of them."""
    columns = Columns(sku_import.sku_column, sku_import.item_column, tuple(sku_import.header))
    said = [record for record in chunk if not record.is_blank]
    if columns.header and said and not SkuImportRow.objects.filter(sku_import=sku_import).exists():
        said = said[1:] if _is_header(said[0], columns) else said
    return [read_row(record, columns) for record in said]


def _is_header(record: Record, columns: Columns) -> bool:
    return tuple(cell.strip() for cell in record.cells[: columns.width]) == columns.header


def _judged(sku_import: SkuImport, rows: Sequence[SheetRow]) -> Iterator[dict[str, Any]]:
    """What each row comes to, as `_KEEP` takes it; two queries for any number of rows."""
    connection = sku_import.connection
    sound = [row for row in rows if not row.problem]
    catalogue = catalogue_for(
        connection,
        {(row.item_sku, "") for row in sound},
        by_lookup_code=False,
        by_name=False,
        by_mapping=False,
    )
    mappings = SkuMapping.objects.filter(connection=connection, key__in={r.key for r in sound})
    mapped = dict(mappings.values_list("key", "item_id"))
    for row in rows:
        item, kind, reason = None, RowKind.ERROR, row.problem
        if not row.problem:
            match = catalogue.match(row.item_sku, "")
            item = match.item.item_id if match.item else None
            kind, reason = judge(row, match, mapped.get(row.key))
        yield {
            "row": row.row,
            "kind": kind,
            "reason": reason,
            "cells": row.cells,
            "key": row.key,
            "sku": row.sku,
            "item_sku": row.item_sku,
            "item_id": item,
            "was_item_id": mapped.get(row.key),
        }


@transaction.atomic
def _finish(sku_import: SkuImport) -> None:
    """Let the preview stand: rows that contradict or repeat each other, and the counts."""
    values = sql_values(sku_import)
    with database.cursor() as cursor:
        cursor.execute(_CONTRADICTIONS, values)
        cursor.execute(_REPEATS, values)
        cursor.execute(_COUNTS, values)
        counts = dict(cursor.fetchall())
    if not counts:
        _fail(sku_import, "The file holds no rows besides its header.")
        return
    move(
        sku_import,
        ImportState.READY,
        at=timezone.now(),
        bytes_read=sku_import.size,
        errors=counts.get(RowKind.ERROR, 0),
        changed=counts.get(RowKind.CHANGED, 0),
        new=counts.get(RowKind.NEW, 0),
        unchanged=counts.get(RowKind.UNCHANGED, 0),
    )


def _fail(sku_import: SkuImport, problem: str) -> None:
    fail(sku_import, problem, at=timezone.now())


@transaction.atomic
def fail(sku_import: SkuImport, problem: str, *, at: datetime) -> None:
    """Give a check up, with the reason."""
    move(sku_import, ImportState.FAILED, at=at, problem=problem)
    drop_rows(sku_import)
    drop_file(sku_import)


_KEEP = """
INSERT INTO sync_skuimportrow
    (company_id, sku_import_id, row, kind, reason, cells, key, sku, item_sku, item_id, was_item_id,
     was_sku)
SELECT %(company)s, %(import)s, row, kind, reason, cells, key, sku, item_sku, item_id, was_item_id,
    ''
FROM json_populate_recordset(NULL::sync_skuimportrow, %(rows)s)
"""

# Two rows that map one SKU to different items: nobody can say which one is meant, so none is.
_CONTRADICTIONS = """
WITH torn AS (
    SELECT key FROM sync_skuimportrow
    WHERE sku_import_id = %(import)s AND kind <> %(error)s
    GROUP BY key HAVING count(DISTINCT item_id) > 1
)
UPDATE sync_skuimportrow mine
SET kind = %(error)s, reason = format('Row %%s maps the same SKU to another item.', (
    SELECT min(other.row) FROM sync_skuimportrow other
    WHERE other.sku_import_id = %(import)s AND other.key = mine.key
        AND other.item_id <> mine.item_id))
FROM torn
WHERE mine.sku_import_id = %(import)s AND mine.key = torn.key AND mine.item_id IS NOT NULL
"""

_REPEATS = """
UPDATE sync_skuimportrow mine
SET kind = %(unchanged)s, reason = format('The same as row %%s.', first.row)
FROM (
    SELECT key, min(row) AS row FROM sync_skuimportrow
    WHERE sku_import_id = %(import)s AND kind IN (%(changed)s, %(new)s)
    GROUP BY key HAVING count(*) > 1
) AS first
WHERE mine.sku_import_id = %(import)s AND mine.key = first.key AND mine.row > first.row
    AND mine.kind IN (%(changed)s, %(new)s)
"""

_COUNTS = """
SELECT kind, count(*) FROM sync_skuimportrow WHERE sku_import_id = %(import)s GROUP BY kind
"""
