"""Items that a company sells."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from ledger.core.gst import Taxability
from ledger.models.company import Company


class Item(models.Model):
    """Goods or a service, with what GST asks of it. `price` is in rupees without tax."""

    TAXABILITIES: ClassVar = [
        (Taxability.TAXABLE.value, "Taxable"),
        (Taxability.NIL_RATED.value, "Nil-rated"),
        (Taxability.EXEMPT.value, "Exempt"),
        (Taxability.NON_GST.value, "Non-GST"),
    ]

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="items")
    sku = models.CharField("SKU", max_length=100)
    lookup_code = models.CharField(max_length=100, blank=True)
    barcode = models.CharField(max_length=50, blank=True)
    name = models.CharField(max_length=250)
    hsn = models.CharField("HSN/SAC", max_length=8, blank=True)
    taxability = models.CharField(
        max_length=10, choices=TAXABILITIES, default=Taxability.TAXABLE.value
    )
    unit = models.CharField("unit (UQC)", max_length=8, default="NOS")
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    is_service = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "id"), name="item_company_id"),
            models.UniqueConstraint(fields=("company", "sku"), name="item_sku_once_per_company"),
            models.CheckConstraint(
                name="item_hsn_is_digits", condition=Q(hsn="") | Q(hsn__regex=r"^[0-9]{2,8}$")
            ),
            models.CheckConstraint(
                name="item_price_is_not_negative",
                condition=Q(price__isnull=True) | Q(price__gte=0),
            ),
            models.CheckConstraint(
                name="item_taxability_is_known",
                condition=Q(taxability__in=["taxable", "nil_rated", "exempt", "non_gst"]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.sku} · {self.name}"


class ItemRate(models.Model):
    """The GST rate of an item from a day on: rates change, old sales keep theirs."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="rates", db_constraint=False
    )
    rate = models.DecimalField("GST %", max_digits=6, decimal_places=3)
    valid_from = models.DateField()

    class Meta:
        ordering = ("-valid_from",)
        constraints = (
            models.UniqueConstraint(fields=("item", "valid_from"), name="item_rate_once_a_day"),
            models.CheckConstraint(
                name="item_rate_is_a_percentage", condition=Q(rate__gte=0, rate__lte=100)
            ),
        )

    def __str__(self) -> str:
        return f"{self.rate} % from {self.valid_from}"
