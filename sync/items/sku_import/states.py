"""The life of an import as a table, and the one way from one state to the next."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.utils import CursorWrapper
from django_q.tasks import async_task

from sync.core.sku_sheet import RowKind
from sync.models import ImportState, SkuImport, SkuImportPart, SkuImportRow

TASK = "sync.tasks.work_on_sku_import"

NEXT: Mapping[ImportState, frozenset[ImportState]] = {
    ImportState.CHECKING: frozenset({ImportState.READY, ImportState.FAILED, ImportState.DISCARDED}),
    ImportState.READY: frozenset(
        {ImportState.APPLYING, ImportState.CHECKING, ImportState.DISCARDED}
    ),
    ImportState.APPLYING: frozenset({ImportState.APPLIED, ImportState.READY}),
    ImportState.APPLIED: frozenset({ImportState.UNDOING}),
    ImportState.UNDOING: frozenset({ImportState.UNDONE, ImportState.APPLIED}),
    ImportState.UNDONE: frozenset(),
    ImportState.DISCARDED: frozenset(),
    ImportState.FAILED: frozenset(),
}

PREVIEWS_KEPT = timedelta(days=7)
ROWS_KEPT = timedelta(days=90)
"""So long an applied import can be undone; after that its rows go and its line stays."""


class NotPossibleError(Exception):
    """The import is not in a state for this any more; the text says in which it is."""


def join_by_hashes(cursor: CursorWrapper) -> None:
    """For the rest of the transaction, join whole files to whole mappings and not row by row.

    Right after a file is read PostgreSQL may still believe that it has a handful of rows, and a
    nested loop over 50,000 of them takes minutes instead of a second.
    """
    cursor.execute("SET LOCAL enable_nestloop = off")


def sql_values(sku_import: SkuImport) -> dict[str, Any]:
    """What statements about an import's rows are given: ids, and the kinds by name."""
    return {
        "import": sku_import.pk,
        "company": sku_import.company_id,
        "connection": sku_import.connection_id,
        **{kind.name.lower(): kind.value for kind in RowKind},
    }


def move(sku_import: SkuImport, to: ImportState, *, at: datetime, **values: Any) -> None:
    """Take an import to its next state, if it still is where the caller saw it.

    :raises NotPossibleError: where somebody else was first, or there is no such step.
    """
    before = ImportState(sku_import.state)
    if to in NEXT[before]:
        values |= {"state": to, "touched_at": at, "attempts": 0}
        if SkuImport.objects.filter(pk=sku_import.pk, state=before).update(**values):
            for name, value in values.items():
                setattr(sku_import, name, value)
            return
    present = SkuImport.objects.get(pk=sku_import.pk)
    raise NotPossibleError(
        f"The import of {present.file_name} is in the state “{present.get_state_display()}” now: "
        "nothing was done."
    )


def queue(sku_import: SkuImport) -> None:
    """Let the worker go on with an import; the task joins the caller's transaction."""
    async_task(TASK, sku_import.pk)


@transaction.atomic
def discard(sku_import: SkuImport, *, at: datetime) -> None:
    """Give up an import that is not applied: nothing was written, its rows go.

    :raises NotPossibleError: when it is applied meanwhile.
    """
    move(sku_import, ImportState.DISCARDED, at=at)
    drop_rows(sku_import)
    drop_file(sku_import)


def drop_rows(sku_import: SkuImport) -> None:
    """Remove what was found in the file."""
    SkuImportRow.objects.filter(sku_import=sku_import).delete()


def drop_file(sku_import: SkuImport) -> None:
    """Remove the file itself."""
    SkuImportPart.objects.filter(sku_import=sku_import).delete()


def forget_old(now: datetime) -> None:
    """Discard previews that nobody applied for a week, and drop rows that are too old to undo."""
    for stale in SkuImport.objects.filter(
        state=ImportState.READY, touched_at__lt=now - PREVIEWS_KEPT
    ):
        discard(stale, at=now)
    old = SkuImport.objects.filter(
        state__in=(ImportState.APPLIED, ImportState.UNDONE), applied_at__lt=now - ROWS_KEPT
    )
    SkuImportRow.objects.filter(sku_import__in=old).delete()
