"""What staff should look at, over all companies that they may see: counts that lead to lists."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from ledger.admin import visible_companies
from sync.models import (
    Backfill,
    BackfillState,
    Delivery,
    DeliveryState,
    Download,
    DownloadState,
    Finding,
    Order,
    OrderState,
)
from sync.running import heartbeat

RECENT = timedelta(days=7)
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Look:
    """A kind of thing that needs a look: how many, in words, and the list of them."""

    what: str
    count: int
    address: str = ""

    @property
    def in_words(self) -> str:
        """The count; of very many only that they are."""
        return f"{MOST_COUNTED:,}+" if self.count >= MOST_COUNTED else f"{self.count:,}"


def needs_a_look(request: HttpRequest, now: datetime) -> list[Look]:
    """What is wrong now, worst first; empty when nothing is."""
    companies = visible_companies(request)
    since = now - RECENT
    lists: list[tuple[str, QuerySet[Model], str]] = [
        (
            "findings that need a person",
            Finding.objects.filter(resolved_at=None, needs_person=True),
            "needs_person__exact=1",
        ),
        ("orders that wait", Order.objects.filter(state=OrderState.WAITING), "state=waiting"),
        (
            "deliveries of the last week that raised an alarm",
            Delivery.objects.filter(state=DeliveryState.ALARM, received_at__gte=since),
            "state=alarm",
        ),
        (
            "back-fills that their store does not answer",
            Backfill.objects.filter(state=BackfillState.RUNNING).exclude(problem=""),
            "state=running",
        ),
        (
            "files that could not be made",
            Download.objects.filter(state=DownloadState.FAILED),
            "state=failed",
        ),
    ]
    silent = [Look("The worker is silent: nothing is booked until manage.py run_worker runs", 1)]
    found = [_look(what, rows.filter(company__in=companies), q) for what, rows, q in lists]
    return [*(silent if heartbeat.is_silent(now) else ()), *(each for each in found if each.count)]


def _look(what: str, rows: QuerySet[Model], query: str) -> Look:
    meta = rows.model._meta  # noqa: SLF001 -- Django's public API
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    count = rows.order_by()[:MOST_COUNTED].count()
    return Look(what, count, f"{address}?{query}")
