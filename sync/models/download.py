"""Files that are made in the background for a person to take away."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ledger.models import Company


class DownloadState(models.TextChoices):
    """How far a file is."""

    WAITING = "waiting", "Waiting for the worker"
    MAKING = "making", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Download(models.Model):
    """Several documents in one PDF (`vouchers`), or a long report in Excel (`report`, `query`).

    It belongs to who asked for it, and goes after a day. `beat_at` is when it last moved.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    report = models.CharField(max_length=30, blank=True)
    query = models.TextField(blank=True)
    vouchers = ArrayField(models.BigIntegerField(), default=list)
    copy = models.CharField(max_length=10, blank=True)
    title = models.CharField(max_length=200)
    filename = models.CharField(max_length=120)
    total = models.PositiveIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=9, choices=DownloadState.choices, default=DownloadState.WAITING
    )
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    content = models.BinaryField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="download_state_is_known", condition=Q(state__in=DownloadState.values)
            ),
            models.CheckConstraint(
                name="ready_download_has_content",
                condition=Q(state="ready", content__isnull=False)
                | (~Q(state="ready") & Q(content__isnull=True)),
            ),
            models.CheckConstraint(
                name="failed_download_has_a_reason", condition=~Q(state="failed") | ~Q(reason="")
            ),
        )
        indexes = (models.Index(fields=("company", "user", "-id"), name="download_of_user"),)

    def __str__(self) -> str:
        return self.title
