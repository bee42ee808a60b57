"""Filling a store: with what a real one held, or with a long history made up on the way."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tests.fakes.store.goods import an_order, given_back
from tests.fakes.store.shelf import Entry, Json, moment
from tests.fakes.store.store import FakeStore

_NOT_KEPT = ("refunds", "_links")
_STATUSES = ("completed",) * 14 + ("processing",) * 4 + ("cancelled", "on-hold")


def load_recorded(store: FakeStore, rows: Iterable[Json]) -> None:
    """Orders as recorded, `{"id", "deleted", "order", "refunds"}` each; the deleted ones are gone.

    The clock goes to the last change, and new ids come after the last one.
    """
    entries = [_recorded(row) for row in rows if not row.get("deleted")]
    store.shelf.put_all(entries)
    ids = [entry.order_id for entry in entries]
    ids += [refund["id"] for entry in entries for refund in entry.refunds]
    store.life.next_id = max(store.life.next_id, *ids)
    store.clock.at = max(entry.modified for entry in entries)


def _recorded(row: Json) -> Entry:
    order = row["order"]
    body = {name: value for name, value in order.items() if name not in _NOT_KEPT}
    refunds = sorted(row.get("refunds") or (), key=lambda refund: int(refund["id"]), reverse=True)
    return Entry(
        order["id"],
        moment(order["date_created_gmt"]),
        moment(order["date_modified_gmt"]),
        order["status"],
        partial(dict, body),
        [{name: part for name, part in each.items() if name != "_links"} for each in refunds],
    )


def load_history(
    store: FakeStore,
    count: int,
    *,
    begin: datetime,
    apart: timedelta = timedelta(minutes=4),
    seed: int = 1,
) -> None:
    """A history of so many orders, one after the other; every twentieth with a refund.

    They are made when somebody looks. An order's id is 3 n + 1000, its refund's one more.
    """
    store.shelf.put_all(_history(count, begin, apart, seed))
    store.life.next_id = max(store.life.next_id, 1000 + 3 * count + 2)
    store.clock.at = max(store.clock.at, begin + apart * count)


def _history(count: int, begin: datetime, apart: timedelta, seed: int) -> Iterator[Entry]:
    for n in range(count):
        order_id = 1000 + 3 * n
        created = begin + apart * n
        refunds = [_refund(order_id, seed, created)] if n % 20 == 7 else []
        modified = created + timedelta(hours=1 if n % 3 else 49)
        status = _STATUSES[n % len(_STATUSES)]
        make = partial(an_order, order_id, seed=seed, created=created)
        yield Entry(order_id, created, modified, status, make, refunds)


def _refund(order_id: int, seed: int, created: datetime) -> dict[str, Any]:
    return given_back(order_id, seed=seed, created=created + timedelta(minutes=30))
