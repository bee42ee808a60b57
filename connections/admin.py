"""Staff's view of connections: no secret is ever shown, not even encrypted."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from connections.lifecycle import SEALED_FIELDS, NotPossibleError, unpair
from connections.models import (
    Activity,
    GuessCount,
    KeyRequest,
    PairedSite,
    PairingCode,
    StoreConnection,
)
from ledger.admin import AnyAdmin, OfCompany, Untouchable


@admin.register(StoreConnection)
class StoreConnectionAdmin(OfCompany):
    """Connected stores. Status and address change by pairing alone, options here too."""

    list_display = ("name", "company", "platform", "status", "is_enabled", "site_url", "created_at")
    list_filter = ("status", "is_enabled", "platform")
    search_fields = ("name", "site_url", "=id", "company__name")
    exclude = SEALED_FIELDS
    readonly_fields = (
        "id", "company", "platform", "status", "site_url", "previous_secret_until",
        "allow_http", "last_polled_at", "created_at",
    )  # fmt: skip
    actions = ("pause",)

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002 -- Django's signature
        obj: StoreConnection,
        form: Any,
        change: bool,  # noqa: ARG002, FBT001 -- Django's signature
    ) -> None:
        """Save what was changed alone: status and secret may change meanwhile."""
        obj.save(update_fields=form.changed_data)

    @admin.action(description="Pause: refuse deliveries until resumed", permissions=["change"])
    def pause(self, request: HttpRequest, connections: QuerySet[StoreConnection]) -> None:
        """Unpair the chosen stores; their credentials stay."""
        for connection in connections:
            try:
                unpair(connection)
            except NotPossibleError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"{connection} is paused.")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- Django's signature
        """Never: a store is connected where its secret can be shown once."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 -- Django's signature
        """Never: its vouchers point to it; the store's page can delete it and keep the row."""
        return False


@admin.register(Activity)
class ActivityAdmin(Untouchable, OfCompany):
    """What happened on connections."""

    list_display = ("at", "connection", "status", "text", "order_id", "voucher")
    list_select_related = ("company", "connection")
    list_filter = ("status", "kind", "connection")
    search_fields = ("=order_id", "text", "connection__name")
    ordering = ("-id",)


@admin.register(PairingCode)
class PairingCodeAdmin(Untouchable, OfCompany):
    """Codes by their life; the codes themselves are known to nobody here."""

    list_display = ("made_at", "connection", "made_by", "expires_at", "used_at", "voided_at")
    list_select_related = ("company", "connection", "made_by")
    list_filter = ("connection",)
    search_fields = ("connection__name", "made_by__email")
    ordering = ("-id",)


@admin.register(PairedSite)
class PairedSiteAdmin(Untouchable, OfCompany):
    """What plugins told about their sites."""

    list_display = (
        "connection", "site_url", "plugin_version", "wc_version", "wp_version", "waiting",
        "clock_skew", "told_at",
    )  # fmt: skip
    list_select_related = ("company", "connection")
    search_fields = ("connection__name", "site_url", "site_name")


@admin.register(GuessCount)
class GuessCountAdmin(Untouchable, AnyAdmin):
    """How many pairing codes were tried; whose address a row stands for is known to nobody."""

    list_display = ("window_started_at", "count")
    list_display_links = None
    ordering = ("-window_started_at",)


@admin.register(KeyRequest)
class KeyRequestAdmin(Untouchable, OfCompany):
    """Who asked a store for keys, and how it ended; what it is known by is not shown."""

    list_display = ("made_at", "connection", "site_url", "made_by", "answered_at", "outcome")
    list_select_related = ("company", "connection", "made_by")
    list_filter = ("outcome",)
    search_fields = ("connection__name", "site_url", "made_by__email")
    exclude = ("digest", "session")
    ordering = ("-id",)
