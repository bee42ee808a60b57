"""*Undo*: what the last import mapped is as it was before, but for what was changed since."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection as database
from django.db import transaction

from connections import activity, lifecycle
from connections.models import StoreConnection
from ledger.models import User
from sync.items.sku_import.states import NotPossibleError, join_by_hashes, move, queue, sql_values
from sync.items.sku_import.uploading import check_none_is_open
from sync.models import ImportState, SkuImport, SkuImportRow

NAMED = 5


def last_applied(connection: StoreConnection) -> SkuImport | None:
    """The import that *Undo* takes back: the newest that is applied and still has its rows."""
    applied = SkuImport.objects.filter(connection=connection, state=ImportState.APPLIED)
    newest = applied.order_by("-applied_at", "-id").first()
    if newest is None or not SkuImportRow.objects.filter(sku_import=newest).exists():
        return None
    return newest


@transaction.atomic
def ask_to_undo(sku_import: SkuImport, *, user: User, at: datetime) -> None:
    """Let the worker undo the last import of a store.

    :raises NotPossibleError: when it is not the last one, or another one is open.
    """
    connection = sku_import.connection
    lifecycle.lock(connection)
    check_none_is_open(connection)
    if last_applied(connection) != sku_import:
        raise NotPossibleError(
            f"The import of {sku_import.file_name} is not the last one that is applied: "
            "nothing was undone."
        )
    move(sku_import, ImportState.UNDOING, at=at, undone_by=user, problem="")
    queue(sku_import)


@transaction.atomic
def undo(sku_import: SkuImport, *, at: datetime) -> None:
    """Put back every mapping that this import wrote and nobody has touched since.

    Touched is what a person, or a later import that stands, wrote anew or took away; those are left
    as they are and named.
    """
    connection = sku_import.connection
    lifecycle.lock(connection)
    values = sql_values(sku_import)
    with database.cursor() as cursor:
        join_by_hashes(cursor)
        cursor.execute(_TOUCHED, values | {"named": NAMED})
        touched = cursor.fetchall()
        cursor.execute(_TAKE_BACK, values)
        cursor.execute(_PUT_BACK, values)
    kept = touched[0][0] if touched else 0
    move(
        sku_import,
        ImportState.UNDONE,
        at=at,
        undone_at=at,
        kept=kept,
        problem=_in_words(kept, touched),
    )
    restored = sku_import.to_apply - kept
    text = f"The import of {sku_import.file_name} is undone: {restored:,} SKUs are as before."
    activity.note(connection, text[:300], at=at, kind="sku_mapping")


def _in_words(kept: int, touched: Sequence[tuple[int, str]]) -> str:
    if not kept:
        return ""
    names = ", ".join(sku for _, sku in touched)
    others = f" and {kept - len(touched):,} more" if kept > len(touched) else ""
    return f"Changed since the import, and left as they are: {names}{others}."


_TOUCHED = """
SELECT count(*) OVER (), row.sku
FROM sync_skuimportrow row
LEFT JOIN sync_skumapping mapped
    ON mapped.connection_id = %(connection)s AND mapped.key = row.key
    AND mapped.set_import_id = row.sku_import_id
WHERE row.sku_import_id = %(import)s AND row.kind IN (%(changed)s, %(new)s)
    AND mapped.id IS NULL
ORDER BY row.row LIMIT %(named)s
"""

_TAKE_BACK = """
DELETE FROM sync_skumapping mapped USING sync_skuimportrow row
WHERE row.sku_import_id = %(import)s AND row.kind = %(new)s
    AND mapped.connection_id = %(connection)s AND mapped.key = row.key
    AND mapped.set_import_id = row.sku_import_id
"""

_PUT_BACK = """
UPDATE sync_skumapping mapped
SET item_id = row.was_item_id, sku = row.was_sku, set_by_id = row.was_set_by_id,
    set_at = row.was_set_at, set_import_id = row.was_set_import
FROM sync_skuimportrow row
WHERE row.sku_import_id = %(import)s AND row.kind = %(changed)s
    AND mapped.connection_id = %(connection)s AND mapped.key = row.key
    AND mapped.set_import_id = row.sku_import_id
"""
