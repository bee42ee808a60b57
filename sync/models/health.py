"""How connections are looked after: when next, and what was found wrong."""

from django.db import models
from django.db.models import F, Q

from connections.models import StoreConnection
from ledger.models import Company
from sync.core.health import Cause


class Watch(models.Model):
    """When a connection is looked at next, and what its own webhooks were given last.

    `failures` is how often in a row the store could not be asked. `webhooks_at` is when its
    webhooks were registered or repaired first, `webhooks_secret` a keyed hash of the secret that
    they have: stores never tell it.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = models.OneToOneField(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="watch",
        primary_key=True,
        db_constraint=False,
    )
    next_at = models.DateTimeField(db_index=True)
    checked_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    webhooks_at = models.DateTimeField(null=True)
    webhooks_secret = models.BinaryField(max_length=32, default=b"")

    def __str__(self) -> str:
        return f"next look {self.next_at:%Y-%m-%d %H:%M}"


class Finding(models.Model):
    """Something wrong with a connection: what, since when, what was done, and who was told.

    It is open until a look no longer shows it. `mailed_at` is when its people were told last,
    `mail_at` when they may be told (again); `mail_problem` says why they could not.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="findings",
        db_constraint=False,
        db_index=False,
    )
    cause = models.CharField(max_length=20, choices=[(each.value, each.name) for each in Cause])
    text = models.CharField(max_length=400)
    done = models.CharField(max_length=400, blank=True)
    needs_person = models.BooleanField(default=False)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    mail_problem = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "cause"),
                condition=Q(resolved_at=None),
                name="one_open_finding_per_cause",
            ),
            models.CheckConstraint(
                name="finding_cause_is_known",
                condition=Q(cause__in=[each.value for each in Cause]),
            ),
            models.CheckConstraint(name="finding_says_what_is_wrong", condition=~Q(text="")),
            models.CheckConstraint(
                name="finding_is_seen_after_it_began", condition=Q(seen_at__gte=F("since"))
            ),
            models.CheckConstraint(
                name="finding_is_resolved_after_it_was_seen",
                condition=Q(resolved_at=None) | Q(resolved_at__gte=F("seen_at")),
            ),
        )
        indexes = (models.Index(fields=("connection", "cause", "-id"), name="finding_newest"),)

    def __str__(self) -> str:
        return self.text
