"""Lists that go back in time, page by page, at the same cost on every page."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

PER_PAGE = 50

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class OlderPage(Generic[Row]):
    """Rows, newest first; `older` is where the next page begins, None on the last."""

    rows: list[Row]
    is_first: bool
    older: int | None


def older_page(rows: QuerySet[Row], key: str, before: str) -> OlderPage[Row]:
    """The newest rows, or those before a key (an integer as text; anything else counts as none)."""
    is_first = not (before.isdecimal() and len(before) <= 18)
    if not is_first:
        rows = rows.filter(**{f"{key}__lt": int(before)})
    found = list(rows.order_by(f"-{key}")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    older = getattr(shown[-1], key) if len(found) > PER_PAGE else None
    return OlderPage(shown, is_first, older)
