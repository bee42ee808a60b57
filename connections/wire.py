"""What all that the plugin asks has in common: JSON both ways, errors in sentences, who signed."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponseBase, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from connections.models import Status, StoreConnection
from connections.plugin_package import NoPluginError, Package, package_of
from connections.signatures import signing_token
from connections.vault import SealBrokenError
from ledger.access import View, declares_own_rule

log = logging.getLogger(__name__)

MAX_BODY = 16 * 1024


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no success; `message` is a whole sentence for a merchant."""

    status: HTTPStatus
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """The call ends here, with this answer."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Call:
    """What the plugin sent, and when (UTC)."""

    request: HttpRequest
    body: bytes
    told: Mapping[str, Any]
    now: datetime


@dataclass(frozen=True, slots=True)
class Signer:
    """The connection that signed. The previous secret may be that of a site it moved from."""

    connection: StoreConnection
    has_present_secret: bool


UNREADABLE = Refusal(
    HTTPStatus.BAD_REQUEST, "unreadable", "Counterfoil could not read what the store sent."
)
TOO_LONG = Refusal(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_long", "The store sent more than 16 KiB."
)
UNKNOWN = Refusal(
    HTTPStatus.NOT_FOUND,
    "unknown_connection",
    "Counterfoil does not know this connection any more. Pair the store anew.",
)
UNAUTHENTIC = Refusal(
    HTTPStatus.UNAUTHORIZED,
    "unauthentic",
    "The signature is missing or wrong. Pair the store anew.",
)
UNPAIRED = Refusal(
    HTTPStatus.UNAUTHORIZED,
    "unpaired",
    "This store was unpaired. Pair it again with a code from its page in Counterfoil.",
)
SEALED = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "sealed",
    "Counterfoil cannot read the store's secret. Its log says why.",
)
AWAY = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "Counterfoil is busy. Please try again soon."
)
NO_PLUGIN = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE, "no_plugin", "This Counterfoil has no plugin to hand out."
)


def posted(rule: str) -> Callable[[Callable[[Call], Mapping[str, Any]]], View]:
    """Make a view of a function from a posted JSON object to a JSON object.

    `rule` says how it guards itself.
    """

    def made(handler: Callable[[Call], Mapping[str, Any]]) -> View:
        def answer(request: HttpRequest) -> HttpResponseBase:
            return JsonResponse(handler(_read(request)))

        return _guarded(answer, handler, rule, "POST")

    return made


def fetched(view: View) -> View:
    """Make an open view that is fetched with GET and whose errors are JSON."""
    return _guarded(view, view, "open", "GET", "HEAD")


def _guarded(answer: View, named: Callable[..., Any], rule: str, *methods: str) -> View:
    @csrf_exempt
    @wraps(named)
    def view(request: HttpRequest, **parameters: str) -> HttpResponseBase:
        response = (
            _answer(answer, request, **parameters)
            if request.method in methods
            else _refused(_only(*methods))
        )
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return declares_own_rule(rule)(view)


def _only(*methods: str) -> Refusal:
    allowed, code = {"Allow": ", ".join(methods)}, f"only_{methods[0].lower()}"
    message = f"This address answers {methods[0]} alone."
    return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, code, message, allowed)


def _answer(answer: View, request: HttpRequest, **parameters: str) -> HttpResponseBase:
    try:
        return answer(request, **parameters)
    except RefusedError as error:
        return _refused(error.refusal)
    except (OperationalError, InterfaceError):
        log.exception("the plugin could not be answered: the database is away or busy")
        return _refused(AWAY)
    except SealBrokenError:
        log.exception("a store's secret cannot be opened")
        return _refused(SEALED)
    except NoPluginError:
        log.exception("there is no plugin to hand out")
        return _refused(NO_PLUGIN)


def _refused(refusal: Refusal) -> JsonResponse:
    content = {"error": {"code": refusal.code, "message": refusal.message}}
    return JsonResponse(content, status=refusal.status, headers=refusal.headers)


def _read(request: HttpRequest) -> Call:
    length = request.headers.get("Content-Length") or "0"
    if length.isdecimal() and int(length) > MAX_BODY:
        raise RefusedError(TOO_LONG)
    try:
        body = request.body
        told = json.loads(body)
    except (ValueError, RecursionError, UnreadablePostError):
        raise RefusedError(UNREADABLE) from None
    if not isinstance(told, dict):
        raise RefusedError(UNREADABLE)
    return Call(request, body, told, timezone.now())


def signer_of(call: Call) -> Signer:
    """Who signed a call, with the present secret or the previous one while that is good.

    :raises RefusedError: when the connection is unknown, or the signature wrong.
    """
    connection = _connection(call.request.headers.get("X-Counterfoil-Connection", ""))
    tokens = [connection.secret]
    if connection.previous_secret_until and connection.previous_secret_until > call.now:
        tokens.append(connection.previous_secret)
    signature = call.request.headers.get("X-WC-Webhook-Signature", "")
    signed = signing_token(connection.pk, tokens, signature=signature, body=call.body)
    if signed is None:
        raise RefusedError(UNAUTHENTIC)
    return Signer(connection, has_present_secret=signed == connection.secret)


def _connection(text: str) -> StoreConnection:
    try:
        connection_id = UUID(text)
    except ValueError:
        raise RefusedError(UNKNOWN) from None
    found = StoreConnection.objects.exclude(status=Status.DELETED).filter(pk=connection_id).first()
    if found is None:
        raise RefusedError(UNKNOWN)
    return found


def present_package() -> Package:
    """The plugin as this server hands it out now.

    :raises connections.plugin_package.NoPluginError: when there is none.
    """
    return package_of(settings.PLUGIN_FOLDER, settings.PUBLIC_URL)


def as_moment(at: datetime | None) -> str | None:
    """A moment as it goes over the wire: `2026-11-26T06:10:00Z`."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None
