"""The chart of accounts."""

from django.db import models
from django.db.models import Q

from ledger.models.company import Company


class Nature(models.TextChoices):
    """Where an account stands in the final accounts."""

    ASSET = "asset", "Asset"
    LIABILITY = "liability", "Liability"
    INCOME = "income", "Income"
    EXPENSE = "expense", "Expense"


class Account(models.Model):
    """An account of a company.

    `key` says what postings use it for (`sales:18:local`, `output:CGST`); empty for accounts that
    only people post to.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="accounts")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    group = models.CharField(max_length=60)
    nature = models.CharField(max_length=10, choices=Nature.choices)
    key = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=("company", "id"), name="account_company_id"),
            models.UniqueConstraint(
                fields=("company", "code"), name="account_code_once_per_company"
            ),
            models.UniqueConstraint(
                fields=("company", "name"), name="account_name_once_per_company"
            ),
            models.UniqueConstraint(
                fields=("company", "key"), name="account_key_once_per_company", condition=~Q(key="")
            ),
            models.CheckConstraint(
                name="account_nature_is_known", condition=Q(nature__in=Nature.values)
            ),
        )

    def __str__(self) -> str:
        return self.name
