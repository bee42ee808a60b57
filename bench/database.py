"""A database of our own for one run: a server in a temporary folder, migrated, gone afterwards."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded import Server

PROJECT = Path(__file__).resolve().parent.parent
PRODUCTION = ("DATABASE_URL", "APP_DATABASE_URL", "SECRET_KEY", "VAULT_KEYS", "PUBLIC_URL")


@contextmanager
def own_server() -> Iterator[Server]:
    """Run a fresh PostgreSQL with the project's tables, and Django on top of it."""
    with tempfile.TemporaryDirectory(prefix="cf-bench-") as folder:
        for name in PRODUCTION:
            os.environ.pop(name, None)
        os.environ |= {
            "VAR_DIR": folder,
            "DEMO": "0",
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        server = Server(Path(folder))
        with server.in_use():
            manage("setup_database", "--verbosity=0")
            _set_up_django()
            yield server


def manage(*arguments: str) -> None:
    """Run a management command to its end, in a process of its own."""
    subprocess.run([sys.executable, str(PROJECT / "manage.py"), *arguments], check=True)


def _set_up_django() -> None:
    import django

    django.setup()


def settle(server: Server) -> None:
    """Bring the database to rest before a measurement: statistics, no dirty pages."""
    with server.connect("superuser") as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
