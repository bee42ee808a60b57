"""Orders that a person chose to be brought from a store."""

from django.db import models
from django.db.models import Q

from connections.models import StoreConnection
from ledger.models import Company
from sync.models.errand import Errand


class OrderImport(Errand):
    """Some orders of a store, asked for by their ids and put through the ordinary inbox."""

    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="order_imports",
        db_constraint=False,
        db_index=False,
    )

    class Meta(Errand.Meta):
        verbose_name = "order import"

    def __str__(self) -> str:
        return f"{self.total} orders"


class ImportOutcome(models.TextChoices):
    """What became of an order; ASKED and KEPT are on the way."""

    ASKED = "asked", "To be asked for"
    KEPT = "kept", "To be booked"
    BOOKED = "booked", "Booked"
    UNCHANGED = "unchanged", "Unchanged"
    DRAFT = "draft", "Draft"
    WAITING = "waiting", "Waiting"
    IGNORED = "ignored", "Ignored by a rule"
    FAILED = "failed", "Failed"


_WITH_REASON = ["waiting", "ignored", "failed"]


class ImportedOrder(models.Model):
    """An order of an import. `delivery_id` is the arrival that it came with."""

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    order_import = models.ForeignKey(
        OrderImport,
        on_delete=models.PROTECT,
        related_name="orders",
        db_constraint=False,
        db_index=False,
    )
    order_id = models.BigIntegerField()
    number = models.CharField(max_length=60)
    outcome = models.CharField(
        max_length=9, choices=ImportOutcome.choices, default=ImportOutcome.ASKED
    )
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    delivery_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("order_import", "order_id"), name="imported_order_once"
            ),
            models.CheckConstraint(
                name="imported_order_outcome_is_known",
                condition=Q(outcome__in=ImportOutcome.values),
            ),
            models.CheckConstraint(
                name="kept_order_has_its_delivery",
                condition=~Q(outcome="kept") | Q(delivery_id__isnull=False),
            ),
            models.CheckConstraint(
                name="order_left_out_of_an_import_has_a_reason",
                condition=~Q(outcome__in=_WITH_REASON) | ~Q(reason=""),
            ),
        )
        indexes = (
            models.Index(fields=("order_import", "outcome"), name="imported_order_by_outcome"),
            models.Index(fields=("delivery_id",), name="imported_order_by_delivery"),
        )

    def __str__(self) -> str:
        return f"#{self.number}"
