"""Stores on loopback for the clients' tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.store import FakeStore
from tests.fakes.store.certificates import make_certificate


@pytest.fixture
def store() -> Iterator[FakeStore]:
    """A store over http, where OAuth is used."""
    with FakeStore() as store:
        yield store


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that is good for 127.0.0.1, and the bundle that trusts it."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def secure_store(certificate: Path) -> Iterator[FakeStore]:
    """A store over https."""
    with FakeStore(certificate=certificate) as store:
        yield store
