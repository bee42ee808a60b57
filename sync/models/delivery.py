"""What came from stores: each content once, each arrival, and whether somebody should look."""

from django.db import models
from django.db.models import Q

from connections.models import StoreConnection
from ledger.models import Company


class DeliveryState(models.TextChoices):
    """How a delivery ended. There is no other way; RECEIVED is on its way to one of these."""

    RECEIVED = "received", "Received"
    BOOKED = "booked", "Booked"
    UNCHANGED = "unchanged", "Unchanged"
    SUPERSEDED = "superseded", "Superseded by a newer one"
    IGNORED = "ignored", "Ignored"
    ALARM = "alarm", "Alarm"
    WAITING = "waiting", "Waiting"


class Lane(models.IntegerChoices):
    """Live deliveries go before history."""

    LIVE = 0, "Live"
    BACKFILL = 1, "Back-fill"


class Snapshot(models.Model):
    """An order as a store described it, without personal data beyond what is allowed.

    The same content of the same order stands once: that is how repeated deliveries are known.
    `first_seen_at` is UTC; the store's own times stand in the payload.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    order_id = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    payload = models.JSONField()
    is_deletion = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "order_id", "digest"), name="snapshot_content_once"
            ),
            models.UniqueConstraint(fields=("company", "id"), name="snapshot_company_id"),
        )

    def __str__(self) -> str:
        return f"order {self.order_id}"


class Delivery(models.Model):
    """One arrival at the door, or from a pull; the record of work.

    `reason` is a sentence for people, `reason_code` a word for programs.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,
    )
    received_at = models.DateTimeField()
    topic = models.CharField(max_length=60)
    store_delivery_id = models.CharField(max_length=64, blank=True)
    order_id = models.BigIntegerField(null=True)
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        related_name="deliveries",
        db_constraint=False,
    )
    is_repeat = models.BooleanField(default=False)
    is_replay = models.BooleanField(default=False)
    built_at = models.CharField(
        max_length=32, blank=True, help_text="When the plugin read the order: ISO, UTC."
    )
    lane = models.SmallIntegerField(choices=Lane.choices, default=Lane.LIVE)
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.RECEIVED
    )
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (
            models.CheckConstraint(
                name="delivery_state_is_known", condition=Q(state__in=DeliveryState.values)
            ),
            models.CheckConstraint(
                name="waiting_delivery_has_a_reason",
                condition=~Q(state="waiting") | ~Q(reason=""),
            ),
        )
        indexes = (
            models.Index(
                fields=("connection", "lane", "id"),
                name="delivery_to_process",
                condition=Q(state="received"),
            ),
            models.Index(fields=("connection", "order_id", "id"), name="delivery_of_order"),
            models.Index(fields=("connection", "-id"), name="delivery_newest"),
            models.Index(
                fields=("connection", "id"),
                name="delivery_needs_somebody",
                condition=Q(state__in=["waiting", "alarm"]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.order_id or ''}".strip()


class Wakeup(models.Model):
    """Whether a drain has been asked for; its own row, so that the door never waits for a batch."""

    connection = models.OneToOneField(
        StoreConnection, on_delete=models.PROTECT, primary_key=True, related_name="wakeup"
    )
    wake_requested = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "requested" if self.wake_requested else "quiet"
