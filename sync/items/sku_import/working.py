"""What the worker does for an import, whatever state it finds it in."""

import logging
from datetime import datetime, timedelta

from django.db.models import F

from sync.items.sku_import.applying import apply
from sync.items.sku_import.checking import check, fail
from sync.items.sku_import.states import NotPossibleError, move, queue
from sync.items.sku_import.undoing import undo
from sync.models import WORKING_STATES, ImportState, SkuImport

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
STOPPED_AFTER = timedelta(seconds=60)
"""An import without progress for so long lost its task: the worker was killed, or it failed."""

BROKE_DOWN = "It broke down inside Counterfoil; the server's log has the trace."


def work(sku_import_id: int, *, seconds: float, at: datetime) -> bool:
    """Go on with an import; whether nothing is left to do for now.

    Safe to repeat: a check goes on where it stopped, apply and undo are one transaction each. What
    broke down several times is given up.
    """
    mine = SkuImport.objects.filter(pk=sku_import_id, state__in=WORKING_STATES)
    if not mine.update(attempts=F("attempts") + 1, touched_at=at):
        return True
    found = mine.select_related("connection__company").first()
    if found is None:  # another worker has just ended it
        return True
    if found.attempts > MOST_ATTEMPTS:
        _give_up(found, at)
        return True
    try:
        return _go_on(found, seconds, at)
    except NotPossibleError as late:
        log.info("somebody else was first: %s", late)
        return True


def _go_on(found: SkuImport, seconds: float, at: datetime) -> bool:
    if found.state == ImportState.CHECKING:
        return check(found, seconds=seconds)
    if found.state == ImportState.APPLYING:
        apply(found, at=at)
    else:
        undo(found, at=at)
    return True


def _give_up(found: SkuImport, at: datetime) -> None:
    """Back to where a person can do something: nothing was written."""
    if found.state == ImportState.CHECKING:
        fail(found, BROKE_DOWN, at=at)
    elif found.state == ImportState.APPLYING:
        move(found, ImportState.READY, at=at, problem=BROKE_DOWN)
    else:
        move(found, ImportState.APPLIED, at=at, problem=BROKE_DOWN)


def queue_what_stopped(now: datetime) -> int:
    """Queue a task for every import that has made no progress for a while; how many."""
    stopped = SkuImport.objects.filter(state__in=WORKING_STATES, touched_at__lt=now - STOPPED_AFTER)
    for sku_import in stopped:
        queue(sku_import)
    return len(stopped)
