"""Staff's view of the work between stores and books: asking, looking after, files, the worker."""

from django.contrib import admin

from ledger.admin import AnyAdmin, NamedValues, OfCompany, Untouchable
from sync.models import (
    Backfill,
    Download,
    Finding,
    Heartbeat,
    Polling,
    SkuImportRow,
    Wakeup,
    Watch,
)


@admin.register(Finding)
class FindingAdmin(Untouchable, OfCompany):
    """What was found wrong with stores, and what became of it."""

    list_display = (
        "connection", "cause", "text", "needs_person", "since", "resolved_at", "mail_problem",
    )  # fmt: skip
    list_select_related = ("company", "connection")
    list_filter = ("needs_person", "cause", ("resolved_at", admin.EmptyFieldListFilter))
    search_fields = ("text", "cause", "connection__name", "company__name")
    ordering = ("-id",)


@admin.register(Watch)
class WatchAdmin(Untouchable, OfCompany):
    """When stores are looked after; the secret of their webhooks is not shown."""

    list_display = ("connection", "company", "next_at", "checked_at", "failures", "webhooks_at")
    list_select_related = ("company", "connection")
    search_fields = ("connection__name", "company__name")
    exclude = ("webhooks_secret",)


@admin.register(Polling)
class PollingAdmin(Untouchable, OfCompany):
    """How stores are asked, and the last problem of it."""

    list_display = ("connection", "company", "is_on", "interval_minutes", "next_at", "problem")
    list_select_related = ("company", "connection")
    list_filter = ("is_on", ("problem_code", NamedValues))
    search_fields = ("connection__name", "company__name", "problem")


@admin.register(Backfill)
class BackfillAdmin(Untouchable, OfCompany):
    """Histories that were fetched, or are."""

    list_display = ("connection", "state", "since", "fetched", "total", "made_by", "problem")
    list_select_related = ("company", "connection", "made_by")
    list_filter = ("state", ("problem_code", NamedValues))
    search_fields = ("connection__name", "company__name", "problem")
    ordering = ("-id",)


@admin.register(Download)
class DownloadAdmin(Untouchable, OfCompany):
    """Files that the worker made; their content is their owner's alone."""

    list_display = ("title", "company", "user", "state", "done", "total", "created_at", "reason")
    list_select_related = ("company", "user")
    list_filter = ("state", "report")
    search_fields = ("title", "user__email", "company__name")
    exclude = ("content",)
    ordering = ("-id",)


@admin.register(SkuImportRow)
class SkuImportRowAdmin(Untouchable, OfCompany):
    """Rows of files of mappings."""

    list_display = ("sku_import", "row", "kind", "sku", "item_sku", "reason")
    list_select_related = ("company", "sku_import")
    list_filter = ("kind",)
    search_fields = ("=sku", "=item_sku", "=sku_import__file_name")
    ordering = ("-id",)


@admin.register(Wakeup)
class WakeupAdmin(Untouchable, OfCompany):
    """Stores for which the worker was woken."""

    company_path = "connection__company"
    list_display = ("connection", "wake_requested")
    list_select_related = ("connection",)
    search_fields = ("connection__name",)


@admin.register(Heartbeat)
class HeartbeatAdmin(Untouchable, AnyAdmin):
    """When the worker showed itself last."""

    list_display = ("name", "at")
    search_fields = ("name",)
