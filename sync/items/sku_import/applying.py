"""*Apply*: all rows of a preview into the mapping, or none where the preview no longer holds."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection as database
from django.db import transaction

from connections import activity, lifecycle
from ledger.models import User
from sync.booking import retry
from sync.items.sku_import.states import drop_file, join_by_hashes, move, queue, sql_values
from sync.models import ImportState, SkuImport

NAMED = 5
"""So many of the rows that keep an import from being applied are named."""


@transaction.atomic
def ask_to_apply(sku_import: SkuImport, *, user: User, at: datetime) -> None:
    """Let the worker apply a preview.

    :raises NotPossibleError: when it is no preview any more.
    """
    move(sku_import, ImportState.APPLYING, at=at, applied_by=user, problem="")
    queue(sku_import)


@transaction.atomic
def apply(sku_import: SkuImport, *, at: datetime) -> None:
    """Write the mappings, unless something that the preview showed has changed since.

    What matters: a SKU of the file was mapped, mapped otherwise or unmapped by somebody; an item
    was switched off, or its SKU no longer is what the file says. Then nothing is written, and the
    import is a preview again that says what has changed.
    """
    connection = sku_import.connection
    lifecycle.lock(connection)
    values = sql_values(sku_import) | {"named": NAMED}
    with database.cursor() as cursor:
        join_by_hashes(cursor)
        cursor.execute(_CHANGED_SINCE, values)
        changed = cursor.fetchall()
        if changed:
            move(sku_import, ImportState.READY, at=at, problem=_in_words(changed))
            return
        cursor.execute(_REMEMBER, values)
        cursor.execute(_WRITE, values | {"by": sku_import.applied_by_id, "at": at})
        cursor.execute(_WAITING, values)
        waiting = [order_id for (order_id,) in cursor.fetchall()]
    move(sku_import, ImportState.APPLIED, at=at, applied_at=at)
    drop_file(sku_import)
    activity.note(
        connection,
        f"{sku_import.to_apply:,} SKUs are mapped by the import of {sku_import.file_name}."[:300],
        at=at,
        kind="sku_mapping",
    )
    if waiting:
        retry.retry(connection, order_ids=waiting)


def _in_words(changed: Sequence[tuple[int, int, str, str, str | None, bool]]) -> str:
    """What has changed since the preview, row by row; the last sentence counts the others."""
    sentences = [_sentence(*row[1:]) for row in changed]
    more = changed[0][0] - len(changed)
    if more:
        sentences.append(f"And {more:,} more.")
    return " ".join(sentences)


def _sentence(row: int, sku: str, item_sku: str, now: str | None, is_mapping: bool) -> str:  # noqa: FBT001 -- a row of SQL
    if not is_mapping:
        return f"Row {row}: {item_sku} is no active item of this SKU any more."
    if now is None:
        return f"Row {row}: {sku} is not mapped any more."
    return f"Row {row}: {sku} is mapped to {now} meanwhile."


# Rows of errors change nothing, so nothing about them matters.
_CHANGED_SINCE = """
SELECT count(*) OVER (), row.row, row.sku, row.item_sku, present.sku,
    mapped.item_id IS DISTINCT FROM row.was_item_id
FROM sync_skuimportrow row
JOIN ledger_item item ON item.id = row.item_id
LEFT JOIN sync_skumapping mapped
    ON mapped.connection_id = %(connection)s AND mapped.key = row.key
LEFT JOIN ledger_item present ON present.id = mapped.item_id
WHERE row.sku_import_id = %(import)s AND row.kind <> %(error)s AND (
    mapped.item_id IS DISTINCT FROM row.was_item_id
    OR NOT item.is_active
    OR item.sku <> row.item_sku AND (
        ledger_spelling_key(item.sku) <> ledger_spelling_key(row.item_sku)
        OR EXISTS (
            SELECT FROM ledger_item other
            WHERE other.company_id = item.company_id AND other.id <> item.id AND other.is_active
                AND ledger_spelling_key(other.sku) = ledger_spelling_key(row.item_sku))))
ORDER BY row.row LIMIT %(named)s
"""

_REMEMBER = """
UPDATE sync_skuimportrow row
SET was_sku = mapped.sku, was_set_by_id = mapped.set_by_id, was_set_at = mapped.set_at,
    was_set_import = mapped.set_import_id
FROM sync_skumapping mapped
WHERE row.sku_import_id = %(import)s AND row.kind = %(changed)s
    AND mapped.connection_id = %(connection)s AND mapped.key = row.key
"""

_WRITE = """
INSERT INTO sync_skumapping
    (company_id, connection_id, key, sku, item_id, set_by_id, set_at, set_import_id)
SELECT company_id, %(connection)s, key, sku, item_id, %(by)s, %(at)s, sku_import_id
FROM sync_skuimportrow row
WHERE row.sku_import_id = %(import)s AND row.kind IN (%(changed)s, %(new)s)
ON CONFLICT (connection_id, key) DO UPDATE SET
    (sku, item_id, set_by_id, set_at, set_import_id) = (
        excluded.sku, excluded.item_id, excluded.set_by_id, excluded.set_at, excluded.set_import_id)
"""

_WAITING = """
SELECT DISTINCT waiting.order_id
FROM sync_order waiting
CROSS JOIN unnest(waiting.missing_skus) AS missing (key)
JOIN sync_skuimportrow row ON row.sku_import_id = %(import)s AND row.key = missing.key
    AND row.kind IN (%(changed)s, %(new)s)
WHERE waiting.connection_id = %(connection)s AND waiting.state = 'waiting'
    AND waiting.reason_code = 'sku'
"""
