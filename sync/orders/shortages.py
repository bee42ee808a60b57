"""What an order that is held asks of the stock, item by item, as it is now."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ledger.models import Item, StockLevel, VoucherLine


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that keeps stock: how much of it the order is for, and how much is left."""

    item: Item
    ordered: Decimal
    left: Decimal

    @property
    def is_short(self) -> bool:
        """Whether the order is for more than is left."""
        return self.ordered > self.left


def wanted_by(lines: Iterable[VoucherLine]) -> list[Wanted]:
    """What a draft's lines ask of items that keep stock; one query.

    A line in parts, one for each rate, says its pieces on each of them: they count once.
    """
    by_line: dict[tuple[str, int], Decimal] = {}
    for line in lines:
        if line.item_id is not None and line.quantity:
            by_line[line.source_line, line.item_id] = line.quantity
    ordered: dict[int, Decimal] = {}
    for (_, item_id), quantity in by_line.items():
        ordered[item_id] = ordered.get(item_id, Decimal(0)) + quantity
    levels = StockLevel.objects.filter(item__in=ordered).select_related("item")
    return [
        Wanted(level.item, ordered[level.item_id], level.left)
        for level in levels.order_by("item__sku")
    ]
