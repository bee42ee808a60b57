"""The completeness certificate by asking the store: found by a sweep, repaired, added up, shown."""

from sync.sweep.ending import bad_count, difference_of, order_count, unexplained
from sync.sweep.starting import (
    NotPossibleError,
    Wanted,
    begin,
    begin_nightly,
    cancel,
    forget_old,
    put_off,
    queue_due,
    running,
    usual_first,
)
from sync.sweep.working import Slice, run

__all__ = [
    "NotPossibleError",
    "Slice",
    "Wanted",
    "bad_count",
    "begin",
    "begin_nightly",
    "cancel",
    "difference_of",
    "forget_old",
    "order_count",
    "put_off",
    "queue_due",
    "run",
    "running",
    "unexplained",
    "usual_first",
]
