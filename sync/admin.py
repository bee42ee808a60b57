"""Staff's view of what came from stores: everything can be found, and tried again."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from connections.models import StoreConnection
from ledger.admin import NamedValues, OfCompany, Untouchable
from sync.booking import retry
from sync.models import (
    Acceptance,
    Delivery,
    Order,
    OrderDocument,
    OrderDraft,
    SkuImport,
    SkuMapping,
    Snapshot,
    UnmatchedSku,
)
from sync.staff import admin_of_asking, admin_of_customers, admin_of_work

__all__ = ["admin_of_asking", "admin_of_customers", "admin_of_work"]


class FromStore(Untouchable, OfCompany):
    """Rows that deliveries leave behind: searched by order id, written by the pipeline alone."""

    list_select_related: ClassVar[tuple[str, ...]] = ("company", "connection")
    list_filter: ClassVar[tuple[Any, ...]] = ("connection",)
    ordering: ClassVar[tuple[str, ...]] = ("-id",)


@admin.register(Order)
class OrderAdmin(FromStore):
    """Orders, and where they stand."""

    list_display = (
        "number", "order_id", "connection", "store_status", "state", "reason",
        "store_total", "store_refunded", "net_booked", "updated_at",
    )  # fmt: skip
    list_filter = ("state", ("reason_code", NamedValues), "connection")
    search_fields = ("=number", "=order_id", "reason", "connection__name")
    actions = ("retry_orders",)

    @admin.action(description="Try waiting orders again", permissions=["retry"])
    def retry_orders(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        """Process the chosen orders that wait once more."""
        count = sum(
            retry.retry(connection, order_ids=ids)
            for connection, ids in _by_connection(orders.values_list("connection_id", "order_id"))
        )
        messages.success(request, f"Orders that are tried again: {count}.")

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """What stands is not posted twice, but what is new is posted."""
        return request.user.has_perm("sync.change_order")


@admin.register(Delivery)
class DeliveryAdmin(FromStore):
    """Deliveries, and how each ended."""

    list_display = (
        "id", "received_at", "connection", "topic", "order_id", "state", "reason", "is_repeat",
    )  # fmt: skip
    list_filter = ("state", ("reason_code", NamedValues), "topic", "connection")
    search_fields = ("=order_id", "=store_delivery_id", "reason", "connection__name")
    raw_id_fields = ("snapshot",)
    actions = ("replay_deliveries",)

    @admin.action(description="Process again", permissions=["replay"])
    def replay_deliveries(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        """Process the chosen deliveries as if they had just arrived."""
        count = sum(
            retry.replay(connection, ids)
            for connection, ids in _by_connection(deliveries.values_list("connection_id", "pk"))
        )
        messages.success(request, f"Deliveries that are processed again: {count}.")

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """As for trying orders again."""
        return request.user.has_perm("sync.change_order")


@admin.register(Snapshot)
class SnapshotAdmin(FromStore):
    """What stores said, as it was kept."""

    list_display = ("order_id", "connection", "first_seen_at", "is_deletion")
    search_fields = ("=order_id", "connection__name")
    exclude = ("digest",)


@admin.register(OrderDocument)
class OrderDocumentAdmin(FromStore):
    """Which voucher came from which order."""

    list_display = ("order_id", "kind", "voucher", "refund_id", "connection")
    list_select_related = ("company", "connection", "voucher")
    list_filter = ("kind", "connection")
    search_fields = ("=order_id", "=refund_id", "=voucher__number")


@admin.register(OrderDraft)
class OrderDraftAdmin(FromStore):
    """Which draft stands for which order."""

    list_display = ("order_id", "draft", "connection")
    list_select_related = ("company", "connection", "draft")
    search_fields = ("=order_id", "connection__name")


@admin.register(Acceptance)
class AcceptanceAdmin(FromStore):
    """What people decided about orders that waited."""

    list_display = ("order_id", "code", "value", "user", "at", "connection")
    list_select_related = ("company", "connection", "user")
    list_filter = ("code", "connection")
    search_fields = ("=order_id", "user__email", "connection__name")


@admin.register(SkuMapping)
class SkuMappingAdmin(FromStore):
    """Which items stores' SKUs stand for; changed on the store's own page, which notes it."""

    list_display = ("sku", "item", "connection", "set_by", "set_at")
    list_select_related = ("company", "connection", "item", "set_by")
    search_fields = ("sku", "key", "item__sku", "item__name", "connection__name")


@admin.register(UnmatchedSku)
class UnmatchedSkuAdmin(FromStore):
    """SKUs that fitted no item when an order came."""

    list_display = ("sku", "name", "lines", "last_number", "last_at", "connection")
    search_fields = ("sku", "key", "name", "=last_number", "connection__name")


@admin.register(SkuImport)
class SkuImportAdmin(FromStore):
    """Files of mappings, and what became of them."""

    list_display = (
        "file_name", "state", "new", "changed", "unchanged", "errors", "uploaded_by",
        "uploaded_at", "connection",
    )  # fmt: skip
    list_select_related = ("company", "connection", "uploaded_by")
    list_filter = ("state", "connection")
    search_fields = ("file_name", "uploaded_by__email", "connection__name")


def _by_connection(
    rows: Iterable[tuple[UUID, int]],
) -> Iterable[tuple[StoreConnection, list[int]]]:
    """Ids by connection."""
    grouped: dict[UUID, list[int]] = {}
    for connection_id, row_id in rows:
        grouped.setdefault(connection_id, []).append(row_id)
    connections: Any = StoreConnection.objects.in_bulk(grouped)
    return [(connections[connection_id], ids) for connection_id, ids in grouped.items()]
