"""Is it alive, is it ready, how far behind is it: for load balancers and monitoring."""

import hmac
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from ledger.access import declares_own_rule, open_to_all
from sync.models import Delivery, DeliveryState
from sync.running import heartbeat


@require_GET
@open_to_all
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer: the process lives. Asks nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
@open_to_all
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when database, migrations and worker are fine, else 503; each with its state."""
    states = {"database": "away", "migrations": "unknown", "worker": "unknown"}
    try:
        states["migrations"] = _migrations()
        states["worker"] = _worker(timezone.now())
        states["database"] = "ok"
    except DatabaseError:
        connections.close_all()
    is_ready = set(states.values()) == {"ok"}
    return JsonResponse(states, status=200 if is_ready else 503)


@require_GET
@declares_own_rule("staff, or METRICS_TOKEN as a bearer token")
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with gauges in Prometheus's text format."""
    if not _may_measure(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    lines = [f"counterfoil_{name} {value}\n" for name, value in gauges(timezone.now()).items()]
    return HttpResponse("".join(lines), content_type="text/plain; version=0.0.4")


def gauges(now: datetime) -> dict[str, float]:
    """Count what waits; ages in seconds.

    `unprocessed`: arrived and not yet looked at, `lag_seconds` the oldest of them. `waiting`: needs
    a person or a change. `alarms`: contradicts the books. `worker_silence_seconds` is −1 if the
    worker has never shown itself.
    """
    found = {
        row["state"]: (row["count"], row["oldest"])
        for row in Delivery.objects.filter(
            state__in=(DeliveryState.RECEIVED, DeliveryState.WAITING, DeliveryState.ALARM)
        )
        .values("state")
        .annotate(count=Count("id"), oldest=Min("received_at"))
    }
    unprocessed, lag = _count_and_age(found.get(DeliveryState.RECEIVED), now)
    waiting, oldest_waiting = _count_and_age(found.get(DeliveryState.WAITING), now)
    alarms, _ = _count_and_age(found.get(DeliveryState.ALARM), now)
    silence = heartbeat.age(now)
    return {
        "unprocessed": unprocessed,
        "lag_seconds": lag,
        "waiting": waiting,
        "oldest_waiting_seconds": oldest_waiting,
        "alarms": alarms,
        "worker_silence_seconds": -1 if silence is None else round(silence.total_seconds(), 3),
    }


def _count_and_age(row: tuple[int, datetime] | None, now: datetime) -> tuple[int, float]:
    return (0, 0.0) if row is None else (row[0], round((now - row[1]).total_seconds(), 3))


def _may_measure(request: HttpRequest) -> bool:
    expected = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    by_token = bool(expected) and hmac.compare_digest(given.encode(), expected.encode())
    return by_token or bool(getattr(request.user, "is_staff", False))


def _migrations() -> str:
    executor = MigrationExecutor(connections["default"])
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} missing" if missing else "ok"


def _worker(now: datetime) -> str:
    silence = heartbeat.age(now)
    if silence is None:
        return "never seen"
    return f"silent for {int(silence.total_seconds())} s" if heartbeat.is_silent(now) else "ok"
