"""Vouchers and their parts, and drafts: to be found and read."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from ledger.admin.scope import AnyInline, OfCompany, Untouchable
from ledger.models import Draft, Entry, Voucher, VoucherLine, VoucherTax


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
