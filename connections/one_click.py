"""One-click keys: asked for through WooCommerce's own page, tried, and only then kept.

1. `begin` makes a state: good once, for ten minutes, bound to person, session and store.
2. The merchant approves in the store, whose server posts the keys (`take`), unauthenticated. The
   state is used up first, in a transaction of its own; of two at once one finds it used.
3. The keys are tried at the very address that the question was put to. Nothing is held meanwhile,
   and nothing is kept of keys that do not work there.
4. The browser comes back (`come_back`) and is told how it went.

Locks: the connection's row, then its requests.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from connections import activity, asking, lifecycle
from connections.clients.authorise import GivenKeys
from connections.clients.errors import StoreError
from connections.clients.protocol import StoreFacts
from connections.clients.transport import Limits
from connections.lifecycle import RestAccess
from connections.models import ActivityStatus, KeyOutcome, KeyRequest, Status, StoreConnection
from connections.site import host_and_path
from ledger.access import may
from ledger.acting import Actor, acting
from ledger.models import Permission, User

LIFE = timedelta(minutes=10)
KEPT = timedelta(days=30)
PATIENCE = Limits(connect=5, read=10, total=15)
"""The store waits a minute for our answer, and a person for the store."""


class NoSuchRequestError(Exception):
    """No such question is open: unknown, answered, expired or voided, and nobody learns which."""


class KeysNotKeptError(Exception):
    """The question was open, but the keys were not kept; the text says why."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Keys that work are kept. `facts` is what store it is."""

    connection: StoreConnection
    facts: StoreFacts


@dataclass(frozen=True, slots=True)
class Told:
    """What to tell who came back from the store."""

    is_good: bool
    text: str


@transaction.atomic
def begin(
    connection: StoreConnection,
    *,
    site_url: str,
    allow_http: bool,
    by: User,
    session_key: str,
    now: datetime,
) -> str:
    """Open a question and return its state, for the store's page; an older open one is voided.

    :raises connections.lifecycle.NotPossibleError: when the connection is deleted.
    """
    lifecycle.lock(connection)
    if connection.status == Status.DELETED:
        raise lifecycle.NotPossibleError(f"{connection.name} is deleted.")
    _open(connection).update(outcome=KeyOutcome.VOIDED)
    state = secrets.token_urlsafe(32)
    row = KeyRequest(company_id=connection.company_id, connection=connection, made_by=by)
    row.digest, row.session = _digest("state", state), _digest("session", session_key)
    row.site_url, row.allow_http = site_url, allow_http
    row.made_at, row.expires_at = now, now + LIFE
    row.save(force_insert=True)
    text = (
        f"Keys were asked for at {host_and_path(site_url)[:100]}, through WooCommerce’s own page."
    )
    activity.note(connection, text, at=now, kind="keys")
    return state


def take(given: GivenKeys, *, now: datetime) -> Taken:
    """Take keys that a store posted: use the state up, try them, keep them.

    :raises NoSuchRequestError: when no such question is open.
    :raises KeysNotKeptError: when the keys do not work at that store, or nobody may keep them.
    """
    request = _used_up(given.state, now)
    access = RestAccess(
        request.site_url, given.consumer_key, given.consumer_secret, request.allow_http
    )
    try:
        _check_asker(request, now)
        facts = _tried(access)
        _keep(request, access, now)
    except (StoreError, lifecycle.NotPossibleError, KeysNotKeptError) as error:
        raise KeysNotKeptError(_failed(request, error, now)) from error
    return Taken(request.connection, facts)


def _used_up(state: str, now: datetime) -> KeyRequest:
    found = KeyRequest.objects.filter(
        digest=_digest("state", state), outcome=KeyOutcome.OPEN, expires_at__gt=now
    )
    request = found.select_related("connection__company", "made_by").first()
    if request is None or not found.update(outcome=KeyOutcome.TAKEN, answered_at=now):
        raise NoSuchRequestError
    return request


def _check_asker(request: KeyRequest, now: datetime) -> None:
    """Who asked must still be logged in there, and still be allowed to."""
    if not may(request.made_by, request.company, Permission.SETTINGS):
        raise KeysNotKeptError("Who asked for the keys may not change this store any more.")
    keys = request.made_by.sessions.filter(expire_date__gt=now)
    if not any(_is_session(request, key) for key in keys.values_list("session_key", flat=True)):
        raise KeysNotKeptError("Who asked for the keys has logged out meanwhile.")


def _tried(access: RestAccess) -> StoreFacts:
    client = asking.trial_client(access, limits=PATIENCE)
    try:
        return client.check()
    finally:
        client.close()


@transaction.atomic
def _keep(request: KeyRequest, access: RestAccess, now: datetime) -> None:
    """In the name of who asked: the store's server, which sends the keys, is nobody here."""
    with acting(lambda: Actor(request.made_by_id, "one-click keys")):
        lifecycle.keep_keys(request.connection, access, now=now)
    KeyRequest.objects.filter(pk=request.pk).update(outcome=KeyOutcome.KEPT)


@transaction.atomic
def _failed(request: KeyRequest, error: Exception, now: datetime) -> str:
    cure = error.cure if isinstance(error, StoreError) else ""
    problem = f"{error} {cure}".strip()[:400]
    KeyRequest.objects.filter(pk=request.pk).update(outcome=KeyOutcome.FAILED, problem=problem)
    text = f"Keys came, but were not kept: {problem}"[:300]
    activity.note(request.connection, text, at=now, kind="keys", status=ActivityStatus.FAILED)
    return problem


def come_back(
    connection: StoreConnection,
    *,
    state: str,
    is_approved: bool,
    by: User,
    session_key: str,
    now: datetime,
) -> Told:
    """What to tell a browser that comes back from the store; a denied question is closed."""
    request = KeyRequest.objects.filter(
        connection=connection, digest=_digest("state", state)
    ).first()
    if request is None:
        return Told(is_good=False, text="The store’s answer belongs to no question from here.")
    if request.made_by_id != by.pk or not _is_session(request, session_key):
        return Told(is_good=False, text=ANOTHER_SESSION)
    if not is_approved:
        _open(connection).filter(pk=request.pk).update(outcome=KeyOutcome.DENIED)
        request.refresh_from_db(fields=["outcome"])
    return Told(request.outcome == KeyOutcome.KEPT, in_words(request, now))


ANOTHER_SESSION = (
    "The keys were asked for in another browser session. Press Connect with one click again here."
)
_WORDS = {
    KeyOutcome.TAKEN: "The keys came, and are being tried. Reload this page in a moment.",
    KeyOutcome.KEPT: "The store gave its keys, and answers to them.",
    KeyOutcome.DENIED: "The access was denied in the store. Nothing was changed.",
    KeyOutcome.VOIDED: "A newer question took the place of this one. Nothing was changed.",
}


def in_words(request: KeyRequest, now: datetime) -> str:
    """How a question ended, or why it has not."""
    if request.outcome == KeyOutcome.FAILED:
        return f"Keys came, but were not kept. {request.problem}"
    if request.outcome == KeyOutcome.TAKEN and request.expires_at <= now:
        return "Trying the keys was cut off. Nothing was kept; press Connect with one click again."
    if request.outcome != KeyOutcome.OPEN:
        return _WORDS[KeyOutcome(request.outcome)]
    if request.expires_at <= now:
        return "The question expired after ten minutes, before the store sent keys."
    return (
        "No keys have arrived from the store yet. If the store showed an error, its server cannot "
        "reach this one: look whether this address opens from the internet with a good certificate."
    )


def newest(connection: StoreConnection, *, since: datetime) -> KeyRequest | None:
    """The connection's last question since then, for its page."""
    return connection.key_requests.filter(made_at__gt=since).order_by("-id").first()


def forget_old(now: datetime) -> None:
    """Remove questions that have been of no use for thirty days."""
    KeyRequest.objects.filter(expires_at__lt=now - KEPT).delete()


def _open(connection: StoreConnection) -> QuerySet[KeyRequest]:
    return connection.key_requests.filter(outcome=KeyOutcome.OPEN)


def _is_session(request: KeyRequest, session_key: str) -> bool:
    return constant_time_compare(bytes(request.session), _digest("session", session_key))


def _digest(of: str, text: str) -> bytes:
    plain = text.encode(errors="replace")
    return salted_hmac(f"connections.one_click.{of}", plain, algorithm="sha256").digest()
