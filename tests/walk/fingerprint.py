"""What the database holds, in one line: to see that a request has changed nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from ledger.models import Company

BOOKKEEPING = {
    "django_session", "ledger_session", "axes_accessattempt", "axes_accesslog",
    "axes_accessfailurelog", "django_migrations", "django_content_type", "auth_permission",
}  # fmt: skip
"""What a log-in writes, and what no request does."""
TOUCHED = {"ledger_apitoken": "last_used_on", "ledger_user": "last_login"}
"""Columns that say when somebody was here."""

Fingerprint = dict[str, str]


def of_everything() -> Fingerprint:
    """A digest of each table."""
    return _digests(dict.fromkeys(_tables("tablename", "pg_tables", "schemaname"), ""))


def of_company(company: Company) -> Fingerprint:
    """A digest of a company's rows in each table that has a company, and of its own row."""
    found = _tables("table_name", "information_schema.columns", "table_schema", company_id=True)
    where = dict.fromkeys(found, f"WHERE company_id = {company.pk}")
    return _digests(where | {"ledger_company": f"WHERE id = {company.pk}"})


def _tables(name: str, source: str, schema: str, *, company_id: bool = False) -> list[str]:
    column = "AND column_name = 'company_id'" if company_id else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM {source} WHERE {schema} = 'public' {column} ORDER BY 1")
        return [table for (table,) in cursor.fetchall() if table not in BOOKKEEPING]


def _digests(where: dict[str, str]) -> Fingerprint:
    """One query for all."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(row, '|' ORDER BY row), '')) FROM"
        f" (SELECT (to_jsonb(t) - '{TOUCHED.get(table, '')}')::text AS row FROM {table} t {rows}) r"
        for table, rows in where.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


def written() -> int:
    """How many rows this transaction has written so far, taken back or not, by PostgreSQL's count.

    Where it has not grown nothing has changed, and no digest is needed: walks ask very often.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [sorted(BOOKKEEPING)])
        return int(cursor.fetchone()[0])


_WRITTEN = """
SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables
WHERE relname <> ALL(%s)
"""


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is done here, the next request finds everything as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
