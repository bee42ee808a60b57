"""Connected stores: identity, credentials, options."""

import uuid
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ledger.models import Company


class Status(models.TextChoices):
    """The life of a connection; `connections.lifecycle` has the transitions."""

    ACTIVE = "active", "Active"
    UNPAIRED = "unpaired", "Unpaired"
    DELETED = "deleted", "Deleted"


class PostAs(models.TextChoices):
    """What a booking order becomes."""

    SALE = "sale", "Sales voucher"
    DRAFT = "draft", "Draft"
    SALES_ORDER = "sales_order", "Sales order"


class UnmappedSku(models.TextChoices):
    """What happens to a line whose SKU matches no item."""

    POST = "post", "Post as “Unmapped SKU …”"
    CREATE = "create", "Create the item"
    WAIT = "wait", "Let the order wait"


class BareRefund(models.TextChoices):
    """What happens to a refund that does not say which lines it gives back."""

    SPREAD = "spread", "Spread over what stands of the order"
    WAIT = "wait", "Let the order wait for a person"


class StoreConnection(models.Model):
    """A store that sends us its orders.

    Secrets are tokens of `connections.vault`, never plain text. A deleted connection keeps its row:
    its vouchers point to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="connections")
    name = models.CharField("display name", max_length=100)
    platform = models.CharField(max_length=20, default="woocommerce")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    site_url = models.URLField(max_length=300, blank=True)
    secret = models.TextField(blank=True, help_text="Encrypted webhook signing secret.")
    previous_secret = models.TextField(blank=True)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    consumer_key = models.TextField(blank=True, help_text="Encrypted REST consumer key.")
    consumer_secret = models.TextField(blank=True, help_text="Encrypted REST consumer secret.")
    allow_http = models.BooleanField("allow insecure HTTP (testing only)", default=False)
    last_polled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    is_enabled = models.BooleanField("integration on", default=True)
    share_contact_details = models.BooleanField(default=False)
    post_as = models.CharField(max_length=11, choices=PostAs.choices, default=PostAs.SALE)
    status_mapping = models.JSONField(
        default=dict, blank=True, help_text="Store status → post, draft, ignore or cancel."
    )
    tax_mapping = models.JSONField(
        default=dict, blank=True, help_text="Rate id of the store → what the tax is called here."
    )
    former_tax_mappings = models.JSONField(
        default=list, blank=True, help_text="Each with the last voucher that was posted under it."
    )
    go_live_date = models.DateField(
        "orders are booked if created from",
        null=True,
        blank=True,
        help_text="In the company's zone; empty: all are.",
    )
    rounds_to_rupee = models.BooleanField("the store rounds totals to the rupee", default=False)
    gstin_fields = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    unmapped_sku = models.CharField(
        max_length=6, choices=UnmappedSku.choices, default=UnmappedSku.POST
    )
    bare_refund = models.CharField(
        max_length=6, choices=BareRefund.choices, default=BareRefund.SPREAD
    )
    hold_short_of_stock = models.BooleanField("hold orders that are short of stock", default=False)
    matches_lookup_code = models.BooleanField("match by lookup code", default=False)
    matches_name = models.BooleanField("match by name", default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "id"), name="connection_company_id"),
            models.CheckConstraint(
                name="connection_status_is_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="go_live_date_is_sensible",
                condition=Q(go_live_date__isnull=True)
                | Q(go_live_date__gte=date(2000, 1, 1), go_live_date__lt=date(2100, 1, 1)),
            ),
            models.CheckConstraint(
                name="bare_refund_is_known", condition=Q(bare_refund__in=BareRefund.values)
            ),
            models.CheckConstraint(
                name="active_connection_has_a_secret",
                condition=~Q(status="active") | ~Q(secret=""),
            ),
            models.CheckConstraint(
                name="previous_secret_has_an_end",
                condition=Q(previous_secret="", previous_secret_until__isnull=True)
                | (~Q(previous_secret="") & Q(previous_secret_until__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return self.name
