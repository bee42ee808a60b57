"""Lists that go back in time, page by page, at the same cost on every page."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

PER_PAGE = 50
FORMS_PER_PAGE = 20
"""Where each row has forms of its own: they are what such a page's time goes into."""

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class OlderPage(Generic[Row]):
    """Rows, newest first; `older` is where the next page begins, None on the last."""

    rows: list[Row]
    is_first: bool
    older: int | None


def older_page(
    rows: QuerySet[Row], key: str, before: str, *, size: int | None = None
) -> OlderPage[Row]:
    """The newest rows, or those before a key (an integer as text; anything else counts as none)."""
    size = size or PER_PAGE
    is_first = not (before.isdecimal() and len(before) <= 18)
    if not is_first:
        rows = rows.filter(**{f"{key}__lt": int(before)})
    found = list(rows.order_by(f"-{key}")[: size + 1])
    shown = found[:size]
    older = getattr(shown[-1], key) if len(found) > size else None
    return OlderPage(shown, is_first, older)
