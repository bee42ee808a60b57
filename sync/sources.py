"""Stores as the sources of vouchers: what the ledger's `source` means here."""

from collections.abc import Collection

from connections.models import StoreConnection
from sync.models import OrderDocument


def source_of(store: StoreConnection | None) -> str:
    """The source that a store's documents are booked under; empty for no store in particular."""
    return str(store.pk) if store else ""


def documents_of(vouchers: Collection[int]) -> dict[int, OrderDocument]:
    """What ties vouchers to orders, with the stores, by voucher id; one query."""
    documents = OrderDocument.objects.filter(voucher__in=vouchers)
    return {each.voucher_id: each for each in documents.select_related("connection")}
