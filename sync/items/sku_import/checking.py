"""The check of an uploaded file; at its end the preview stands.

A thousand rows at a time are read and committed, so that it goes on where it stopped.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from sync.booking.known_items import catalogue_for
from sync.core.csv_file import CsvReader, Record
from sync.core.matching import Catalogue
from sync.core.sku_sheet import (
    CONTRADICTS,
    Columns,
    First,
    Judged,
    Repeats,
    RowKind,
    SheetRow,
    judge,
    read_row,
)
from sync.items.sku_import.states import drop_file, drop_rows, move, sql_values
from sync.models import ImportState, SkuImport, SkuImportPart, SkuImportRow, SkuMapping

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
    judged = _judged(sku_import, _sheet_rows(sku_import, chunk))
    repeats = Repeats(_firsts(sku_import, judged))
    repeats.settle(judged)
    values = sql_values(sku_import)
    with database.cursor() as cursor:
        if repeats.torn:
            torn = {"keys": list(repeats.torn), "reasons": _reasons(repeats.torn)}
            cursor.execute(_TEAR, values | torn)
        cursor.execute(_KEEP, values | {"rows": json.dumps([_row(each) for each in judged])})
    return True


def _reasons(torn: Mapping[str, int]) -> str:
    return json.dumps({key: CONTRADICTS.format(row) for key, row in torn.items()})


def _sheet_rows(sku_import: SkuImport, chunk: Sequence[Record]) -> list[SheetRow]:
    """The rows that say something; the header is none of them."""
    columns = Columns(sku_import.sku_column, sku_import.item_column, tuple(sku_import.header))
    said = [record for record in chunk if not record.is_blank]
    if columns.header and said and not SkuImportRow.objects.filter(sku_import=sku_import).exists():
        said = said[1:] if _is_header(said[0], columns) else said
    return [read_row(record, columns) for record in said]


def _is_header(record: Record, columns: Columns) -> bool:
    return tuple(cell.strip() for cell in record.cells[: columns.width]) == columns.header


def _judged(sku_import: SkuImport, rows: Sequence[SheetRow]) -> list[Judged]:
    """What each row comes to by itself; two queries for any number of rows."""
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
    return [_judge(row, catalogue, mapped.get(row.key)) for row in rows]


def _judge(row: SheetRow, catalogue: Catalogue, mapped: int | None) -> Judged:
    if row.problem:
        return Judged(row, RowKind.ERROR, row.problem)
    match = catalogue.match(row.item_sku, "")
    kind, reason = judge(row, match, mapped)
    return Judged(row, kind, reason, match.item.item_id if match.item else None, mapped)


def _firsts(sku_import: SkuImport, rows: Sequence[Judged]) -> dict[str, First]:
    """The first rows of these SKUs among those that are kept already; one query."""
    keys = [each.row.key for each in rows if each.item_id is not None]
    with database.cursor() as cursor:
        cursor.execute(_FIRSTS, sql_values(sku_import) | {"keys": list(set(keys))})
        return {key: First(row, item_id, other) for key, row, item_id, other in cursor.fetchall()}


def _row(judged: Judged) -> dict[str, Any]:
    row = judged.row
    return {
        "row": row.row,
        "kind": judged.kind,
        "reason": judged.reason,
        "cells": row.cells,
        "key": row.key,
        "sku": row.sku,
        "item_sku": row.item_sku,
        "item_id": judged.item_id,
        "was_item_id": judged.was_item,
    }


@transaction.atomic
def _finish(sku_import: SkuImport) -> None:
    """Let the preview stand, its rows counted."""
    with database.cursor() as cursor:
        cursor.execute(_COUNTS, sql_values(sku_import))
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

# One look at the index for each key: statistics know nothing of rows that have just come.
_FIRSTS = """
SELECT wanted.key, first.row, first.item_id, (
    SELECT min(row) FROM sync_skuimportrow
    WHERE sku_import_id = %(import)s AND key = wanted.key AND item_id <> first.item_id)
FROM unnest(%(keys)s::text[]) AS wanted (key)
CROSS JOIN LATERAL (
    SELECT row, item_id FROM sync_skuimportrow
    WHERE sku_import_id = %(import)s AND key = wanted.key AND item_id IS NOT NULL
    ORDER BY row LIMIT 1
) AS first
"""

_TEAR = """
UPDATE sync_skuimportrow SET kind = %(error)s, reason = %(reasons)s::jsonb ->> key
WHERE sku_import_id = %(import)s AND key = ANY(%(keys)s) AND kind <> %(error)s
"""

_COUNTS = """
SELECT kind, count(*) FROM sync_skuimportrow WHERE sku_import_id = %(import)s GROUP BY kind
"""
