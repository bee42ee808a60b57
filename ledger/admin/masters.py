"""What vouchers refer to: accounts, parties, items; series and locks."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ledger.admin.scope import AnyInline, OfCompany, Untouchable
from ledger.models import Account, BooksLock, Edit, Item, ItemRate, Party, Series


@admin.register(BooksLock)
class BooksLockAdmin(Untouchable, OfCompany):
    """Up to when the books of a company are closed; its members lock and open them."""

    list_display = ("company", "locked_until", "reason")
    search_fields = ("company__name",)


@admin.register(Edit)
class EditAdmin(Untouchable, OfCompany):
    """The edit log of all companies."""

    list_display = ("at", "company", "record", "action", "user", "via", "address", "database_role")
    list_select_related = ("company", "user")
    list_filter = ("action", "table")
    search_fields = ("=record", "=user__email", "via")
    ordering = ("-id",)


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
