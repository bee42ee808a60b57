"""The SKUs that waiting orders of a store wait for, as the store writes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sync.core.waiting import WaitsFor
from sync.models import Order, UnmatchedSku

NAME_LENGTH = 250
"""So much of a product's name an item keeps."""


@dataclass(frozen=True, slots=True)
class MissingSku:
    """A SKU that fitted no item, or several, and the product's name in the store."""

    sku: str
    name: str


def missing_skus(connection_id: UUID, orders: Iterable[Order]) -> dict[int, list[MissingSku]]:
    """By order id, in one query. Lines without a SKU are left out: there is nothing to map."""
    waiting = [each for each in orders if each.reason_code == WaitsFor.SKU and each.missing_skus]
    keys = {key for each in waiting for key in each.missing_skus or () if key}
    if not keys:
        return {}
    rows = UnmatchedSku.objects.filter(connection=connection_id, key__in=keys)
    known = {row.key: MissingSku(row.sku, row.name[:NAME_LENGTH]) for row in rows}
    return {
        each.order_id: [known[key] for key in each.missing_skus or () if key in known]
        for each in waiting
    }
