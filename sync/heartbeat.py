"""The worker's sign of life, written by the queue itself: a stuck queue falls silent."""

from datetime import datetime, timedelta

from sync.models import Heartbeat

WORKER = "worker"


def beat(now: datetime) -> None:
    """Note that the queue ran a task at `now`."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": now})


def last_beat() -> datetime | None:
    """Return when the queue last ran a task, or None if it never has."""
    return Heartbeat.objects.filter(name=WORKER).values_list("at", flat=True).first()


def age(now: datetime) -> timedelta | None:
    """Return how long ago the queue last ran a task, or None if it never has."""
    at = last_beat()
    return None if at is None else now - at
