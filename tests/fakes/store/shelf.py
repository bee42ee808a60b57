"""What the store holds: orders, each with its refunds in full, and two sequences of them.

Orders of a long history are made only when somebody looks at them: a store with a hundred thousand
of them is there at once.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
Key = tuple[datetime, int]


@dataclass(slots=True)
class Entry:
    """One order. `body` is its JSON as REST v3 has it, without `refunds`; made on first sight."""

    order_id: int
    created: datetime
    modified: datetime
    status: str
    make: Callable[[], Json]
    refunds: list[Json] = field(default_factory=list)
    made: Json | None = None

    @property
    def body(self) -> Json:
        """The order's JSON; changes to it stay."""
        if self.made is None:
            self.made = self.make()
        return self.made


class Shelf:
    """Orders by id, and in the sequences of lists: the trash apart, auto-drafts in none."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._refund_of: dict[int, int] = {}
        self._sequences: dict[tuple[str, bool], list[Key]] = {
            (name, trashed): [] for name in ("created", "modified") for trashed in (False, True)
        }

    def __len__(self) -> int:
        return len(self._entries)

    def put_all(self, entries: Iterable[Entry]) -> None:
        """Put many at once."""
        for entry in entries:
            self._entries[entry.order_id] = entry
            for refund in entry.refunds:
                self._refund_of[refund["id"]] = entry.order_id
            for name, keys in self._of(entry):
                keys.append((getattr(entry, name), entry.order_id))
        for keys in self._sequences.values():
            keys.sort()

    def put(self, entry: Entry) -> None:
        """Put one."""
        self._entries[entry.order_id] = entry
        for name, keys in self._of(entry):
            insort(keys, (getattr(entry, name), entry.order_id))

    def get(self, order_id: int) -> Entry | None:
        """An order, in the trash or not."""
        return self._entries.get(order_id)

    def move(self, entry: Entry, *, modified: datetime, status: str) -> None:
        """Save an order: another time of change, perhaps another status."""
        self._take_off(entry)
        entry.modified, entry.status = modified, status
        self.put(entry)

    def remove(self, entry: Entry) -> None:
        """Delete an order for good, and its refunds."""
        self._take_off(entry)
        del self._entries[entry.order_id]
        for refund in entry.refunds:
            del self._refund_of[refund["id"]]

    def add_refund(self, entry: Entry, refund: Json) -> None:
        """Refunds come newest first."""
        entry.refunds.insert(0, refund)
        self._refund_of[refund["id"]] = entry.order_id

    def drop_refund(self, entry: Entry, refund_id: int) -> None:
        """Delete a refund: the order is not saved."""
        entry.refunds = [each for each in entry.refunds if each["id"] != refund_id]
        del self._refund_of[refund_id]

    def refunds(self, ids: Iterable[int] | None = None) -> Iterator[tuple[Entry, Json]]:
        """These refunds, or all, with their orders, by id."""
        for refund_id in sorted(self._refund_of if ids is None else ids):
            found = self.refund(refund_id)
            if found:
                yield found

    def refund(self, refund_id: int) -> tuple[Entry, Json] | None:
        """One refund with its order."""
        entry = self._entries.get(self._refund_of.get(refund_id, 0))
        for refund in entry.refunds if entry else ():
            if entry and refund["id"] == refund_id:
                return entry, refund
        return None

    def sequence(self, name: str, *, trashed: bool) -> list[Key]:
        """All keys in the sequence of `created` or `modified`."""
        return self._sequences[name, trashed]

    def _of(self, entry: Entry) -> Iterator[tuple[str, list[Key]]]:
        for name in ("created", "modified") if entry.status != "auto-draft" else ():
            yield name, self._sequences[name, entry.status == "trash"]

    def _take_off(self, entry: Entry) -> None:
        for name, keys in self._of(entry):
            position = bisect_left(keys, (getattr(entry, name), entry.order_id))
            assert keys[position][1] == entry.order_id
            del keys[position]


def moment(text: str) -> datetime:
    """A `*_gmt` field."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def gmt(at: datetime) -> str:
    """As WooCommerce writes a time in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
