"""What all tests share: the database, the browser and PHP, hypothesis's profiles."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests import server

hypothesis.settings.register_profile("dev", max_examples=50, deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", max_examples=500, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def _empty_after_test(_case: Any) -> None:
    connections.close_all()
    server.empty_database()


# Django would flush as the app's role, which may not touch posted rows, and should not.
TransactionTestCase._fixture_teardown = _empty_after_test  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Give this process a database of its own."""
    server.clone_database()
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["NAME"] = server.own_database()
        connections[alias].settings_dict["NAME"] = server.own_database()
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium; without one the test is skipped, or fails if required."""
    return _program(CHROMIUMS, "REQUIRE_BROWSER")


@pytest.fixture(scope="session")
def php() -> str:
    """Return the path of PHP's command line; without it the test is skipped, or fails."""
    return _program(("php",), "REQUIRE_PHP")


def _program(names: tuple[str, ...], required_by: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is not None:
        return found
    if os.environ.get(required_by) == "1":
        pytest.fail(f"{required_by}=1, but none of {', '.join(names)} is installed")
    pytest.skip(f"none of {', '.join(names)} is installed")
