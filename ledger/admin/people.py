"""People, their companies, their tokens."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from ledger.admin.scope import AnyAdmin, OfCompany, Untouchable, visible_companies
from ledger.models import ApiToken, Company, Invitation, Membership, User

if TYPE_CHECKING:
    AnyUserAdmin = UserAdmin[User]
else:
    AnyUserAdmin = UserAdmin


@admin.register(User)
class PersonAdmin(AnyUserAdmin):
    """People, by address. Django's own admin, without the user name that nobody types.

    Who may change a person may become that person: it is for superusers alone. Other staff see the
    members of their own companies.
    """

    ordering = ("email",)
    list_display = ("email", "first_name", "last_name", "is_active", "is_staff", "last_login")
    search_fields = ("email", "first_name", "last_name")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        ("Name", {"fields": ("first_name", "last_name")}),
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """All people for a superuser; other staff see their colleagues and themselves."""
        people = super().get_queryset(request)
        if request.user.is_superuser:
            return people
        colleagues = Membership.objects.filter(company__in=visible_companies(request))
        return people.filter(Q(pk__in=colleagues.values("user")) | Q(pk=request.user.pk))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Superusers'."""
        return request.user.is_superuser and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Superusers'."""
        return request.user.is_superuser and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        """Keep the user name equal to the address."""
        obj.email = obj.username = obj.email.lower()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, *_: object) -> bool:
        """Never: people stand in the books; switch them to inactive."""
        return False


@admin.register(Company)
class CompanyAdmin(OfCompany):
    """Companies. New ones are founded, with all that they need, by `create_company`."""

    company_path = "pk"
    list_select_related = ()
    list_display = ("name", "country", "state", "gstin", "scheme", "currency", "created_at")
    list_filter = ("scheme", "country")
    search_fields = ("name", "gstin")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- Django's signature
        """Never: a bare row would have no books."""
        return False

    def has_delete_permission(self, *_: object) -> bool:
        """Never: with it would go accounts, series and the edit log."""
        return False


@admin.register(Membership)
class MembershipAdmin(OfCompany):
    """Who has which role where."""

    list_display = ("company", "user", "role")
    list_filter = ("role",)
    list_select_related = ("company", "user")
    search_fields = ("company__name", "user__email")
    raw_id_fields = ("user",)


@admin.register(Invitation)
class InvitationAdmin(Untouchable, OfCompany):
    """Who was invited by whom; owners invite, where the link can be shown once."""

    list_display = ("company", "email", "role", "invited_by", "expires_at", "accepted_at")
    list_filter = ("role",)
    list_select_related = ("company", "invited_by")
    search_fields = ("company__name", "email")
    exclude = ("digest",)


@admin.register(ApiToken)
class ApiTokenAdmin(AnyAdmin):
    """Tokens: they can be taken away here; they are made where they can be shown once."""

    list_display = ("name", "user", "company", "scope", "expires_at", "last_used_on")
    list_select_related = ("user", "company")
    search_fields = ("name", "user__email", "company__name")
    exclude = ("digest",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        """A superuser sees all tokens, other staff their own."""
        tokens = super().get_queryset(request)
        return tokens if request.user.is_superuser else tokens.filter(user_id=request.user.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- Django's signature
        """Never: a token made here could not be shown."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 -- Django's signature
        """Never: issue another one."""
        return False
