"""Going through a store's list in sequence, though the store only knows pages that move.

WooCommerce filters by `modified_after` (strictly greater, whole seconds) and sorts by time and id.
So a page is asked for from the second *before* the place, and what came already is dropped. Many
orders of one second are skipped by an offset, and the offset is proven: the first row must be one
that came already. If it is not, an order has left the second meanwhile, the rows after it have
moved up, and the offset goes back. Nothing is ever skipped unseen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from connections.clients.errors import FailedError, UnexpectedError
from connections.clients.protocol import Place

Json = Mapping[str, Any]
Key = tuple[datetime, int]

MOST_STEPS_BACK = 20


@dataclass(frozen=True, slots=True)
class Rows:
    """What one request brought. `total` is what the store claims there is in all."""

    rows: Sequence[Json]
    asked_for: int
    total: int | None


Ask = Callable[[int], Rows]
"""From an offset to the rows there."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The next rows of one list: those after the place, with their keys, in sequence.

    `is_end` says that there are no more. `offset` and `keys` tell where they stood in the list.
    """

    rows: Sequence[tuple[Key, Json]]
    is_end: bool
    total: int | None
    offset: int
    keys: Sequence[Key]

    def seen_up_to(self, last: Key, before: Place, seen_before: int) -> int:
        """How many rows of the last one's second stand in this list up to it."""
        here = sum(1 for key in self.keys if key[0] == last[0] and key <= last)
        if last[0] != before.at:
            return here
        return max(self.offset + here, seen_before) if here else seen_before


def stretch_after(place: Place, seen: int, ask: Ask, time_field: str) -> Stretch:
    """Read the rows that come after a place.

    :raises FailedError: when the list is not in sequence, or does not stand still.
    :raises UnexpectedError: when the store ignores the filter, or a row has no id.
    """
    offset, steps_back, follows_on = max(0, seen - 1), 0, False
    while True:
        got = ask(offset)
        keys = _keys(got.rows, place, time_field)
        if offset and not follows_on and not (keys and keys[0] <= _key(place)):
            offset, steps_back = offset // 2, steps_back + 1
            if steps_back > MOST_STEPS_BACK:
                raise FailedError("its list of orders does not stand still")
            continue
        fresh = [each for each in zip(keys, got.rows, strict=True) if each[0] > _key(place)]
        is_end = _is_end(got, offset)
        if fresh or is_end:
            return Stretch(fresh, is_end, got.total, offset, keys)
        offset += max(1, len(keys) - 1)
        follows_on = len(keys) == 1


def _is_end(got: Rows, offset: int) -> bool:
    """No rows, or fewer than asked for and just as many as the store claims.

    One of the two signs is not enough: hosts cap the size of pages, and plugins break the count.
    """
    is_short = len(got.rows) < got.asked_for and got.total == offset + len(got.rows)
    return not got.rows or is_short


def _key(place: Place) -> Key:
    return place.at, place.order_id


def _keys(rows: Sequence[Json], place: Place, time_field: str) -> list[Key]:
    keys: list[Key] = []
    for row in rows:
        before = keys[-1][0] if keys else place.at
        keys.append((time_of(row, time_field) or before, id_of(row)))
    if any(first > second for first, second in pairwise(keys)):
        raise FailedError("its list of orders is not in the sequence that was asked for")
    if keys and keys[0][0] < place.at:
        raise UnexpectedError("it does not filter by time; WooCommerce 5.8 is the oldest that does")
    return keys


def id_of(row: Json) -> int:
    """A row's id.

    :raises UnexpectedError: when it has none.
    """
    found = row.get("id")
    if type(found) is not int:
        raise UnexpectedError("a row of its list has no id")
    return found


def time_of(row: Json, time_field: str) -> datetime | None:
    """A `*_gmt` field, UTC without a zone; None where it is missing or none."""
    try:
        found = datetime.fromisoformat(str(row.get(time_field) or row.get("date_created_gmt")))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC, microsecond=0)
