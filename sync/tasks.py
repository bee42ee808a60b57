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

    Another drain at work may have looked too early to see it. So who meets one leaves word and
    tries once more, and who is at work looks for word after the last commit: one of the two sees
    the other. It counts as a beat as well: a queue full of drains is not stuck.
    """
    heartbeat.beat(timezone.now())
    store = UUID(connection_id)
    _take_word(store)
    outcome = pipeline.drain(store, seconds=DRAIN_SECONDS)
    if outcome.is_busy:
        Wakeup.objects.filter(pk=store).update(wake_requested=True)
        outcome = pipeline.drain(store, seconds=DRAIN_SECONDS)
    if not outcome.is_busy and (_take_word(store) or not outcome.is_done):
        wake(store)


def _take_word(store: UUID) -> bool:
    """Clear the wake-up, and say whether it was set."""
    asked = Wakeup.objects.filter(pk=store, wake_requested=True)
    return asked.update(wake_requested=False) > 0


def beat() -> None:
    """Show that the queue works."""
    heartbeat.beat(timezone.now())
