"""Secrets that the installation makes for itself and keeps in a folder only it may read."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def kept_secret(var_dir: Path, name: str, make: Callable[[], str]) -> str:
    """Read `var_dir/secrets/<name>`; made by `make` if it isn't there yet.

    Two processes that start together end with the same secret: the first link wins.
    """
    path = var_dir / "secrets" / name
    if not path.exists():
        _write_once(path, make())
    return path.read_text().strip()


def stored_secret(var_dir: Path, name: str) -> str | None:
    """Read `var_dir/secrets/<name>`, or None where nobody has made it."""
    path = var_dir / "secrets" / name
    return path.read_text().strip() if path.exists() else None


def _write_once(path: Path, secret: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # somebody else was first, and theirs counts
    finally:
        fresh.unlink()
