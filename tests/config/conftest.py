"""Servers and installations of their own, apart from the one that the other tests use."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.embedded import Server
from tests.server import PROJECT

Manage = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """Return an empty VAR_DIR."""
    with a_var_dir() as folder:
        yield folder


@contextmanager
def a_var_dir() -> Iterator[Path]:
    """Make a VAR_DIR; not under pytest's own folder, which is closed to other users."""
    folder = Path(tempfile.mkdtemp(prefix="cf-var-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(var_dir: Path) -> Server:
    """Return the embedded server of an empty VAR_DIR; not started."""
    return Server(var_dir)


@pytest.fixture
def manage(var_dir: Path) -> Manage:
    """Return a function that runs `manage.py` in that VAR_DIR."""
    return managing(var_dir)


def managing(var_dir: Path) -> Manage:
    """Return a function that runs `manage.py` in a VAR_DIR."""

    def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(PROJECT / "manage.py"), *arguments],
            env={**os.environ, "VAR_DIR": str(var_dir), **env},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def until(holds: Callable[[], object], *, seconds: float, what: str) -> None:
    """Wait for a condition; fail when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.05)
