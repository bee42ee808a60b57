"""What is in stock: to be found and read. It is entered on the items' pages."""

from django.contrib import admin

from ledger.admin.scope import OfCompany, Untouchable
from ledger.models import StockLevel, StockMovement


@admin.register(StockMovement)
class StockMovementAdmin(Untouchable, OfCompany):
    """Movements that people entered."""

    list_display = ("item", "kind", "quantity", "day", "note", "made_by", "company")
    list_select_related = ("item", "made_by")
    list_filter = ("kind",)
    search_fields = ("=item__sku", "note")
    ordering = ("-id",)


@admin.register(StockLevel)
class StockLevelAdmin(Untouchable, OfCompany):
    """What items that keep stock have left."""

    list_display = ("item", "since", "entered", "booked", "left", "company")
    list_select_related = ("item",)
    search_fields = ("=item__sku",)
    ordering = ("item",)
