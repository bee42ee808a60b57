"""Secrets that the installation makes for itself."""

import stat
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from config.kept_secrets import kept_secret, stored_secret


def test_a_secret_is_made_once_and_kept(var_dir: Path) -> None:
    assert stored_secret(var_dir, "key") is None
    assert kept_secret(var_dir, "key", lambda: "first") == "first"
    assert kept_secret(var_dir, "key", lambda: "second") == "first"
    assert stored_secret(var_dir, "key") == "first"


def test_only_its_owner_may_read_it(var_dir: Path) -> None:
    kept_secret(var_dir, "key", lambda: "secret")
    assert stat.S_IMODE((var_dir / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((var_dir / "secrets" / "key").stat().st_mode) == 0o600


def test_all_who_start_together_end_with_the_same_secret(var_dir: Path) -> None:
    numbers = count()
    with ThreadPoolExecutor(16) as pool:
        found = pool.map(
            lambda _: kept_secret(var_dir, "key", lambda: f"made by {next(numbers)}"), range(64)
        )
    assert len(set(found)) == 1
    assert [path.name for path in (var_dir / "secrets").iterdir()] == ["key"]
