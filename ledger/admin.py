"""Staff's view of the ledger: everything can be found, nothing posted can be touched."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest

from ledger.access import companies_of
from ledger.models import (
    Account,
    ApiToken,
    BooksLock,
    Company,
    Draft,
    Entry,
    Item,
    ItemRate,
    Membership,
    Party,
    Series,
    User,
    Voucher,
    VoucherLine,
    VoucherTax,
)

if TYPE_CHECKING:
    # Django's own classes take no type arguments outside of the stubs.
    AnyAdmin = admin.ModelAdmin[Any]
    AnyInline = admin.TabularInline[Any, Any]
    AnyUserAdmin = UserAdmin[User]
else:
    AnyAdmin, AnyInline, AnyUserAdmin = admin.ModelAdmin, admin.TabularInline, UserAdmin


def visible_companies(request: HttpRequest) -> QuerySet[Company]:
    """All companies for a superuser; other staff see those that they are members of."""
    user = request.user
    if user.is_active and user.is_superuser:
        return Company.objects.all()
    return companies_of(user)


class OfCompany(AnyAdmin):
    """Rows of companies: other staff than superusers see and choose only their companies' own."""

    company_path = "company"
    show_full_result_count = False
    list_select_related: ClassVar[tuple[str, ...]] = ("company",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows of the companies that this member of staff may see."""
        rows = super().get_queryset(request)
        return rows.filter(**{f"{self.company_path}__in": visible_companies(request)})

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer only what belongs to those companies."""
        related: Any = db_field.remote_field.model
        if related is Company:
            kwargs["queryset"] = visible_companies(request)
        elif hasattr(related, "company"):
            kwargs["queryset"] = related.objects.filter(company__in=visible_companies(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class Untouchable:
    """Rows that only the product itself writes: shown, and no more."""

    def has_add_permission(self, *_: object) -> bool:
        """Never."""
        return False

    def has_change_permission(self, *_: object) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, *_: object) -> bool:
        """Never."""
        return False


class Part(Untouchable, AnyInline):
    """A voucher's parts, on the voucher's page."""

    extra = 0
    exclude = ("company",)


class LinePart(Part):
    """Lines."""

    model = VoucherLine


class TaxPart(Part):
    """Taxes."""

    model = VoucherTax


class EntryPart(Part):
    """Entries, with the names of their accounts."""

    model = Entry

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Fetch the accounts with them."""
        return super().get_queryset(request).select_related("account")


@admin.register(User)
class PersonAdmin(AnyUserAdmin):
    """People, by address. Django's own admin, without the user name that nobody types."""

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


@admin.register(Membership)
class MembershipAdmin(OfCompany):
    """Who has which role where."""

    list_display = ("company", "user", "role")
    list_filter = ("role",)
    list_select_related = ("company", "user")
    search_fields = ("company__name", "user__email")
    autocomplete_fields = ("user",)


@admin.register(BooksLock)
class BooksLockAdmin(OfCompany):
    """Up to when the books of a company are closed."""

    list_display = ("company", "locked_until", "reason")
    search_fields = ("company__name",)
    readonly_fields = ("company",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- Django's signature
        """Never: every company has its one from the start."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 -- Django's signature
        """Never: without it nothing could be posted."""
        return False


@admin.register(Account)
class AccountAdmin(OfCompany):
    """The charts of accounts."""

    list_display = ("code", "name", "group", "nature", "company", "is_active")
    list_filter = ("nature", "is_active")
    search_fields = ("code", "name", "key", "company__name")
    readonly_fields = ("key",)


@admin.register(Party)
class PartyAdmin(OfCompany):
    """Customers."""

    list_display = ("name", "gstin", "state", "is_pseudo", "company")
    search_fields = ("name", "gstin", "company__name")
    readonly_fields = ("is_pseudo",)


class RatePart(AnyInline):
    """GST rates of an item, from day to day."""

    model = ItemRate
    extra = 0
    exclude = ("company",)


@admin.register(Item)
class ItemAdmin(OfCompany):
    """Items with their rates."""

    list_display = ("sku", "name", "hsn", "taxability", "price", "company", "is_active")
    list_filter = ("taxability", "is_active")
    search_fields = ("sku", "name", "lookup_code", "barcode", "hsn", "company__name")
    inlines = (RatePart,)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        """A rate belongs to the company of its item."""
        for rate in formset.save(commit=False):
            rate.company = form.instance.company
        super().save_formset(request, form, formset, change)


@admin.register(Series)
class SeriesAdmin(Untouchable, OfCompany):
    """Where the numbers of each type and year stand."""

    list_display = ("company", "type", "financial_year", "prefix", "next_ordinal")
    list_filter = ("type",)
    search_fields = ("company__name", "prefix", "financial_year")


@admin.register(Voucher)
class VoucherAdmin(Untouchable, OfCompany):
    """Posted vouchers with their parts."""

    list_display = ("number", "type", "date", "reference", "buyer_name", "total", "company")
    list_filter = ("type",)
    search_fields = ("number", "=reference", "buyer_name", "=buyer_gstin", "=source_key")
    ordering = ("-id",)
    inlines = (LinePart, TaxPart, EntryPart)


@admin.register(VoucherLine)
class VoucherLineAdmin(Untouchable, OfCompany):
    """Lines, to find where an item or an HSN code was sold."""

    list_display = ("voucher", "position", "description", "sku", "hsn", "taxable_value", "rate")
    list_select_related = ("voucher",)
    search_fields = ("=sku", "=hsn", "description", "=voucher__number")
    ordering = ("-id",)


@admin.register(VoucherTax)
class VoucherTaxAdmin(Untouchable, OfCompany):
    """Taxes."""

    list_display = ("voucher", "name", "rate", "taxable_value", "amount", "is_as_charged")
    list_select_related = ("voucher",)
    list_filter = ("is_as_charged",)
    search_fields = ("=name", "=voucher__number")
    ordering = ("-id",)


@admin.register(Entry)
class EntryAdmin(Untouchable, OfCompany):
    """Debits and credits."""

    list_display = ("voucher", "account", "debit", "credit")
    list_select_related = ("voucher", "account")
    search_fields = ("=voucher__number", "account__name")
    ordering = ("-id",)


@admin.register(Draft)
class DraftAdmin(Untouchable, OfCompany):
    """Drafts: the sync replaces them by itself."""

    list_display = ("reference", "type", "date", "buyer_name", "total", "is_sales_order", "company")
    list_filter = ("type", "is_sales_order")
    search_fields = ("=reference", "buyer_name", "=source_key")
    ordering = ("-id",)


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
