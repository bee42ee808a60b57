"""Asking for the password again before an act that a borrowed browser should not do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, cast

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from ledger.ways_back import page_before

Arguments = ParamSpec("Arguments")

GOOD_FOR = timedelta(minutes=15)
_KEY = "confirmed_at"


def note(session: SessionBase, now: datetime) -> None:
    """Note that the person has just proved who they are."""
    session[_KEY] = now.isoformat()


def is_recent(session: SessionBase, now: datetime) -> bool:
    """Whether the person proved who they are within the last quarter of an hour."""
    at = session.get(_KEY)
    return at is not None and now - datetime.fromisoformat(at) < GOOD_FOR


def recently_confirmed(
    view: Callable[Arguments, HttpResponseBase],
) -> Callable[Arguments, HttpResponseBase]:
    """Let a view go on only after a recent proof; else ask for one, and come back.

    A form that was sent is not sent again from here: the way back leads to its page, and says so.
    Stands below the access rule, so that strangers still get 404.
    """

    @wraps(view)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
        request = cast("HttpRequest", args[0])
        if is_recent(request.session, timezone.now()):
            return view(*args, **kwargs)
        back = request.get_full_path()
        if request.method not in {"GET", "HEAD"}:
            back = page_before(request)
            messages.info(request, "Nothing was changed yet: please press the button again.")
        return redirect(f"{reverse('confirm')}?{urlencode({'next': back})}")

    return guarded
