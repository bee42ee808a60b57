"""The app's role, in the embedded database and in one of DATABASE_URL."""

from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from config.databases import databases, parsed
from config.embedded import Server
from config.roles import GROWING_TABLES
from tests.config.conftest import Manage

WHO = (
    "from django.db import connection; cursor = connection.cursor(); "
    "cursor.execute('SELECT current_user'); print(cursor.fetchone()[0])"
)


@pytest.mark.django_db
@pytest.mark.parametrize("table", GROWING_TABLES)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_app_cannot_change_what_is_posted(act: str, table: str) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute(act.format(table))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act",
    [
        "SET session_replication_role = replica",
        "CREATE TABLE public.mine ()",
        "ALTER TABLE ledger_voucher DISABLE TRIGGER ALL",
        "DROP TABLE ledger_voucher CASCADE",
        "DELETE FROM django_migrations",
        "SET ROLE counterfoil_owner",
    ],
)
def test_the_app_cannot_get_round_the_rules(act: str) -> None:
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(act)


def owner_url(server: Server, rights: str) -> str:
    """Make a database whose owner has `rights`, and return the owner's address."""
    with server.connect("superuser", "postgres") as admin:
        admin.execute(sql.SQL(f"CREATE ROLE books_owner LOGIN PASSWORD 'secret' {rights}"))
        admin.execute("CREATE DATABASE books OWNER books_owner")
    return f"postgres://books_owner:secret@/books?host={server.address('owner')['HOST']}"


def test_an_owner_who_may_gets_a_role_for_the_app(
    server: Server, manage: Manage, var_dir: Path
) -> None:
    ours = str(var_dir / "ours")
    with server.in_use():
        url = owner_url(server, "CREATEROLE")
        done = manage("setup_database", DATABASE_URL=url, VAR_DIR=ours)
        assert done.returncode == 0, done.stderr
        who = manage("shell", "--verbosity=0", "-c", WHO, DATABASE_URL=url, VAR_DIR=ours)
        assert who.stdout.strip() == "books_app"
        again = manage("setup_database", DATABASE_URL=url, VAR_DIR=ours)
        assert again.returncode == 0, again.stderr


def test_an_owner_who_may_not_works_alone_and_is_told(
    server: Server, manage: Manage, var_dir: Path
) -> None:
    ours = str(var_dir / "ours")
    with server.in_use():
        url = owner_url(server, "NOCREATEROLE")
        done = manage("setup_database", DATABASE_URL=url, VAR_DIR=ours)
        assert done.returncode == 0, done.stderr
        assert "APP_DATABASE_URL" in done.stderr
        check = manage("check", "--deploy", DATABASE_URL=url, VAR_DIR=ours)
        assert "counterfoil.W005" in check.stderr


def test_a_role_made_by_hand_is_used(server: Server, manage: Manage, var_dir: Path) -> None:
    with server.in_use():
        url = owner_url(server, "NOCREATEROLE")
        with server.connect("superuser", "postgres") as admin:
            admin.execute("CREATE ROLE by_hand LOGIN PASSWORD 'hand'")
        env = {
            "DATABASE_URL": url,
            "APP_DATABASE_URL": url.replace("books_owner:secret", "by_hand:hand"),
            "VAR_DIR": str(var_dir / "ours"),
        }
        done = manage("setup_database", **env)
        assert done.returncode == 0, done.stderr
        assert manage("shell", "--verbosity=0", "-c", WHO, **env).stdout.strip() == "by_hand"


def test_too_few_connections_are_noticed_before_they_run_out(
    manage: Manage, server: Server
) -> None:
    refused = manage("setup_database", WEB_WORKERS="50")
    assert refused.returncode != 0
    assert "max_connections" in refused.stderr


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p@/db?host=/run/pg",
        "postgres://u:p@%2Frun%2Fpg/db",
        "postgres://u:p@//run/pg/db",
    ],
)
def test_a_sockets_folder_may_be_written_in_every_usual_way(url: str) -> None:
    assert parsed(url)["HOST"] == "/run/pg"


def test_only_web_processes_pool(var_dir: Path) -> None:
    url = "postgres://u:p@db/x"
    assert "pool" not in databases(var_dir, url, url, pool_size=0)["default"]["OPTIONS"]
    pooled = databases(var_dir, url, url, pool_size=7)
    assert pooled["default"]["OPTIONS"]["pool"]["max_size"] == 7
    assert "pool" not in pooled["owner"]["OPTIONS"]
