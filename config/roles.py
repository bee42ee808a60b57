"""The two roles of the database: the owner migrates, the app works and cannot change the books."""

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from config import embedded
from config.databases import app_password_name, app_role, libpq, parsed
from config.kept_secrets import kept_secret
from ledger.posted_tables import LOG_TABLES, MOVEMENT_TABLES, POSTED_TABLES

GROWING_TABLES = (*POSTED_TABLES, *MOVEMENT_TABLES, "sync_orderdocument", "sync_acceptance")
FROM_NOW_ON = "ALTER DEFAULT PRIVILEGES IN SCHEMA public"


def prepare_embedded(server: embedded.Server) -> None:
    """Make or renew both roles and the database of a running embedded server."""
    owner, app = embedded.ROLES["owner"], embedded.ROLES["app"]
    with server.connect("superuser", "postgres") as connection:
        _make_role(connection, owner, server.address("owner")["PASSWORD"])
        _make_role(connection, app, server.address("app")["PASSWORD"])
        found = connection.execute(
            "SELECT FROM pg_database WHERE datname = %s", (embedded.DATABASE,)
        )
        if found.rowcount == 0:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(embedded.DATABASE), sql.Identifier(owner)
                )
            )


def prepare_external(owner_url: str, var_dir: Path) -> bool:
    """Make the app's role on the server of DATABASE_URL; False where its owner may not."""
    address = parsed(owner_url)
    name = app_password_name(owner_url)
    try:
        with connected(address) as connection:
            password = kept_secret(var_dir, name, lambda: secrets.token_urlsafe(32))
            _make_role(connection, app_role(owner_url), password)
    except psycopg.errors.InsufficientPrivilege:
        (var_dir / "secrets" / name).unlink(missing_ok=True)
        return False
    return True


def grant(owner: dict[str, Any], role: str) -> None:
    """Let `role` work in the migrated database of `owner`, and only add to posted tables."""
    app = sql.Identifier(role)
    with connected(owner) as connection, connection.transaction():
        for right in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            f"{FROM_NOW_ON} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {{}}",
            f"{FROM_NOW_ON} GRANT USAGE, SELECT ON SEQUENCES TO {{}}",
            "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}",
        ):
            connection.execute(sql.SQL(right).format(app))
        _revoke(connection, "UPDATE, DELETE, TRUNCATE", GROWING_TABLES, app)
        _revoke(connection, "INSERT, UPDATE, DELETE, TRUNCATE", LOG_TABLES, app)
        # Said again after a restore, which brings no rights along.
        connection.execute("REVOKE EXECUTE ON FUNCTION ledger_log_edit() FROM PUBLIC")


def _revoke(
    connection: psycopg.Connection,
    rights: LiteralString,
    tables: Iterable[str],
    app: sql.Identifier,
) -> None:
    for table in tables:
        connection.execute(
            sql.SQL(f"REVOKE {rights} ON {{}} FROM {{}}").format(sql.Identifier(table), app)
        )


def connected(address: dict[str, Any]) -> psycopg.Connection:
    """Connect as one of Django's DATABASES says, in autocommit mode."""
    return psycopg.connect(**libpq(address), autocommit=True)  # type: ignore[arg-type]


def _make_role(connection: psycopg.Connection, name: str, password: str) -> None:
    found = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).rowcount
    verb = sql.SQL("ALTER" if found else "CREATE")
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE PASSWORD {}").format(
            verb, sql.Identifier(name), sql.Literal(password)
        )
    )
