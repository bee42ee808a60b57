"""A connected store, and a site with the plugin."""

import pytest

from connections import lifecycle
from connections.models import StoreConnection
from tests.factories import a_company
from tests.plugin import Plugin


@pytest.fixture
def connection(db: None) -> StoreConnection:
    """Has sent nothing yet."""
    return lifecycle.connect(a_company(), name="Main store")


@pytest.fixture
def plugin() -> Plugin:
    """Not paired yet."""
    return Plugin()
