"""Staff's view of what people asked for: looks, imports by hand, retries, certificates."""

from django.contrib import admin

from ledger.admin import NamedValues, OfCompany, Untouchable
from sync.models import (
    ImportedOrder,
    Look,
    LookedOrder,
    OrderImport,
    RetryRun,
    SweepRun,
    SweepSum,
    SweptOrder,
)


@admin.register(Look)
class LookAdmin(Untouchable, OfCompany):
    """Looks at stores; kept for a week."""

    list_display = ("made_at", "connection", "first", "last", "state", "done", "total", "made_by")
    list_select_related = ("company", "connection", "made_by")
    list_filter = ("state", "connection")
    search_fields = ("problem", "connection__name", "made_by__email")
    ordering = ("-id",)


@admin.register(LookedOrder)
class LookedOrderAdmin(Untouchable, OfCompany):
    """What would be booked of the orders of a look."""

    list_display = ("number", "look", "store_status", "store_total", "currency", "outcome")
    list_select_related = ("company", "look")
    list_filter = ("outcome",)
    search_fields = ("=number", "=order_id")
    ordering = ("-id",)


@admin.register(OrderImport)
class OrderImportAdmin(Untouchable, OfCompany):
    """Imports by hand."""

    list_display = ("made_at", "connection", "state", "done", "total", "made_by", "problem")
    list_select_related = ("company", "connection", "made_by")
    list_filter = ("state", "connection")
    search_fields = ("problem", "connection__name", "made_by__email")
    ordering = ("-id",)


@admin.register(ImportedOrder)
class ImportedOrderAdmin(Untouchable, OfCompany):
    """What became of the orders of an import."""

    list_display = ("number", "order_import", "outcome", "reason")
    list_select_related = ("company", "order_import")
    list_filter = ("outcome", ("reason_code", NamedValues))
    search_fields = ("=number", "=order_id", "reason")
    ordering = ("-id",)


@admin.register(SweepRun)
class SweepRunAdmin(Untouchable, OfCompany):
    """Certificates, and sweeps that came to none."""

    list_display = (
        "made_at", "connection", "origin", "state", "booked", "excluded", "waiting", "missing",
        "different", "repaired", "store_total", "books_total",
    )  # fmt: skip
    list_select_related = ("company", "connection")
    list_filter = ("state", "origin", "connection")
    search_fields = ("=orders__order_id", "problem", "connection__name")
    ordering = ("-id",)


@admin.register(SweptOrder)
class SweptOrderAdmin(Untouchable, OfCompany):
    """How the orders of a certificate stand."""

    list_display = ("order_id", "run", "status", "verdict", "reason")
    list_select_related = ("company", "run")
    list_filter = ("verdict",)
    search_fields = ("=order_id", "reason")
    ordering = ("-id",)


@admin.register(SweepSum)
class SweepSumAdmin(Untouchable, OfCompany):
    """The sums of a certificate by status and by day."""

    list_display = ("run", "kind", "key", "day", "booked", "waiting", "missing", "different")
    list_select_related = ("company", "run")
    list_filter = ("kind",)
    search_fields = ("key",)
    ordering = ("-id",)


@admin.register(RetryRun)
class RetryRunAdmin(Untouchable, OfCompany):
    """Waiting orders that somebody tried again together."""

    list_display = ("begun_at", "company", "title", "user")
    list_select_related = ("company", "user")
    search_fields = ("title", "user__email", "company__name")
    ordering = ("-id",)
