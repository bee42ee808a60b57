"""Pages of the REST API: `{"results": [...], "next": url}`, in the order in which rows came to be.

A page costs the same wherever it lies: the cursor is the last row's id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

Row = TypeVar("Row")
Record = TypeVar("Record", bound=Model)

USUAL_SIZE = 100
LARGEST_SIZE = 500


class PageQuery(serializers.Serializer[dict[str, Any]]):
    """Which page."""

    cursor = serializers.RegexField(
        r"^d?[0-9]{1,18}$",
        required=False,
        help_text="From `next`; leave it out for the first page.",
    )
    page_size = serializers.IntegerField(
        required=False,
        min_value=1,
        default=USUAL_SIZE,
        help_text=f"{USUAL_SIZE} unless told; at most {LARGEST_SIZE}, which a larger one means.",
    )

    def validate_page_size(self, size: int) -> int:
        """A page has a limit; who asks for more follows `next`."""
        return min(size, LARGEST_SIZE)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, and the cursor of the next page, None on the last."""

    rows: Sequence[Row]
    next: str | None


def page_of(rows: "QuerySet[Record]", cursor: str | None, size: int) -> Page[Record]:
    """A page of rows by ascending id."""
    if cursor is not None:
        rows = rows.filter(pk__gt=int(cursor.removeprefix("d")))
    found = list(rows.order_by("pk")[: size + 1])
    return Page(found[:size], str(found[size - 1].pk) if len(found) > size else None)


def answer(
    request: Request, page: Page[Row], shape: Callable[[Sequence[Row]], Sequence[Any]]
) -> Response:
    """The page as JSON; `next` is an absolute URL with all that was asked for."""
    following = None
    if page.next is not None:
        following = replace_query_param(request.build_absolute_uri(), "cursor", page.next)
    return Response({"results": shape(page.rows), "next": following})


def short_page(rows: "QuerySet[Record]", cursor: str | None, size: int) -> Page[Record]:
    """A page of rows that are few and have an order of their own; the cursor counts rows."""
    start = int(cursor.removeprefix("d")) if cursor is not None else 0
    found = list(rows[start : start + size + 1])
    return Page(found[:size], str(start + size) if len(found) > size else None)
