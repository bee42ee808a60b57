"""Middleware: what a request writes is written in the name of whoever has logged in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

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
    return Actor(request.user.pk, _way_in(request), client_address(request))


def _way_in(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is not None and match.app_name == "admin":
        return "administration"
    return "api" if request.path.startswith("/api/") else "page"
