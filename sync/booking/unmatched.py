"""The SKUs of a batch that fitted no item: what the list of unmapped SKUs is kept from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ledger.core.documents import Line, LineKind
from ledger.core.spelling import spelling_key
from sync.booking.deciding import Case
from sync.core.order import Order


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A SKU in one order: booked on a line without an item, or waited for (then no line)."""

    sku: str
    name: str
    order: Order
    lines: int


def unmatched_skus(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """One row for each key, as `sync_unmatchedsku` has them: lines added up, the newest order."""
    rows: dict[str, dict[str, Any]] = {}
    for case in cases:
        for seen in _sightings(case):
            key = spelling_key(seen.sku)
            rows[key] = _newer(rows.get(key), key, seen)
    return list(rows.values())


def _sightings(case: Case) -> Iterator[_Sighting]:
    order = case.order
    if order is None:
        return
    for planned in case.plan.documents if case.plan else ():
        for line in planned.document.body.lines:
            if line.kind is LineKind.PRODUCT and line.item_id is None:
                yield _Sighting(line.sku or "", _name_of(line), order, lines=1)
    for product in case.products:
        if case.missing and spelling_key(product.sku or "") in case.missing:
            yield _Sighting(product.sku or "", product.name, order, lines=0)


def _name_of(line: Line) -> str:
    """The product's own name, without what the description of an unmapped line begins with."""
    return line.description.removeprefix(f"Unmapped SKU {line.sku} · ")


def _newer(row: dict[str, Any] | None, key: str, seen: _Sighting) -> dict[str, Any]:
    lines = seen.lines + (row["lines"] if row else 0)
    if row and row["last_at"] > seen.order.created_at:
        return row | {"lines": lines}
    return {
        "key": key,
        "sku": seen.sku,
        "name": seen.name,
        "lines": lines,
        "last_order_id": seen.order.order_id,
        "last_number": seen.order.number,
        "last_at": seen.order.created_at,
    }
