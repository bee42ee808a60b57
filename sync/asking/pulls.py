"""What polling and back-fill have in common: one at a time, pages into the inbox, what went wrong.

Nothing here holds a transaction while a store is asked. Locks belong to the database session, so
that a worker that is killed frees them.
"""

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db import connection as database

from connections.asking import NoWayError, client_of
from connections.clients.errors import NeedsPersonError, StoreError, TryLaterError
from connections.clients.politeness import pause
from connections.clients.protocol import StoreClient, Way
from connections.clients.transport import Limits
from connections.models import Status, StoreConnection
from connections.vault import SealBrokenError
from sync.booking.inbox import Envelope, Recipient, put_all
from sync.core.minimise import GSTIN_FIELDS
from sync.models import Lane
from sync.models.pull import Pull

FAILURES = (StoreError, NoWayError, SealBrokenError)
PATIENCE = Limits(total=30, read=30)
"""Shorter than a task may last: a worker must say what failed before it is cut off."""

CLAIM = timedelta(minutes=3)
"""Whoever queues a pull claims it so long; if its worker is killed, it is queued again then."""

PERSON_NEEDED = timedelta(hours=1)
"""What a person must look at is tried again so seldom."""

TASK_SECONDS = 110  # django-q cuts off here, and gives the task to another after `retry`, 120
LONGEST_PROBLEM = 400


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a store could not be asked. `needs_person`: no repetition helps."""

    code: str
    sentence: str
    cure: str
    needs_person: bool
    wait_seconds: float | None = None

    @classmethod
    def of(cls, error: Exception, failures: int) -> Self:
        """From one of FAILURES, after so many in a row before it."""
        if isinstance(error, TryLaterError):
            wait = pause(error, failures, random.random())  # noqa: S311 -- spreads, hides nothing
            return cls(error.code, str(error), error.cure, needs_person=False, wait_seconds=wait)
        if isinstance(error, StoreError):
            return cls(error.code, str(error), error.cure, needs_person=True)
        if isinstance(error, NoWayError):
            return cls("no_way", "The store cannot be asked.",
                       "Enter REST keys, or pair the plugin.", needs_person=True)  # fmt: skip
        return cls("seal_broken", "The kept credentials cannot be opened.",
                   "Enter the keys anew, or bring back VAULT_KEYS.", needs_person=True)  # fmt: skip

    @property
    def text(self) -> str:
        """Sentence and cure, for people."""
        return f"{self.sentence} {self.cure}".strip()[:LONGEST_PROBLEM]

    def next_at(self, now: datetime) -> datetime:
        """When to try again."""
        if self.wait_seconds is None:
            return now + PERSON_NEEDED
        return now + timedelta(seconds=self.wait_seconds)


@contextmanager
def alone(what: str, connection_id: UUID) -> Iterator[bool]:
    """Whether nobody else does this for the connection; until the end, or the process's death."""
    with _locked(f"{what}:{connection_id}") as is_alone:
        yield is_alone


@contextmanager
def slot() -> Iterator[bool]:
    """Whether there is a worker to spare: one always stays free for what comes in live."""
    for number in range(max(1, settings.WORKERS - 1)):
        with _locked(f"slot:{number}") as is_free:
            if is_free:
                yield True
                return
    yield False


@contextmanager
def _locked(name: str) -> Iterator[bool]:
    digest = hashlib.blake2b(f"counterfoil:{name}".encode(), digest_size=8).digest()
    key = int.from_bytes(digest, "big", signed=True)
    is_ours = _asked("SELECT pg_try_advisory_lock(%s)", key)
    try:
        yield is_ours
    finally:
        if is_ours:
            with suppress(DatabaseError, InterfaceError):  # gone with its session
                _asked("SELECT pg_advisory_unlock(%s)", key)


def _asked(statement: str, key: int) -> bool:
    with database.cursor() as cursor:
        cursor.execute(statement, [key])
        return bool(cursor.fetchone()[0])


@contextmanager
def client_for(connection: StoreConnection, pull: Pull, limits: Limits) -> Iterator[StoreClient]:
    """A client that begins as the last one ended; what it finds out is noted in `pull`."""
    client = client_of(
        connection,
        gstin_fields=connection.gstin_fields or GSTIN_FIELDS,
        way=Way(pull.way) if pull.way in {Way.HEADER, Way.QUERY, Way.OAUTH} else None,
        page_size=pull.page_size,
        limits=limits,
    )
    try:
        yield client
    finally:
        pull.page_size = client.page_size
        pull.way = client.way or pull.way
        client.close()


@contextmanager
def exactly(client: StoreClient) -> Iterator[None]:
    """Where a person is needed, find out exactly what for: a check tells more than one request."""
    try:
        yield
    except NeedsPersonError:
        client.check()
        raise


def keep(
    connection: StoreConnection,
    orders: Sequence[Mapping[str, Any]],
    *,
    asked_at: datetime,
    topic: str,
    lane: Lane = Lane.LIVE,
) -> None:
    """Put a page through the inbox, each order with the time at which it was read at the latest.

    :raises django.db.OperationalError: when the database is away.
    """
    envelope = Envelope(asked_at, topic, lane=lane)
    put_all(Recipient.of(connection), envelope, [read_at(each, asked_at) for each in orders])


def read_at(order: Mapping[str, Any], asked_at: datetime) -> dict[str, Any]:
    """The order, saying when it was read where the store does not say it itself.

    It is the time *before* the request: what changes in the store later is newer for sure. Without
    it a refund that vanished, which moves no time, would look older than what is known.
    """
    told = order.get("counterfoil")
    plugin = told if isinstance(told, dict) else {}
    built_at = f"{asked_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    return {**order, "counterfoil": {"built_at": built_at, **plugin}}


def changed_at(order: Mapping[str, Any]) -> datetime | None:
    """The store's own time of the last change, UTC."""
    try:
        at = datetime.fromisoformat(str(order.get("date_modified_gmt")))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def may_ask(connection: StoreConnection) -> bool:
    """Whether a store is asked at all: unpaired and switched off ones are left in peace."""
    return connection.status == Status.ACTIVE and connection.is_enabled
