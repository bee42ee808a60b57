"""Questions for REST keys, put to a store through WooCommerce's own page."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from connections.models.connection import StoreConnection
from ledger.models import Company


class KeyOutcome(models.TextChoices):
    """How a question for keys ended. `TAKEN`: keys came, and are being tried."""

    OPEN = "open", "Open"
    TAKEN = "taken", "Being tried"
    KEPT = "kept", "Kept"
    FAILED = "failed", "Failed"
    DENIED = "denied", "Denied"
    VOIDED = "voided", "Voided by a newer one"


class KeyRequest(models.Model):
    """A question for keys: from one browser session, for one connection, to one store, once.

    Of the state that goes through the store, and of the session, only keyed hashes are kept.
    `problem` says what was wrong with the keys that came.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="key_requests",
        db_constraint=False,
        db_index=False,
    )
    digest = models.BinaryField(max_length=32, help_text="HMAC of the state with SECRET_KEY.")
    session = models.BinaryField(max_length=32, help_text="HMAC of the session's key.")
    site_url = models.URLField(max_length=300)
    allow_http = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=6, choices=KeyOutcome.choices, default=KeyOutcome.OPEN)
    problem = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("digest",), name="key_request_is_unique"),
            models.UniqueConstraint(
                fields=("connection",),
                condition=Q(outcome="open"),
                name="one_open_key_request",
            ),
            models.CheckConstraint(
                name="key_request_outcome_is_known", condition=Q(outcome__in=KeyOutcome.values)
            ),
            models.CheckConstraint(
                name="key_request_expires_later", condition=Q(expires_at__gt=F("made_at"))
            ),
            models.CheckConstraint(
                name="key_request_is_answered_in_time",
                condition=Q(answered_at=None) | Q(answered_at__lt=F("expires_at")),
            ),
            models.CheckConstraint(
                name="answered_key_request_says_when",
                condition=Q(outcome__in=["open", "denied", "voided"], answered_at=None)
                | (~Q(outcome__in=["open", "denied", "voided"]) & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="failed_key_request_has_a_problem",
                condition=~Q(outcome="failed") | ~Q(problem=""),
            ),
        )
        indexes = (models.Index(fields=("connection", "-id"), name="key_request_newest"),)

    def __str__(self) -> str:
        return f"question for keys of {self.made_at:%Y-%m-%d %H:%M}"
