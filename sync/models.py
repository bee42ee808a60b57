"""Deliveries, snapshots, orders, and what ties them to vouchers."""

from django.db import models
from django.db.models import Q

from connections.models import StoreConnection
from ledger.models import Company, Draft, Voucher


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
    `modified_at` is the store's own clock (UTC); `built_at` the plugin's, in microseconds.
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


class OrderState(models.TextChoices):
    """Where an order stands in the books."""

    BOOKED = "booked", "Booked"
    DRAFT = "draft", "Draft"
    IGNORED = "ignored", "Ignored"
    WAITING = "waiting", "Waiting"
    REVERSED = "reversed", "Reversed"


class Order(models.Model):
    """What is known of a store's order: its newest snapshot, and where it stands in the books.

    Money in the order's own currency as the store says it; `net_booked` in the company's.
    `waits_for` is what a waiting order needs (a code), so that it is tried again when that changed.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="orders",
        db_constraint=False,
        db_index=False,
    )
    order_id = models.BigIntegerField()
    number = models.CharField(max_length=60)
    store_status = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    store_total = models.DecimalField(max_digits=16, decimal_places=2)
    store_refunded = models.DecimalField(max_digits=16, decimal_places=2)
    net_booked = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    state = models.CharField(max_length=8, choices=OrderState.choices)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    version = models.CharField(
        max_length=80, help_text="Orders snapshots by age: modified, built, highest id within."
    )
    is_deleted = models.BooleanField(default=False)
    created_at = models.DateTimeField(null=True, help_text="In the store, UTC.")
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When what counts of it was first seen.")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("connection", "order_id"), name="order_once"),
            models.CheckConstraint(
                name="order_state_is_known", condition=Q(state__in=OrderState.values)
            ),
            models.CheckConstraint(
                name="waiting_order_has_a_reason", condition=~Q(state="waiting") | ~Q(reason="")
            ),
        )
        indexes = (
            models.Index(fields=("connection", "state", "-order_id"), name="order_by_state"),
        )

    def __str__(self) -> str:
        return f"#{self.number}"


class DocumentKind(models.TextChoices):
    """Why a document of an order was posted."""

    SALE = "sale", "Sale"
    REFUND = "refund", "Refund"
    EDIT = "edit", "Edit"
    REVERSAL = "reversal", "Reversal"
    REFUND_UNDONE = "refund_undone", "Refund undone"


class OrderDocument(models.Model):
    """Ties a voucher to the order that caused it."""

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
    voucher = models.OneToOneField(
        Voucher, on_delete=models.PROTECT, related_name="order_document", db_constraint=False
    )
    kind = models.CharField(max_length=13, choices=DocumentKind.choices)
    refund_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="order_document_kind_is_known", condition=Q(kind__in=DocumentKind.values)
            ),
            models.CheckConstraint(
                name="refund_document_names_its_refund",
                condition=Q(kind__in=["refund", "refund_undone"], refund_id__isnull=False)
                | (~Q(kind__in=["refund", "refund_undone"]) & Q(refund_id__isnull=True)),
            ),
        )
        indexes = (
            models.Index(fields=("connection", "order_id", "voucher"), name="document_of_order"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.order_id}"


class OrderDraft(models.Model):
    """Ties a draft to its order."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(
        StoreConnection, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    order_id = models.BigIntegerField()
    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="order_draft")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("connection", "order_id"), name="order_draft_once"),
        )

    def __str__(self) -> str:
        return f"draft of {self.order_id}"


class Acceptance(models.Model):
    """A person's decision about an order that waited, good for the very sums that were shown.

    `code` is the reason it waited for; `token` a digest of the snapshot the person saw.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    connection = models.ForeignKey(
        StoreConnection, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    order_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    value = models.JSONField(default=dict)
    user = models.ForeignKey("ledger.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "order_id", "code"), name="acceptance_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} accepted for {self.order_id}"


class Heartbeat(models.Model):
    """The last sign of life of the worker."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
