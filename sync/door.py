"""The door for stores: `POST /hooks/woocommerce/<connection>`, in front of all of Django.

No session, no cookie, no redirect: WooCommerce takes a redirect for success and loses the event.
It never sends twice either, so whatever is authentic is kept and answered with 200.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db import connection as database
from django.utils import timezone

from connections import vault
from connections.models import Status
from connections.signatures import signing_token
from sync.booking.inbox import Envelope, Recipient, put
from sync.booking.prepared import execute

log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, Any], Iterable[bytes]]

MAX_BODY = 1024 * 1024
_PATH = re.compile(r"/hooks/woocommerce/([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})")
_PING = re.compile(rb"webhook_id=[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook call: the body as it was signed, and WooCommerce's headers."""

    connection_id: UUID
    received_at: datetime
    body: bytes
    signature: str
    topic: str
    resource: str
    store_delivery_id: str


Answer = tuple[HTTPStatus, Mapping[str, Any]]


def _error(status: HTTPStatus, code: str, message: str) -> Answer:
    return status, {"error": {"code": code, "message": message}}


ACCEPTED: Answer = (HTTPStatus.OK, {"status": "accepted"})
PONG: Answer = (HTTPStatus.OK, {"status": "pong"})
UNAUTHENTIC = _error(HTTPStatus.UNAUTHORIZED, "unauthentic", "The signature is missing or wrong.")
UNPAIRED = _error(HTTPStatus.UNAUTHORIZED, "unpaired", "This connection is unpaired.")
UNKNOWN = _error(HTTPStatus.NOT_FOUND, "unknown_connection", "There is no such connection.")
ONLY_POST = _error(HTTPStatus.METHOD_NOT_ALLOWED, "only_post", "Deliveries are sent by POST.")
NO_LENGTH = _error(HTTPStatus.LENGTH_REQUIRED, "no_length", "Content-Length is missing.")
TOO_LONG = _error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_long", "A delivery has at most 1 MiB.")
SEALED = _error(
    HTTPStatus.SERVICE_UNAVAILABLE, "sealed", "The signing secret cannot be read; see the log."
)
AWAY = _error(
    HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "The database is away; please send again."
)


def application_for(django: Application) -> Application:
    """Put the door in front of a WSGI application; only `/hooks/…` stops here."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/hooks/"):
            return django(environ, start_response)
        status, content = _call(environ, path)
        body = json.dumps(content).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append(("Allow", "POST"))
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    return application


def _call(environ: Environ, path: str) -> Answer:
    """Answer what can be answered without the body, then read it and open the door."""
    address = _PATH.fullmatch(path)
    if address is None:
        return UNKNOWN
    if environ["REQUEST_METHOD"] != "POST":
        return ONLY_POST
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or "HTTP_TRANSFER_ENCODING" in environ:
        return NO_LENGTH
    if int(length) > MAX_BODY:
        return TOO_LONG
    hook = Hook(
        connection_id=UUID(address[1]),
        received_at=timezone.now(),
        body=environ["wsgi.input"].read(int(length)),
        signature=environ.get("HTTP_X_WC_WEBHOOK_SIGNATURE", ""),
        topic=environ.get("HTTP_X_WC_WEBHOOK_TOPIC", ""),
        resource=environ.get("HTTP_X_WC_WEBHOOK_RESOURCE", ""),
        store_delivery_id=environ.get("HTTP_X_WC_WEBHOOK_DELIVERY_ID", ""),
    )
    try:
        return _patiently(hook)
    except vault.SealBrokenError:
        log.exception("the secret of connection %s cannot be opened", hook.connection_id)
        return SEALED
    finally:
        if _pool():
            database.close()


def _patiently(hook: Hook) -> Answer:
    """Open the door; where the database was restarted, connections are replaced, once."""
    try:
        return receive(hook)
    except (OperationalError, InterfaceError):
        log.warning("the door's database connection failed", exc_info=True)
        if not _renewed():
            return AWAY
    try:
        return receive(hook)
    except (OperationalError, InterfaceError):
        log.warning("the door cannot reach the database", exc_info=True)
        database.close()
        return AWAY


def _renewed() -> bool:
    """Drop connections that have gone stale; False where there was none, so nothing to renew."""
    had_connection = database.connection is not None
    database.close()
    if had_connection and (pool := _pool()):
        pool.check()
    return had_connection


def _pool() -> Any:
    return getattr(database, "pool", None)


def receive(hook: Hook, *, trust: bool = False) -> Answer:
    """Check who sends, and keep what was sent. With `trust` the signature is not looked at.

    :raises django.db.OperationalError: when the database is away.
    """
    row = execute(_CONNECTION, [hook.received_at, hook.connection_id]).fetchone()
    if row is None:
        return UNKNOWN
    status, *recipient, secret, previous_secret = row
    if not hook.signature and _PING.fullmatch(hook.body):
        return PONG
    if status != Status.ACTIVE:
        return UNPAIRED
    if not trust and not _is_signed(hook, secret, previous_secret):
        return UNAUTHENTIC
    envelope = Envelope(hook.received_at, hook.topic, hook.resource, hook.store_delivery_id)
    put(Recipient(hook.connection_id, *recipient), envelope, hook.body)
    return ACCEPTED


_CONNECTION = """
SELECT status, company_id, gstin_fields, share_contact_details, secret,
       CASE WHEN previous_secret_until > %s THEN previous_secret ELSE '' END
FROM connections_storeconnection WHERE id = %s AND status <> 'deleted'
"""


def _is_signed(hook: Hook, *tokens: str) -> bool:
    signed = signing_token(hook.connection_id, tokens, signature=hook.signature, body=hook.body)
    return signed is not None
