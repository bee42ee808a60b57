"""What a company's details were, and since when."""

from django.db import models

from ledger.models.company import Company


class CompanyVersion(models.Model):
    """The row of a company as it stood from a moment on. A trigger writes it with every change.

    A document that is printed again names its supplier as on the day when it was posted.
    """

    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    since = models.DateTimeField()
    details = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "since"), name="company_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.details.get('name', '')} since {self.since:%Y-%m-%d}"
