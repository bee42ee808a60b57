"""Draining by whoever is there, so that what arrives meanwhile is left to nobody's luck.

In the background, that is: a person's command works without the worker, and asks for none.
A task that meets another drainer leaves word and goes (`tasks.drain`). So whoever drains looks for
word after his last commit, and what he leaves over, he passes on.
"""

from uuid import UUID

from sync.booking import pipeline
from sync.booking.inbox import take_word, wake
from sync.booking.pipeline import Outcome


def drain(connection_id: UUID, *, seconds: float | None = None, patient: bool = False) -> Outcome:
    """Process what has arrived as `pipeline.drain` does, then wake the next if need be."""
    outcome = pipeline.drain(connection_id, seconds=seconds, patient=patient)
    if not outcome.is_busy and (take_word(connection_id) or not outcome.is_done):
        wake(connection_id)
    return outcome
