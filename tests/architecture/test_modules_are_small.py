"""No module is longer than 300 lines: who wants more splits it."""

from pathlib import Path

import pytest

from tests.server import PROJECT

MOST_LINES = 300
APPS = ("config", "connections", "ledger", "sync")


def modules() -> list[Path]:
    """Every module that people write; the bodies of migrations are made by a program."""
    found = [path for app in APPS for path in sorted((PROJECT / app).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_no_module_is_too_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


def test_all_apps_are_looked_at() -> None:
    """So that the test above does not pass for want of modules."""
    assert {path.relative_to(PROJECT).parts[0] for path in modules()} == set(APPS)
