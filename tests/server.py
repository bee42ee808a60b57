"""The PostgreSQL of a test run: one server in a folder of its own, a database for each process.

Loaded by `-p tests.server` before anything reads the settings. The controller owns the server;
workers clone the migrated database. Tests connect as the app's role, as the app does.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from psycopg import sql

from config.embedded import DATABASE, Server

RUN = "COUNTERFOIL_TEST_RUN"
KEPT_TABLES = ("django_migrations", "django_content_type", "auth_permission")
PROJECT = Path(__file__).resolve().parent.parent

_open = ExitStack()

if RUN not in os.environ:
    folder = tempfile.mkdtemp(prefix="cf-test-")
    _open.callback(shutil.rmtree, folder)
    os.environ |= {RUN: str(os.getpid()), "VAR_DIR": folder, "DEMO": "0"}
    for production in ("DATABASE_URL", "APP_DATABASE_URL", "SECRET_KEY", "VAULT_KEYS"):
        os.environ.pop(production, None)


def server() -> Server:
    """Return the run's server."""
    return Server(Path(os.environ["VAR_DIR"]))


def own_database() -> str:
    """Name the database of this process."""
    return f"{DATABASE}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def pytest_configure(config: pytest.Config) -> None:
    """Start the server and migrate, once in a run."""
    if os.environ[RUN] == str(os.getpid()) and not config.option.collectonly:
        _open.enter_context(server().in_use())
        migrate = [sys.executable, str(PROJECT / "manage.py"), "setup_database", "--verbosity=0"]
        subprocess.run(migrate, check=True, cwd=PROJECT)
        with server().connect("superuser", "postgres") as connection:
            # Nothing here outlives the run, and a test does not wait for a disk.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")


def pytest_unconfigure() -> None:
    """Stop the server and remove its folder."""
    if os.environ[RUN] == str(os.getpid()):
        _open.close()


def clone_database() -> None:
    """Make this process's database from the migrated one."""
    with server().connect("superuser", "postgres") as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER counterfoil_owner").format(
                sql.Identifier(own_database()), sql.Identifier(DATABASE)
            )
        )


def empty_database() -> None:
    """Remove every row that a test has committed; posted rows too, which only a superuser can."""
    with server().connect("superuser", own_database()) as connection:
        connection.execute("SET session_replication_role = replica")  # no trigger, no foreign key
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [sql.Identifier(name) for (name,) in found if name not in KEPT_TABLES]
        for table in tables:
            if connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(table)).rowcount:
                connection.execute(sql.SQL("DELETE FROM {}").format(table))


def address_of(role: str) -> str:
    """Return the URL of this process's database for `role`, as DATABASE_URL takes it."""
    address = server().address(role, own_database())
    return f"postgres://{address['USER']}:{address['PASSWORD']}@/{own_database()}?host={address['HOST']}"


def as_environment() -> dict[str, str]:
    """Return what another process needs to work in this process's database."""
    return {"DATABASE_URL": address_of("owner"), "APP_DATABASE_URL": address_of("app")}
