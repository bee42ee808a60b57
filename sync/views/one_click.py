"""One-click keys: off to the store's own page, the keys from its server, and back.

WooCommerce posts the keys to `take_keys` before it sends the browser back to `come_back`, and
deletes them unless it is answered with exactly 200.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST

from connections import guess_limits, one_click
from connections.clients.authorise import (
    UnfitCallbackError,
    authorise_url,
    read_callback,
    was_approved,
)
from connections.forms import OneClickForm
from connections.models import StoreConnection
from connections.public_address import obstacle_to_keys
from connections.site_check import why_not
from connections.wire import UNREADABLE, Call, Refusal, RefusedError, posted
from ledger.access import permit
from ledger.models import Company, Permission, User
from sync.asking import polling
from sync.health import rounds as health
from sync.views.stores import connection_of

NO_SUCH_STATE = Refusal(
    HTTPStatus.NOT_FOUND,
    "unknown_state",
    "No question for keys is open. It may be answered already, or older than ten minutes.",
)
STATES = "states:"


def obstacle() -> str:
    """Why one click cannot work with this server's address; empty where it can."""
    is_private_allowed = bool(settings.ALLOW_PRIVATE_STORES)
    return obstacle_to_keys(settings.PUBLIC_URL, is_private_allowed=is_private_allowed)


@require_POST
@permit(Permission.SETTINGS)
def ask_for_keys(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Look at the store, and send the browser to its page where the merchant approves."""
    connection = connection_of(company, connection_id)
    form = OneClickForm(request.POST, connection=connection)
    problem = obstacle() or _problem_of(form)
    if problem:
        messages.error(request, problem)
        return redirect("store_asking", company.pk, connection.pk)
    site_url = form.cleaned_data["url"]
    state = one_click.begin(
        connection,
        site_url=site_url,
        allow_http=form.cleaned_data["allow_http"],
        by=cast("User", request.user),
        session_key=request.session.session_key or "",
        now=timezone.now(),
    )
    return _sent(request, connection, site_url, state)


def _problem_of(form: OneClickForm) -> str:
    if not form.is_valid():
        return " ".join(str(text) for texts in form.errors.values() for text in texts)
    told = form.cleaned_data
    error = why_not(told["url"], allow_http=told["allow_http"])
    return f"{error} {error.cure}".strip() if error else ""


def _sent(
    request: HttpRequest, connection: StoreConnection, site_url: str, state: str
) -> HttpResponse:
    """A page that goes on to the store by itself: browsers redirect no form to another site here.

    The policy's `form-action` holds for redirects after a form, too.
    """
    back = reverse("keys_come_back", args=[connection.company_id, connection.pk])
    address = authorise_url(
        site_url,
        state=state,
        return_url=f"{settings.PUBLIC_URL}{back}",
        callback_url=f"{settings.PUBLIC_URL}{reverse('take_keys')}",
    )
    context = {
        "company": connection.company,
        "connection": connection,
        "address": address,
        "host": urlsplit(site_url).netloc,
    }
    response = render(request, "sync/to_the_store.html", context)
    patch_cache_control(response, no_store=True)
    return response


@posted("a state that is good once; guesses are limited")
def take_keys(call: Call) -> Mapping[str, Any]:
    """Keys from a store's server: they count once the store that was meant answers to them."""
    guess = _counted(call)
    try:
        taken = one_click.take(read_callback(call.body), now=call.now)
    except UnfitCallbackError:
        raise RefusedError(UNREADABLE) from None
    except one_click.NoSuchRequestError:
        raise RefusedError(NO_SUCH_STATE) from None
    except one_click.KeysNotKeptError as error:
        guess_limits.give_back(guess)
        raise RefusedError(_not_kept(str(error))) from error
    guess_limits.give_back(guess)
    polling.keys_work(taken.connection, now=call.now)
    health.soon(taken.connection, call.now)
    return {"ok": True}


def _counted(call: Call) -> guess_limits.Guess:
    """Count before the state is looked at; who has guessed too often waits."""
    address = get_client_ip_address(call.request) or ""
    try:
        return guess_limits.count_guess(address, now=call.now, what=STATES)
    except guess_limits.TooManyGuessesError as error:
        raise RefusedError(_too_many(error.seconds)) from error


def _too_many(seconds: int) -> Refusal:
    headers = {"Retry-After": str(seconds)}
    message = "Too many keys were sent from here. Please try again later."
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, "too_many_attempts", message, headers)


def _not_kept(why: str) -> Refusal:
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "keys_not_kept", why)


@require_GET
@permit(Permission.SETTINGS)
def come_back(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """The browser is back from the store: say how it went, on the page where it began."""
    connection = connection_of(company, connection_id)
    state, success = request.GET.get("user_id", ""), request.GET.get("success", "")
    told = one_click.come_back(
        connection,
        state=state,
        is_approved=was_approved(success, state, state=state),
        by=cast("User", request.user),
        session_key=request.session.session_key or "",
        now=timezone.now(),
    )
    if told.is_good:
        messages.success(request, told.text)
    else:
        messages.error(request, told.text)
    return redirect("store_asking", company.pk, connection.pk)
