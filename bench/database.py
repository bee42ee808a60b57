"""A database of our own for one run: a server in a temporary folder, migrated, gone afterwards."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import sql

from config.embedded import DATABASE, Server

PROJECT = Path(__file__).resolve().parent.parent
PRISTINE = "pristine"
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
            _copy(server, DATABASE, PRISTINE)
            _set_up_django()
            yield server


def manage(*arguments: str) -> None:
    """Run a management command to its end, in a process of its own."""
    subprocess.run([sys.executable, str(PROJECT / "manage.py"), *arguments], check=True)


def _set_up_django() -> None:
    import django

    django.setup()


@contextmanager
def database_in_use(server: Server, name: str) -> Iterator[None]:
    """Let Django work in another database, made from the empty one if it is not there yet."""
    from django.db import connection

    with server.connect("superuser", "postgres") as maker:
        found = maker.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
    if found is None:
        _copy(server, PRISTINE, name)
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _copy(server: Server, source: str, name: str) -> None:
    with server.connect("superuser", "postgres") as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER counterfoil_owner")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(source)))


def settle(server: Server, name: str = DATABASE) -> None:
    """Bring a database to rest before a measurement: statistics, no dirty pages."""
    with server.connect("superuser", name) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
