"""The lines of the activity log."""

from django.db import models
from django.db.models import Q

from connections.models.connection import StoreConnection
from ledger.models import Company


class ActivityStatus(models.TextChoices):
    """The pill on an activity line."""

    SAVED = "saved", "Saved"
    DRAFT = "draft", "Draft"
    SKIPPED = "skipped", "Skipped"
    WAITING = "waiting", "Waiting"
    FAILED = "failed", "Failed"
    INFO = "info", "Info"


class Activity(models.Model):
    """What happened on a connection, in a sentence for people.

    `voucher` is the ledger's id of the voucher it is about, if any. Nothing personal in `text`.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="activity",
        db_constraint=False,
        db_index=False,
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    text = models.CharField(max_length=300)
    status = models.CharField(max_length=7, choices=ActivityStatus.choices)
    order_id = models.BigIntegerField(null=True)
    voucher = models.BigIntegerField(null=True)

    class Meta:
        verbose_name_plural = "activity"
        indexes = (
            models.Index(fields=("connection", "-id"), name="activity_newest"),
            models.Index(
                fields=("connection", "order_id", "-id"),
                name="activity_of_order",
                condition=Q(order_id__isnull=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="activity_status_is_known", condition=Q(status__in=ActivityStatus.values)
            ),
        )

    def __str__(self) -> str:
        return self.text
