"""The rows of an import, page by page: errors first, then what changes, what is new, what stays."""

from dataclasses import dataclass

from django.db.models import Q

from sync.core.sku_sheet import RowKind
from sync.models import SkuImport, SkuImportRow

PER_PAGE = 50
KINDS = {kind.name.lower(): kind for kind in RowKind}


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """Rows of one kind, or of all; `next` is where the next page begins."""

    rows: list[SkuImportRow]
    is_first: bool
    next: str


def page_of(sku_import: SkuImport, kind: str, after: str) -> PreviewPage:
    """The rows behind a mark (`1.204`: kind and row; anything else counts as none)."""
    found = SkuImportRow.objects.filter(sku_import=sku_import).select_related("item", "was_item")
    if kind in KINDS:
        found = found.filter(kind=KINDS[kind])
    last_kind, _, last_row = after.partition(".")
    is_first = not (_is_number(last_kind) and _is_number(last_row))
    if not is_first:
        k, row = int(last_kind), int(last_row)
        found = found.filter(Q(kind=k, row__gt=row) | Q(kind__gt=k))
    rows = list(found.order_by("kind", "row")[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    more = f"{shown[-1].kind:d}.{shown[-1].row}" if len(rows) > PER_PAGE else ""
    return PreviewPage(shown, is_first, more)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9
