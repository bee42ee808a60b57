"""The item of a document's line, for templates."""

from collections.abc import Mapping, Sequence

from django import template

from ledger.core.particulars import Cause, Gap, Particular
from ledger.models import Item, VoucherLine

register = template.Library()


@register.filter
def at(items: Mapping[int, Item], place: int) -> Item | None:
    """The item of the line at a place (from 0), if it has one."""
    return items.get(place) if items else None


@register.filter
def whose_items(lines: Sequence[VoucherLine], gap: Gap) -> list[VoucherLine]:
    """The lines whose items lack what is missing, one for each item: where it can be put right."""
    if gap.particular not in (Particular.HSN, Particular.UNIT) or gap.cause is Cause.UNMAPPED:
        return []
    found = {line.item_id: line for line in lines if line.item_id and line.position in gap.lines}
    return list(found.values())
