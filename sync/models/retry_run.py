"""Orders that a person had tried again together."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ledger.models import Company


class RetryRun(models.Model):
    """Many waiting orders tried again at once; how far it is, is seen from their deliveries.

    `orders` are ids of `sync_order` rows of the company.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    orders = ArrayField(models.BigIntegerField())
    begun_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(name="retry_run_has_orders", condition=Q(orders__len__gt=0)),
        )

    def __str__(self) -> str:
        return self.title
