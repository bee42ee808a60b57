"""Statements that run for every delivery: parsed and planned once per database connection."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection as database


def execute(
    statement: str, values: Mapping[str, Any] | Sequence[Any]
) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run a statement on Django's connection, in its transaction if there is one.

    Only for single rows by key and for inserts: a plan that is kept does not see tables grow.

    :raises django.db.OperationalError: when the database is away.
    """
    database.ensure_connection()
    with database.wrap_database_errors:
        database.connection.prepare_threshold = 0
        return psycopg.Cursor(database.connection).execute(statement, values)
