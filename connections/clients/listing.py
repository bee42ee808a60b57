"""A page of orders by REST: the living and the trashed ones, in one sequence.

WooCommerce lists the trash only by itself (`status=any,trash` does not add it), so a page takes two
requests. Of the two lists just so much is handed out as both have come to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connections.clients.errors import (
    FailedError,
    TooLargeError,
    TooSlowError,
    UnexpectedError,
)
from connections.clients.politeness import PageSize
from connections.clients.protocol import DRAFTS, Json, Period, Place
from connections.clients.rest_calls import Got, RestCalls
from connections.clients.sequence import Key, Rows, Stretch, stretch_after

ONE_SECOND = timedelta(seconds=1)
LEAST_ROWS = 2
"""One row alone can prove no offset."""
LIVING, TRASHED = "any", "trash"


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which time orders are filtered and sorted, and in which period they were created."""

    orderby: str
    after: str
    time_field: str
    period: Period | None = None

    def parameters(self, place: Place) -> dict[str, object]:
        """From the second before the place on. Times are naive UTC: with a Z they are misread."""
        start = place.at if self.period is None else max(place.at, self.period.start)
        asked: dict[str, object] = {
            "orderby": self.orderby,
            "order": "asc",
            "dates_are_gmt": "true",
            self.after: _naive(start - ONE_SECOND),
        }
        if self.period:
            asked["before"] = _naive(self.period.end)
        return asked


BY_CHANGE = Sorting("modified", "modified_after", "date_modified_gmt")


def by_creation(period: Period) -> Sorting:
    """Orders created in a period, the first ones first."""
    return Sorting("date", "after", "date_created_gmt", period)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of rows as the store gave them, without drafts; see `protocol.Page`."""

    rows: Sequence[Json]
    next: Place | None
    total: int | None
    drafts: int


class Listing:
    """Reads pages of orders, of a size that the store can bear."""

    def __init__(self, calls: RestCalls, size: PageSize) -> None:
        self._calls = calls
        self._size = size

    def page(self, sorting: Sorting, place: Place, limit: int, fields: Mapping[str, str]) -> Listed:
        """The orders after a place, at most `limit`. Two requests, more at the very end."""
        living, trashed = (
            self._stretch(sorting, place, (status, seen), limit, fields)
            for status, seen in zip((LIVING, TRASHED), place.seen, strict=True)
        )
        merged = sorted((*living.rows, *trashed.rows), key=lambda each: each[0])
        horizon = min(
            (each.rows[-1][0] for each in (living, trashed) if not each.is_end), default=None
        )
        taken = [each for each in merged if horizon is None or each[0] <= horizon][:limit]
        is_end = horizon is None and len(taken) == len(merged)
        rows = [row for _, row in taken if row.get("status") not in DRAFTS]
        return Listed(
            rows,
            None if is_end or not taken else _place(taken[-1][0], place, living, trashed),
            _sum(living.total, trashed.total),
            len(taken) - len(rows),
        )

    def _stretch(
        self,
        sorting: Sorting,
        place: Place,
        which: tuple[str, int],
        limit: int,
        fields: Mapping[str, str],
    ) -> Stretch:
        status, seen = which
        asked = {**sorting.parameters(place), "status": status, **fields}

        def ask(offset: int) -> Rows:
            return self.rows(asked, offset, limit)

        return stretch_after(place, seen, ask, sorting.time_field)

    def rows(self, asked: Mapping[str, object], offset: int, limit: int) -> Rows:
        """One request for orders; what is too large is asked for in smaller pieces.

        :raises UnexpectedError: when something else than rows comes.
        """
        count = max(LEAST_ROWS, min(limit, self._size.size))
        while True:
            try:
                got = self._asked({**asked, "per_page": count, "offset": offset})
            except TooLargeError:
                self._size.limit()
                if count == LEAST_ROWS:
                    raise
                count = max(LEAST_ROWS, count // 2)
            else:
                return Rows(rows_of(got), count, got.total)

    def _asked(self, parameters: Mapping[str, object]) -> Got:
        try:
            got = self._calls.get("orders", parameters)
        except (TooSlowError, FailedError):
            self._size.shrink()
            raise
        self._size.answered(got.answer.seconds)
        return got


def rows_of(got: Got) -> list[Json]:
    """The rows of a list.

    :raises UnexpectedError: when it is no list of objects.
    """
    if not isinstance(got.value, list) or not all(isinstance(row, dict) for row in got.value):
        raise UnexpectedError("no list where a list should be")
    return got.value


def _place(last: Key, before: Place, living: Stretch, trashed: Stretch) -> Place:
    seen = (
        living.seen_up_to(last, before, before.seen[0]),
        trashed.seen_up_to(last, before, before.seen[1]),
    )
    return Place(last[0], last[1], seen)


def _sum(living: int | None, trashed: int | None) -> int | None:
    return None if living is None or trashed is None else living + trashed


def _naive(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}"
