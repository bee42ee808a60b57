"""The activity log: what happened on a connection, in sentences for people."""

from collections.abc import Iterable
from datetime import datetime

from connections.models import Activity, ActivityStatus, StoreConnection


def note(
    connection: StoreConnection,
    text: str,
    *,
    at: datetime,
    kind: str = "connection",
    status: ActivityStatus = ActivityStatus.INFO,
) -> None:
    """Write one line about the connection itself, in the caller's transaction."""
    row = Activity(company_id=connection.company_id, connection=connection, at=at, kind=kind)
    row.text, row.status = text, status
    row.save(force_insert=True)


def log(rows: Iterable[Activity]) -> None:
    """Write many lines with one statement, in the caller's transaction; nothing personal."""
    Activity.objects.bulk_create(rows)
