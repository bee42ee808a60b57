"""How far a store has been asked: for what changed lately, and for its history."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from connections.models import StoreConnection
from ledger.models import Company


class Pull(models.Model):
    """What is kept between two requests. `next_at` is when to ask again.

    `place` is a `connections.clients.protocol.Place` as text, empty at the beginning. `problem` is
    what went wrong last, in a sentence; `failures` how often in a row.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    place = models.CharField(max_length=60, blank=True)
    way = models.CharField(max_length=10, blank=True)
    page_size = models.PositiveSmallIntegerField(default=50)
    next_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem_code = models.CharField(max_length=40, blank=True)
    problem = models.CharField(max_length=400, blank=True)

    class Meta:
        abstract = True


class Polling(Pull):
    """Asking a store at intervals for what has changed.

    `cursor` is up to which change everything is stored; `place` is where a round that has not come
    to its end goes on. `newest_change_at` is the store's own newest change.
    """

    connection = models.OneToOneField(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="polling",
        primary_key=True,
        db_constraint=False,
    )
    is_on = models.BooleanField(default=False)
    interval_minutes = models.PositiveSmallIntegerField(default=15)
    cursor = models.CharField(max_length=60, blank=True)
    newest_change_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="polling_that_is_on_has_a_time",
                condition=Q(is_on=False) | Q(next_at__isnull=False),
            ),
            models.CheckConstraint(
                name="polling_interval_is_sensible",
                condition=Q(interval_minutes__gte=1, interval_minutes__lte=1440),
            ),
        )
        indexes = (models.Index(fields=("next_at",), name="polling_due", condition=Q(is_on=True)),)

    def __str__(self) -> str:
        return f"every {self.interval_minutes} minutes" if self.is_on else "off"


class BackfillState(models.TextChoices):
    """The life of a back-fill."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


OPEN_BACKFILLS = (BackfillState.RUNNING, BackfillState.PAUSED)


class Backfill(Pull):
    """Asking a store for all orders created since a day that a person chose, once.

    `start` is the beginning of that day in the company's zone, `until` when it was begun: what is
    created later comes by itself. `total` is what the store claims. `worked` is the time spent.
    """

    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="backfills",
        db_constraint=False,
        db_index=False,
    )
    state = models.CharField(
        max_length=9, choices=BackfillState.choices, default=BackfillState.RUNNING
    )
    since = models.DateField()
    start = models.DateTimeField()
    until = models.DateTimeField()
    fetched = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    worked = models.DurationField(help_text="Time spent asking.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="Empty: the command line.",
    )
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="backfill_state_is_known", condition=Q(state__in=BackfillState.values)
            ),
            models.UniqueConstraint(
                fields=("connection",),
                condition=Q(state__in=["running", "paused"]),
                name="one_open_backfill",
            ),
            models.CheckConstraint(
                name="running_backfill_has_a_time",
                condition=~Q(state="running") | Q(next_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finished_backfill_has_an_end",
                condition=Q(state__in=["running", "paused"], finished_at__isnull=True)
                | (~Q(state__in=["running", "paused"]) & Q(finished_at__isnull=False)),
            ),
        )
        indexes = (
            models.Index(fields=("next_at",), name="backfill_due", condition=Q(state="running")),
            models.Index(fields=("connection", "-id"), name="backfill_newest"),
        )

    def __str__(self) -> str:
        return f"since {self.since}"
