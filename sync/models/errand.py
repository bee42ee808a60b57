"""What people send the worker to a store for: in the background, page by page, once."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from sync.models.pull import Pull


class ErrandState(models.TextChoices):
    """The life of an errand. One that is paused needs a person, and goes on where it stopped."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Stopped"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


OPEN_ERRANDS = (ErrandState.RUNNING, ErrandState.PAUSED)
_OPEN = Q(state__in=["running", "paused"])


class Errand(Pull):
    """Asking a store for orders because a person wants them.

    `done` is how many orders the store has told of, `total` how many it says there are.
    """

    state = models.CharField(max_length=9, choices=ErrandState.choices, default=ErrandState.RUNNING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.UniqueConstraint(fields=("company", "id"), name="%(class)s_company_id"),
            models.CheckConstraint(
                name="%(class)s_state_is_known", condition=Q(state__in=ErrandState.values)
            ),
            models.CheckConstraint(
                name="running_%(class)s_has_a_time",
                condition=~Q(state="running") | Q(next_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finished_%(class)s_has_an_end",
                condition=Q(_OPEN, finished_at__isnull=True)
                | (~_OPEN & Q(finished_at__isnull=False)),
            ),
        )
        indexes = (
            models.Index(fields=("next_at",), name="%(class)s_due", condition=Q(state="running")),
            models.Index(fields=("connection", "-id"), name="%(class)s_newest"),
        )

    @property
    def is_open(self) -> bool:
        """Whether it runs, or waits for a person."""
        return self.state in OPEN_ERRANDS
