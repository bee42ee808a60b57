"""Middleware: what a request writes is written in the name of whoever has logged in."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from config.client_address import client_address
from ledger.acting import Actor, acting

Respond = Callable[[HttpRequest], HttpResponseBase]


def acting_user(get_response: Respond) -> Respond:
    """Tell the database who acts; asked at each write, as tokens log in within the view."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with acting(lambda: _actor(request)):
            return get_response(request)

    return middleware


def _actor(request: HttpRequest) -> Actor:
    return Actor(_person(request), _way_in(request), client_address(request))


def _person(request: HttpRequest) -> int | None:
    """Who has logged in; a session that nobody sent is not looked for, and marks no answer."""
    user: object = request.user
    is_known = type(user) is not SimpleLazyObject  # a token has logged in
    if is_known or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return request.user.pk
    return None


def _way_in(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is not None and match.app_name == "admin":
        return "administration"
    return "api" if request.path.startswith("/api/") else "page"
