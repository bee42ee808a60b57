"""Parties: whom vouchers are with."""

from django.db import models
from django.db.models import Q

from ledger.models.company import Company


class Party(models.Model):
    """A customer. Registered buyers stand by GSTIN; all others share the pseudo-customer."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="parties")
    name = models.CharField(max_length=200)
    gstin = models.CharField(max_length=15, blank=True)
    state = models.CharField(max_length=2, blank=True)
    is_pseudo = models.BooleanField(
        "stands for all unregistered buyers of the company's stores", default=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "parties"
        constraints = (
            models.UniqueConstraint(fields=("company", "id"), name="party_company_id"),
            models.UniqueConstraint(
                fields=("company", "gstin"), name="party_gstin_once", condition=~Q(gstin="")
            ),
            models.UniqueConstraint(
                fields=("company",), name="party_pseudo_once", condition=Q(is_pseudo=True)
            ),
        )

    def __str__(self) -> str:
        return self.name
