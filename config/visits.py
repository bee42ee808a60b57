"""Notes in each logged-in session where and when it was opened and seen last."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.client_address import client_address
from ledger import confirmation
from ledger.sessions import note_visit


def note_log_in(sender: object, request: HttpRequest, **_: Any) -> None:  # noqa: ARG001 -- Django's signature
    """A log-in, by whatever page, opens a session and proves who somebody is.

    Receiver of `user_logged_in`.
    """
    confirmation.note(request.session, timezone.now())
    _note(request)


def note_visits(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Note the visits of sessions that are logged in (middleware).

    Stands inside of the session middleware, which saves what is noted.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        _note(request)
        return response

    return middleware


def _note(request: HttpRequest) -> None:
    note_visit(
        request.session,
        address=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
        now=timezone.now(),
    )
