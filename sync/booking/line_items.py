"""Which item a booked line stands for: what its store's mapping says now, else as it was booked.

Posted lines never change (see docs/decisions/0013-lines-follow-the-mapping.md). So whoever shows a
line's item, or adds lines up by item, asks here; no amount and no rate depends on the answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.core.documents import LineKind
from ledger.core.spelling import spelling_key
from ledger.models import Item, VoucherLine
from sync.models import SkuMapping

Source = tuple[UUID | None, str | None]
"""Where a line comes from: its store, None where a person made the voucher, and its SKU there."""


def mapped_items(sources: Iterable[Source]) -> dict[Source, int]:
    """The ids of the items that mappings give these SKUs; one query for any number.

    For reports: add up by store, SKU and booked item first, then ask for these few.
    """
    keys = {source: spelling_key(source[1]) for source in sources if source[0] and source[1]}
    if not keys:
        return {}
    stores = {store for store, _ in keys}
    found = SkuMapping.objects.filter(connection__in=stores, key__in=set(keys.values()))
    mapped = {(row[0], row[1]): row[2] for row in found.values_list("connection_id", "key", "item")}
    return {
        source: mapped[source[0], key]
        for source, key in keys.items()
        if source[0] and (source[0], key) in mapped
    }


def item_of(line: VoucherLine, store: UUID | None, mapped: Mapping[Source, int]) -> int | None:
    """The id of a line's item; `mapped` is from `mapped_items`."""
    return mapped.get((store, line.sku), line.item_id)


@dataclass(frozen=True, slots=True)
class LineItems:
    """The items of a document's lines, by the line's place, and the product lines without one."""

    items: Mapping[int, Item]
    unmapped: Sequence[VoucherLine]


def items_of(lines: Sequence[VoucherLine], store: UUID | None) -> LineItems:
    """The items of one document's lines; two queries at most."""
    mapped = mapped_items((store, line.sku) for line in lines)
    ids = [item_of(line, store, mapped) for line in lines]
    items = Item.objects.in_bulk([id_ for id_ in ids if id_ is not None])
    return LineItems(
        {i: items[id_] for i, id_ in enumerate(ids) if id_ is not None},
        [
            line
            for line, id_ in zip(lines, ids, strict=True)
            if line.kind == LineKind.PRODUCT and id_ is None
        ],
    )
