"""The list of orders, as WooCommerce filters, sorts and pages it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.fakes.store.shelf import Entry, Key, Shelf

LAST_ID = 2**63
_SORTED_BY = {"date": "created", "modified": "modified", "id": "created"}
_FILTERS = {
    "after": ("created", True),
    "before": ("created", False),
    "modified_after": ("modified", True),
    "modified_before": ("modified", False),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A page's ids, and how many there are in all; beyond the last page WooCommerce says 0."""

    ids: Sequence[int]
    total: int


class Orders:
    """Lists the orders of a shelf. `page_cap` is a host's limit on the size of pages."""

    def __init__(self, shelf: Shelf, zone: ZoneInfo) -> None:
        self._shelf = shelf
        self._zone = zone
        self.page_cap = 100

    def found(self, query: Mapping[str, str]) -> Found:
        """The page that a query asks for."""
        keys = self._keys(query)
        count = min(int(query.get("per_page", "10")), self.page_cap)
        page = max(1, int(query.get("page", "1")))
        start = int(query["offset"]) if "offset" in query else (page - 1) * count
        if query.get("order", "desc") == "desc":
            taken = keys[max(0, len(keys) - start - count) : max(0, len(keys) - start)][::-1]
        else:
            taken = keys[start : start + count]
        return Found([order_id for _, order_id in taken], len(keys) if taken else 0)

    def _keys(self, query: Mapping[str, str]) -> Sequence[Key]:
        orderby = query.get("orderby", "date")
        name = _SORTED_BY[orderby]
        statuses = query.get("status", "any").split(",")
        trashed = "any" not in statuses and "trash" in statuses
        keys = self._within(name, query, trashed=trashed)
        if "include" in query:
            keys = self._these(name, query["include"], trashed=trashed)
        tests = list(self._tests(name, query, statuses))
        if tests:
            entries = ((key, self._shelf.get(key[1])) for key in keys)
            keys = [key for key, entry in entries if entry and all(test(entry) for test in tests)]
        return sorted(keys, key=lambda key: key[1]) if orderby == "id" else keys

    def _these(self, name: str, include: str, *, trashed: bool) -> list[Key]:
        entries = (self._shelf.get(int(each)) for each in include.split(",") if each)
        return sorted(
            (getattr(entry, name), entry.order_id)
            for entry in entries
            if entry and (entry.status == "trash") == trashed
        )

    def _within(self, name: str, query: Mapping[str, str], *, trashed: bool) -> Sequence[Key]:
        """Cut the sequence by the filters on the time that it is sorted by: strict, in seconds."""
        keys = self._shelf.sequence(name, trashed=trashed)
        start, end = 0, len(keys)
        for parameter, (column, is_after) in _FILTERS.items():
            if parameter not in query or column != name:
                continue
            at = self._threshold(query[parameter], query)
            if is_after:
                start = max(start, bisect_right(keys, (at, LAST_ID)))
            else:
                end = min(end, bisect_left(keys, (at, 0)))
        return keys[start:end]

    def _tests(
        self, name: str, query: Mapping[str, str], statuses: Sequence[str]
    ) -> Iterator[Callable[[Entry], bool]]:
        if not {"any", "trash"} & set(statuses):
            yield lambda entry: entry.status in statuses
        for parameter, (column, is_after) in _FILTERS.items():
            if parameter in query and column != name:
                yield self._test(column, self._threshold(query[parameter], query), is_after)

    @staticmethod
    def _test(column: str, at: datetime, is_after: bool) -> Callable[[Entry], bool]:
        def test(entry: Entry) -> bool:
            own: datetime = getattr(entry, column)
            return own > at if is_after else own < at

        return test

    def _threshold(self, text: str, query: Mapping[str, str]) -> datetime:
        """The trap: a zone in the value is turned into the site's time, whatever is compared.

        WP_Date_Query::build_mysql_datetime. With `dates_are_gmt` the result is then read as UTC.
        """
        given = datetime.fromisoformat(text)
        local = given.astimezone(self._zone).replace(tzinfo=None) if given.tzinfo else given
        if query.get("dates_are_gmt") in ("true", "1"):
            return local.replace(tzinfo=UTC)
        return local.replace(tzinfo=self._zone).astimezone(UTC)
