"""The plugin's PHP, for the tests of this folder."""

import pytest

from tests.wordpress.php import Php


@pytest.fixture(scope="session")
def plugin(php: str) -> Php:
    """Call the plugin's functions."""
    return Php(php)
