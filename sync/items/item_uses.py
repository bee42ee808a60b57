"""Where an item is used: the stores' SKUs that stand for it, and the vouchers it was sold in."""

from django.db.models import QuerySet

from ledger.models import Item, VoucherLine
from sync.models import SkuMapping

SALES_SHOWN = 10
MAPPINGS_SHOWN = 50


def mappings_of(item: Item) -> QuerySet[SkuMapping]:
    """The stores' SKUs that are mapped to the item, by store; the first of them."""
    found = SkuMapping.objects.filter(company=item.company_id, item=item)
    return found.select_related("connection").order_by("connection__name", "key")[:MAPPINGS_SHOWN]


def last_lines_of(item: Item) -> QuerySet[VoucherLine]:
    """The lines that were booked with the item, newest voucher first; the first of them."""
    found = VoucherLine.objects.filter(item=item).select_related("voucher")
    return found.order_by("-voucher_id", "position")[:SALES_SHOWN]
