"""Findings: opened, kept, resolved; each change of them a line in the activity log."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from connections import activity, lifecycle
from connections.models import ActivityStatus, StoreConnection
from sync.core.health import Cause, Symptom, needs_person
from sync.models import Finding

RESOLVED = {
    Cause.WEBHOOKS_OFF: "The store’s webhooks are all on.",
    Cause.WEBHOOKS_PAUSED: "The store’s webhooks are not paused any more.",
    Cause.SILENT: "The store tells of its orders again.",
    Cause.QUEUE_STUCK: "The deliveries that waited are processed.",
    Cause.CANNOT_ASK: "The store can be asked again.",
    Cause.BOOKS_DIFFER: "The books agree with the store again.",
}
KEPT = timedelta(days=90)
KEPT_LENGTH = 400


def open_findings(connection_ids: Collection[UUID]) -> dict[UUID, list[Finding]]:
    """The open ones of some connections, in one query; what needs a person first."""
    found: dict[UUID, list[Finding]] = {}
    rows = Finding.objects.filter(connection__in=connection_ids, resolved_at=None)
    for row in rows.order_by("-needs_person", "since"):
        found.setdefault(row.connection_id, []).append(row)
    return found


@transaction.atomic
def record(
    connection: StoreConnection,
    symptoms: Sequence[Symptom],
    examined: Collection[Cause],
    *,
    now: datetime,
) -> None:
    """Open what is new, keep what goes on, resolve what was examined and is not there any more.

    Harmless to repeat. The connection's row is held, so of two at once one follows the other.
    """
    lifecycle.lock(connection)
    rows = Finding.objects.filter(connection=connection, resolved_at=None)
    standing = {Cause(row.cause): row for row in rows}
    for symptom in symptoms:
        row = standing.pop(symptom.cause, None)
        if row is None:
            _open(connection, symptom, now)
        else:
            _keep(connection, row, symptom, now)
    for cause, row in standing.items():
        if cause in examined:
            Finding.objects.filter(pk=row.pk).update(resolved_at=now)
            _note(connection, RESOLVED[cause], ActivityStatus.INFO, now)


def forget_old(now: datetime) -> None:
    """Remove what was resolved long ago; the activity log keeps its lines."""
    Finding.objects.filter(resolved_at__lt=now - KEPT).delete()


def _open(connection: StoreConnection, symptom: Symptom, now: datetime) -> None:
    """A cause that was told of today is not told of again because it went away in between."""
    last = (
        Finding.objects.filter(connection=connection, cause=symptom.cause).order_by("-id").first()
    )
    row = Finding(company_id=connection.company_id, connection=connection, cause=symptom.cause)
    row.text, row.done = symptom.text[:KEPT_LENGTH], symptom.done[:KEPT_LENGTH]
    row.needs_person = needs_person(symptom, now, now)
    row.since = row.seen_at = now
    row.mail_at = max(now, last.mail_at) if last else now
    row.mailed_at = last.mailed_at if last else None
    row.save(force_insert=True)
    _tell(connection, row, now)


def _keep(connection: StoreConnection, row: Finding, symptom: Symptom, now: datetime) -> None:
    needed = row.needs_person
    row.text, row.seen_at = symptom.text[:KEPT_LENGTH], max(now, row.seen_at)
    row.done = symptom.done[:KEPT_LENGTH] or row.done
    row.needs_person = needed or needs_person(symptom, row.since, now)
    row.save(update_fields=["text", "seen_at", "done", "needs_person"])
    if row.needs_person and not needed:
        _tell(connection, row, now)


def _tell(connection: StoreConnection, row: Finding, now: datetime) -> None:
    text = f"{row.text} {row.done}".strip()
    if row.needs_person:
        text += " This needs you."
    _note(connection, text, ActivityStatus.FAILED if row.needs_person else ActivityStatus.INFO, now)


def _note(connection: StoreConnection, text: str, status: ActivityStatus, now: datetime) -> None:
    activity.note(connection, text[:300], at=now, kind="health", status=status)
