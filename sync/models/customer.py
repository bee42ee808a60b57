"""Customers: who buys from a company's stores, where the stores share contact details.

The books know a buyer by name, state and GSTIN alone, whatever stands here: nothing of it is read
by posting, and an order without an e-mail address belongs to the pseudo-customer.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from connections.models import StoreConnection
from ledger.models import Company


class Customer(models.Model):
    """A person or business, known in the company by an e-mail address, whichever store told it.

    `email_key`, `mailbox` and `phone_key` are address and number as they are compared
    (`sync.core.people`). `told_at`, UTC, is what the store's newest word was of: an older word
    fills gaps only. A customer who was merged stands for another one, `merged_into`, and keeps his
    own details, so that it can be undone.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="customers", db_index=False
    )
    email = models.CharField(max_length=200)
    email_key = models.CharField(max_length=200)
    mailbox = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    company_name = models.CharField(max_length=200, blank=True)
    gstin = models.CharField(max_length=15, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    phone_key = models.CharField(max_length=10, blank=True)
    billing = models.JSONField(default=dict)
    shipping = models.JSONField(default=dict)
    told_at = models.DateTimeField()
    first_seen_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="merged",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "id"), name="customer_company_id"),
            models.UniqueConstraint(fields=("company", "email_key"), name="customer_email_once"),
            models.CheckConstraint(name="customer_has_an_email", condition=~Q(email_key="")),
            models.CheckConstraint(
                name="customer_is_not_merged_into_himself", condition=~Q(merged_into=F("id"))
            ),
        )
        indexes = (
            models.Index(fields=("company", "name", "id"), name="customer_by_name"),
            models.Index(
                fields=("merged_into",),
                name="customer_merged",
                condition=Q(merged_into__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name or self.company_name or f"Customer {self.pk}"


class CustomerAccount(models.Model):
    """A registration in one store; `account_id` is WooCommerce's number of the customer."""

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="customer_accounts",
        db_constraint=False,
        db_index=False,
    )
    account_id = models.BigIntegerField()
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="accounts", db_constraint=False
    )
    is_deleted = models.BooleanField("deleted in the store", default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "account_id"), name="customer_account_once"
            ),
        )

    def __str__(self) -> str:
        return f"customer {self.account_id}"


class CustomerOrder(models.Model):
    """Whose an order is: the buyer whose e-mail address its newest content names."""

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
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="orders", db_constraint=False
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "order_id"), name="order_of_one_customer"
            ),
        )

    def __str__(self) -> str:
        return f"order {self.order_id}"


class CustomerMerge(models.Model):
    """Two customers who are one. `moved` are those who pointed to `dropped`, and he himself.

    Undoing it lets all of them stand for what they stood for before.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kept = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="merges", db_constraint=False
    )
    dropped = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    moved = ArrayField(models.BigIntegerField())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="merge_is_of_two", condition=~Q(kept=F("dropped"))),
            models.CheckConstraint(
                name="merge_is_undone_by_somebody",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.dropped_id} into {self.kept_id}"
