"""Which item a store's SKU stands for, and the SKUs for which nobody has said it yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from connections.models import StoreConnection
from ledger.models import Company, Item
from sync.core.sku_sheet import LONGEST_SKU


class SkuMapping(models.Model):
    """A store's SKU and the item that it stands for; lines booked earlier follow it.

    `key` is the SKU's `spelling_key`, which a constraint compares. `set_import` is the import that
    wrote the row last, null where a person did by hand.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="sku_mappings",
        db_constraint=False,
        db_index=False,
    )
    key = models.TextField()
    sku = models.CharField("store SKU", max_length=LONGEST_SKU)
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    set_at = models.DateTimeField()
    set_import = models.ForeignKey(
        "sync.SkuImport",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        verbose_name = "SKU mapping"
        constraints = (
            models.UniqueConstraint(fields=("connection", "key"), name="sku_is_mapped_once"),
            models.CheckConstraint(name="mapped_sku_is_not_empty", condition=~Q(key="")),
        )
        indexes = (models.Index(fields=("company", "item"), name="mapping_of_item"),)

    def __str__(self) -> str:
        return self.sku


class UnmatchedSku(models.Model):
    """A SKU that fitted no item when an order came; it is unmapped until somebody maps it.

    `lines` counts the lines that were booked without an item, notes included. `sku` and `name` are
    as in the newest order, `last_at` (UTC) is when that was placed. The key "" stands for lines
    without a SKU.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="unmatched_skus",
        db_constraint=False,
        db_index=False,
    )
    key = models.TextField()
    sku = models.CharField(max_length=LONGEST_SKU)
    name = models.TextField()
    lines = models.PositiveIntegerField()
    last_order_id = models.BigIntegerField()
    last_number = models.CharField(max_length=60)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = "unmatched SKU"
        constraints = (
            models.UniqueConstraint(fields=("connection", "key"), name="unmatched_sku_once"),
        )
        indexes = (
            models.Index(fields=("connection", "-last_at", "-id"), name="unmatched_sku_newest"),
        )

    def __str__(self) -> str:
        return self.sku or "no SKU"
