"""Looks at a store's registered customers, to choose from whom to keep."""

from django.db import models
from django.db.models import Q

from connections.models import StoreConnection
from ledger.models import Company
from sync.models.errand import Errand


class CustomerLook(Errand):
    """The registered customers of a store, as it tells them. None is kept before he is chosen."""

    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="customer_looks",
        db_constraint=False,
        db_index=False,
    )

    class Meta(Errand.Meta):
        verbose_name = "customer look"

    def __str__(self) -> str:
        return f"{self.done} customers"


class LookOutcome(models.TextChoices):
    """What became of a customer; FOUND may be chosen."""

    FOUND = "found", "Not chosen"
    CREATED = "created", "Created"
    UPDATED = "updated", "Updated"
    SKIPPED = "skipped", "Skipped"
    FAILED = "failed", "Failed"


class LookedCustomer(models.Model):
    """A customer of a look. `payload` is what `sync.core.customers` keeps of him.

    `position` is where the store's list had him: one that cannot be read has no number.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    look = models.ForeignKey(
        CustomerLook,
        on_delete=models.CASCADE,
        related_name="customers",
        db_constraint=False,
        db_index=False,
    )
    position = models.PositiveIntegerField()
    account_id = models.BigIntegerField(null=True)
    email = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    payload = models.JSONField(default=dict)
    outcome = models.CharField(max_length=7, choices=LookOutcome.choices, default=LookOutcome.FOUND)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("look", "position"), name="looked_customer_once"),
            models.UniqueConstraint(fields=("look", "account_id"), name="looked_account_once"),
            models.CheckConstraint(
                name="looked_customer_outcome_is_known", condition=Q(outcome__in=LookOutcome.values)
            ),
            models.CheckConstraint(
                name="customer_left_out_has_a_reason",
                condition=~Q(outcome__in=["skipped", "failed"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="customer_to_choose_has_a_number",
                condition=Q(outcome__in=["skipped", "failed"]) | Q(account_id__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name or f"Customer {self.account_id}"
