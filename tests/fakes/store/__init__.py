"""A store for tests; see `tests.fakes.store.store`."""

from tests.fakes.store.clock import Clock
from tests.fakes.store.faults import PASSING, Fault
from tests.fakes.store.goods import an_order
from tests.fakes.store.loading import load_history, load_recorded
from tests.fakes.store.store import KEY, PLUGIN_SECRET, SECRET, FakeStore

__all__ = [
    "KEY",
    "PASSING",
    "PLUGIN_SECRET",
    "SECRET",
    "Clock",
    "FakeStore",
    "Fault",
    "an_order",
    "load_history",
    "load_recorded",
]
