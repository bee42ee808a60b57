"""How people get in: sessions and second factors, without what would let staff in with them."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest

from ledger.admin.scope import AnyAdmin, OfCompany, Untouchable
from ledger.models import Authenticator, CompanyVersion, RecoveryCode, Session


class OfPerson(Untouchable, AnyAdmin):
    """Rows of people, for superusers: other staff see companies, and these belong to none."""

    def has_view_permission(self, request: HttpRequest, _obj: object = None) -> bool:
        """Whether this is a superuser."""
        return request.user.is_active and request.user.is_superuser

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same for the index."""
        return self.has_view_permission(request)


@admin.register(Session)
class SessionAdmin(OfPerson):
    """Who is logged in, from where; neither key nor content, as a key is a log-in.

    There is a list and no page for each: its address would be the key.
    """

    list_display = ("user", "started_at", "last_seen_at", "address", "device", "expire_date")
    list_display_links = None
    list_select_related = ("user",)
    search_fields = ("user__email", "=address")
    ordering = ("-last_seen_at",)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The list, for superusers."""
        return obj is None and super().has_view_permission(request)


@admin.register(Authenticator)
class AuthenticatorAdmin(OfPerson):
    """Who has a second factor; the seed is not shown, sealed or not."""

    list_display = ("user", "confirmed_at", "failures", "blocked_until")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    exclude = ("seed", "last_step")


@admin.register(RecoveryCode)
class RecoveryCodeAdmin(OfPerson):
    """How many recovery codes people have left."""

    list_display = ("user", "used_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    exclude = ("digest",)


@admin.register(LogEntry)
class LogEntryAdmin(OfPerson):
    """What staff did here."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag")
    list_select_related = ("user", "content_type")
    list_filter = ("action_flag",)
    search_fields = ("user__email", "object_repr")


@admin.register(CompanyVersion)
class CompanyVersionAdmin(Untouchable, OfCompany):
    """What companies said of themselves, since when."""

    list_display = ("company", "since")
    search_fields = ("company__name",)
    ordering = ("-id",)
