"""The worker's sign of life, written by the queue itself: a stuck queue falls silent."""

from datetime import datetime, timedelta

from sync.models import Heartbeat

WORKER = "worker"
SILENT_AFTER = timedelta(seconds=60)


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


def is_silent(now: datetime) -> bool:
    """Whether the worker has not shown itself for a minute, or never: then nothing is booked."""
    silence = age(now)
    return silence is None or silence >= SILENT_AFTER
