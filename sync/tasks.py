"""What the queue runs. A task loads and makes one call; its arguments are ids."""

from uuid import UUID

from sync import pipeline
from sync.inbox import wake
from sync.models import Wakeup

DRAIN_SECONDS = 5.0
"""A drain gives its worker back after this long and queues itself again."""


def drain(connection_id: str) -> None:
    """Process what has arrived from a store; the wake-up is cleared first, so none is lost."""
    Wakeup.objects.filter(pk=connection_id).update(wake_requested=False)
    outcome = pipeline.drain(UUID(connection_id), seconds=DRAIN_SECONDS)
    if not outcome.is_done and not outcome.is_busy:
        wake(UUID(connection_id))
