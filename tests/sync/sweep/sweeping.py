"""Sweeps in tests, begun and run to their end."""

from datetime import date
from typing import Any

from django.utils import timezone

from connections.models import StoreConnection
from sync import sweep
from sync.models import SweepOrigin, SweepRun, SweepState


def begun(shop: StoreConnection, **wanted: Any) -> SweepRun:
    """A sweep that was asked for by hand."""
    return sweep.begin(shop, sweep.Wanted(**wanted), SweepOrigin.PERSON, now=timezone.now())


def certified(
    shop: StoreConnection, *, first: date | None = None, repairs: bool = True, **wanted: Any
) -> SweepRun:
    """A certificate."""
    run = begun(shop, first=first, repairs=repairs, **wanted)
    run_to_the_end(run)
    assert run.state == SweepState.DONE, run.problem
    return run


def run_to_the_end(run: SweepRun) -> int:
    """Slice after slice, as the worker does, without the pauses in between; how many."""
    for count in range(1, 40):
        if sweep.run(run, patient=True).is_over:
            run.refresh_from_db()
            return count
    raise AssertionError("the sweep does not end")
