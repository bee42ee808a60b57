"""Orders, and what ties them to vouchers, drafts and people's decisions."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from connections.models import StoreConnection
from ledger.models import Company, Draft, Voucher
from sync.models.delivery import Snapshot


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
    A waiting order says by `reason_code` what it needs, and by `reason` the same to people.
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
    missing_skus = ArrayField(
        models.TextField(),
        null=True,
        help_text="Keys of the SKUs that it waits for; null while it waits for none.",
    )
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
            models.CheckConstraint(
                name="order_before_go_live_is_not_booked",
                condition=~Q(reason_code="before_go_live") | Q(state="ignored", net_booked=0),
            ),
        )
        indexes = (
            models.Index(fields=("connection", "state", "-order_id"), name="order_by_state"),
            models.Index(
                "company",
                OpClass(Upper("number"), name="text_pattern_ops"),
                name="order_by_number",
            ),
            GinIndex(
                fields=("missing_skus",),
                name="order_by_missing_sku",
                condition=Q(missing_skus__isnull=False),
            ),
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
    """A person's decision about an order. It holds for the order's later snapshots as well.

    `code` is what the order waited for, or `post_now`; `value` what `sync.orders.acceptance` makes
    of it. Rows only grow: of each code the newest counts, and one that withdraws leaves none.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    connection = models.ForeignKey(
        StoreConnection, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    order_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    value = models.JSONField(default=dict)
    is_withdrawal = models.BooleanField(default=False)
    user = models.ForeignKey("ledger.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("connection", "order_id", "code", "-id"), name="answer_newest"),
        )

    def __str__(self) -> str:
        done = "withdrawn" if self.is_withdrawal else "accepted"
        return f"{self.code} {done} for {self.order_id}"
