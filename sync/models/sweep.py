"""Sweeps: a store's orders compared with the books, and the certificate that comes of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from connections.models import StoreConnection
from ledger.models import Company
from sync.core.certificate import Verdict
from sync.models.pull import Pull


class SweepState(models.TextChoices):
    """The life of a sweep. Only one that is done is a certificate."""

    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Could not finish"
    CANCELLED = "cancelled", "Cancelled"


class SweepStage(models.TextChoices):
    """What a sweep is at: the store's list, what the list lacks, what has to be settled."""

    LISTING = "listing", "Reading the store’s orders"
    VANISHED = "vanished", "Asking for orders that the store does not list"
    SETTLING = "settling", "Settling what differs"


class SweepOrigin(models.TextChoices):
    """Who asked for a sweep."""

    NIGHTLY = "nightly", "Nightly"
    PERSON = "person", "By hand"
    COMMAND = "command", "Command line"


VERDICTS = [verdict.value for verdict in Verdict]
COUNTS = tuple(VERDICTS)
RESULTS = (
    *COUNTS,
    "refunds",
    "repaired",
    "refreshed",
    "store_total",
    "books_total",
    "waiting_difference",
)
"""What a certificate says; known at the end, and before then to nobody."""


class SweepRun(Pull):
    """Asking a store for all orders that it created in a period, and comparing them.

    `first` and `last` are days of the company's zone, both included, empty where there is no limit;
    `start` and `until` the same as moments. Amounts in the company's currency. The totals cover all
    orders but the excluded, `refunds` are how many refunds these have; `waiting_difference` is the
    share of the waiting ones in the difference. `repaired` were missing or different and are not
    any more; `refreshed` agreed, and the store told more of them than was known. `holds_back` says
    that so many orders are gone from the store at once that none was reversed.
    """

    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="sweeps",
        db_constraint=False,
        db_index=False,
    )
    origin = models.CharField(max_length=7, choices=SweepOrigin.choices)
    repairs = models.BooleanField()
    insists = models.BooleanField(default=False)
    holds_back = models.BooleanField(default=False)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    start = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=9, choices=SweepState.choices, default=SweepState.RUNNING)
    stage = models.CharField(max_length=8, choices=SweepStage.choices, default=SweepStage.LISTING)
    listed = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(null=True, help_text="What the store claims to have.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    booked = models.PositiveIntegerField(null=True)
    excluded = models.PositiveIntegerField(null=True)
    waiting = models.PositiveIntegerField(null=True)
    missing = models.PositiveIntegerField(null=True)
    different = models.PositiveIntegerField(null=True)
    refunds = models.PositiveIntegerField(null=True)
    repaired = models.PositiveIntegerField(null=True)
    refreshed = models.PositiveIntegerField(null=True)
    store_total = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    books_total = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    waiting_difference = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "id"), name="sweep_company_id"),
            models.UniqueConstraint(
                fields=("connection",), condition=Q(state="running"), name="one_running_sweep"
            ),
            models.CheckConstraint(
                name="sweep_state_is_known", condition=Q(state__in=SweepState.values)
            ),
            models.CheckConstraint(
                name="sweep_stage_is_known", condition=Q(stage__in=SweepStage.values)
            ),
            models.CheckConstraint(
                name="sweep_origin_is_known", condition=Q(origin__in=SweepOrigin.values)
            ),
            models.CheckConstraint(
                name="running_sweep_has_a_time",
                condition=~Q(state="running") | Q(next_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finished_sweep_has_an_end",
                condition=Q(state="running", finished_at__isnull=True)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="only_a_sweep_that_is_done_has_results",
                condition=Q(state="done", **{f"{name}__isnull": False for name in RESULTS})
                | (~Q(state="done") & Q(**{f"{name}__isnull": True for name in RESULTS})),
            ),
            models.CheckConstraint(
                name="failed_sweep_says_why", condition=~Q(state="failed") | ~Q(problem="")
            ),
            models.CheckConstraint(name="sweep_period_is_one", condition=Q(start__lte=F("until"))),
        )
        indexes = (
            models.Index(fields=("next_at",), name="sweep_due", condition=Q(state="running")),
            models.Index(fields=("connection", "-id"), name="sweep_newest"),
        )

    def __str__(self) -> str:
        return f"sweep of {self.made_at:%Y-%m-%d %H:%M}"


class SweptOrder(models.Model):
    """An order in a sweep: what the store says, how it stood, how it stands at the end.

    Amounts of the store in its own currency, `refunds` positive, one for each refund; the nets in
    the company's. `status` is empty where the order is gone from the store. `found` is the verdict
    before any repair, "" while nobody could tell; it was `found_net` in the books then. `is_open`
    rows have to be settled; `is_put` ones went through the inbox; `is_unread` ones the store could
    not read. Of booked orders that needed nothing the rows go at the end.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    run = models.ForeignKey(
        SweepRun,
        on_delete=models.CASCADE,
        related_name="orders",
        db_constraint=False,
        db_index=False,
    )
    order_id = models.BigIntegerField()
    status = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(null=True)
    total = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    refunds = ArrayField(models.DecimalField(max_digits=16, decimal_places=2), default=list)
    found = models.CharField(max_length=9, blank=True)
    found_net = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    found_reason = models.TextField(blank=True)
    verdict = models.CharField(max_length=9, choices=[(each, each) for each in VERDICTS])
    store_net = models.DecimalField(max_digits=16, decimal_places=2)
    books_net = models.DecimalField(max_digits=16, decimal_places=2)
    reason = models.TextField(blank=True)
    is_open = models.BooleanField(default=False)
    is_put = models.BooleanField(default=False)
    is_unread = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "order_id"), name="swept_order_once"),
            models.CheckConstraint(
                name="swept_order_verdict_is_known", condition=Q(verdict__in=VERDICTS)
            ),
            models.CheckConstraint(
                name="swept_order_found_is_known", condition=Q(found__in=["", *VERDICTS])
            ),
            models.CheckConstraint(
                name="swept_order_says_why", condition=Q(verdict="booked") | ~Q(reason="")
            ),
        )
        indexes = (
            models.Index(fields=("run", "order_id"), name="swept_open", condition=Q(is_open=True)),
        )

    def __str__(self) -> str:
        return f"order {self.order_id}: {self.verdict}"


class SweepSum(models.Model):
    """A certificate's counts and totals of one status or rule (`key`), or of one day (`day`).

    A rule is what keeps orders out of the books: of it the excluded ones alone count. Days are of
    the company's zone; orders without a date have neither key nor day.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    run = models.ForeignKey(
        SweepRun, on_delete=models.CASCADE, related_name="sums", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=6)
    key = models.CharField(max_length=60, blank=True)
    day = models.DateField(null=True)
    booked = models.PositiveIntegerField()
    excluded = models.PositiveIntegerField()
    waiting = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()
    different = models.PositiveIntegerField()
    store_total = models.DecimalField(max_digits=18, decimal_places=2)
    books_total = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("run", "kind", "key", "day"), nulls_distinct=False, name="sweep_sum_once"
            ),
            models.CheckConstraint(
                name="sweep_sum_kind_is_known", condition=Q(kind__in=["status", "day", "rule"])
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key or self.day}"
