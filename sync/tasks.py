"""What the queue runs. A task loads and makes one call; its arguments are ids."""

from uuid import UUID

from django.utils import timezone

from sync import heartbeat, pipeline
from sync.inbox import wake
from sync.models import Wakeup

DRAIN_SECONDS = 5.0
"""A drain gives its worker back after this long and queues itself again."""


def drain(connection_id: str) -> None:
    """Process what has arrived from a store; the wake-up is cleared first, so none is lost.

    It counts as a beat as well: a queue full of drains is not stuck.
    """
    heartbeat.beat(timezone.now())
    Wakeup.objects.filter(pk=UUID(connection_id)).update(wake_requested=False)
    outcome = pipeline.drain(UUID(connection_id), seconds=DRAIN_SECONDS)
    if not outcome.is_done and not outcome.is_busy:
        wake(UUID(connection_id))


def beat() -> None:
    """Show that the queue works."""
    heartbeat.beat(timezone.now())
