"""A store with three orders, all of them in the books."""

from collections.abc import Iterator

import pytest

from connections.models import StoreConnection
from sync.asking import polling
from sync.booking import pipeline
from tests import pulled
from tests.fakes.store import FakeStore, an_order


@pytest.fixture
def store() -> Iterator[FakeStore]:
    """A store at which orders arrive."""
    with pulled.a_store() as store:
        yield store


@pytest.fixture
def shop(store: FakeStore) -> StoreConnection:
    """Its connection."""
    return pulled.connected_to(store)


@pytest.fixture
def orders(store: FakeStore, shop: StoreConnection) -> list[int]:
    """Three orders, booked; a minute has passed since."""
    placed = [store.life.place(an_order(seed)) for seed in (1, 2, 3)]
    polling.poll(shop)
    pipeline.drain(shop.pk, patient=True)
    assert set(pulled.booked(shop)) == set(placed)
    store.clock.tick(60)
    return placed
