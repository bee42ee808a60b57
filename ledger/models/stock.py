"""What is in stock: movements that people enter, and the running level of each item.

Quantities alone, in the item's unit. What vouchers move is not entered: the database takes it from
their lines (migrations/sql/0015_stock.sql). Places and values of stock are columns to come.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ledger.models.company import Company
from ledger.models.item import Item


class StockKind(models.TextChoices):
    """Why a person enters a movement."""

    OPENING = "opening", "Opening"
    RECEIPT = "receipt", "Receipt"
    ADJUSTMENT = "adjustment", "Adjustment"


class StockMovement(models.Model):
    """What a person entered; never changed, never deleted: a mistake is corrected by an adjustment.

    The opening is what was there when `day` began; only an adjustment may take away. `key` is the
    form's own, so that a form that is sent twice moves once.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(
        Item,
        on_delete=models.PROTECT,
        related_name="stock_movements",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=10, choices=StockKind.choices)
    quantity = models.DecimalField(max_digits=16, decimal_places=4)
    day = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    key = models.UUIDField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "key"), name="stock_movement_once"),
            models.UniqueConstraint(
                fields=("item",), condition=Q(kind="opening"), name="stock_is_opened_once"
            ),
            models.CheckConstraint(
                name="stock_movement_moves_as_its_kind_does",
                condition=Q(kind="opening", quantity__gte=0)
                | Q(kind="receipt", quantity__gt=0)
                | (Q(kind="adjustment") & ~Q(quantity=0)),
            ),
            models.CheckConstraint(
                name="stock_adjustment_says_why", condition=~Q(kind="adjustment", note="")
            ),
            models.CheckConstraint(
                name="stock_movement_day_is_sensible",
                condition=Q(day__gte=date(2000, 1, 1), day__lt=date(2100, 1, 1)),
            ),
        )
        indexes = (models.Index(fields=("item", "-day", "-id"), name="stock_movement_of_item"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.quantity}"


class StockLevel(models.Model):
    """What an item that keeps stock has left; an item without a row keeps none.

    Written by triggers alone: `entered` sums up the movements, `booked` what vouchers of the day
    `since` and later put back (above zero) or took (below).
    """

    item = models.OneToOneField(
        Item,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="stock_level",
        db_constraint=False,
    )
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    since = models.DateField()
    entered = models.DecimalField(max_digits=18, decimal_places=4)
    booked = models.DecimalField(max_digits=18, decimal_places=4)
    left = models.GeneratedField(
        expression=F("entered") + F("booked"),
        output_field=models.DecimalField(max_digits=18, decimal_places=4),
        db_persist=True,
    )

    def __str__(self) -> str:
        return f"{self.left} left"
