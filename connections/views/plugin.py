"""What the plugin asks of its server: pair, unpair, and updates of itself."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from math import ceil
from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from connections import guess_limits, pairing
from connections.plugin_package import SLUG
from connections.site import Site, UnfitSiteError, host_and_path
from connections.wire import (
    UNREADABLE,
    Call,
    Refusal,
    RefusedError,
    as_moment,
    fetched,
    posted,
    present_package,
    signer_of,
)

CODE_NOT_FOUND = Refusal(
    HTTPStatus.NOT_FOUND,
    "pairing_code_not_found",
    "This pairing code is not valid. It may be mistyped, used already, or older than ten minutes: "
    "generate a new one on the store's page in Counterfoil.",
)
NO_SUCH_VERSION = Refusal(
    HTTPStatus.NOT_FOUND, "unknown_version", "There is no such version of the plugin here."
)


@posted("a pairing code; guesses are limited")
def pair(call: Call) -> Mapping[str, Any]:
    """Give a site its connection and its secret, for a code."""
    code, site = call.told.get("code"), _site(call)
    if not isinstance(code, str):
        raise RefusedError(UNREADABLE)
    guess = _counted(call)
    latest = present_package().version  # before the code is used up: it may fail
    paired = _redeemed(call, code, site, guess)
    connection = paired.connection
    return {
        "connection_id": str(connection.pk),
        "connection_name": connection.name,
        "webhook_url": f"{settings.PUBLIC_URL}/hooks/woocommerce/{connection.pk}",
        "secret": paired.secret,
        "share_contact_details": connection.share_contact_details,
        "gstin_fields": connection.gstin_fields,
        "server_time": as_moment(call.now),
        "plugin": {"latest": latest},
    }


def _site(call: Call) -> Site:
    try:
        return Site.read(call.told, now=call.now)
    except UnfitSiteError as error:
        raise RefusedError(replace(UNREADABLE, message=str(error))) from error


def _counted(call: Call) -> guess_limits.Guess:
    """Count a guess before the code is looked at, whatever comes of it."""
    try:
        return guess_limits.count_guess(get_client_ip_address(call.request) or "", now=call.now)
    except guess_limits.TooManyGuessesError as error:
        raise RefusedError(_too_many(error.seconds)) from error


def _redeemed(call: Call, code: str, site: Site, guess: guess_limits.Guess) -> pairing.Pairing:
    try:
        paired = pairing.redeem(code, site, now=call.now)
    except pairing.CodeNotFoundError:
        raise RefusedError(CODE_NOT_FOUND) from None
    except pairing.AnotherSiteError as error:
        guess_limits.give_back(guess)
        raise RefusedError(_another_site(error.site_url)) from error
    guess_limits.give_back(guess)
    return paired


def _too_many(seconds: int) -> Refusal:
    minutes = ceil(seconds / 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    message = f"Too many pairing codes were tried. Please try again in {wait}."
    headers = {"Retry-After": str(seconds)}
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, "too_many_attempts", message, headers)


def _another_site(site_url: str) -> Refusal:
    message = (
        f"This connection belongs to {host_and_path(site_url)}. Make a connection of its own for "
        "this store in Counterfoil, or, if the store has moved, tick “The store has moved” when "
        "you generate the code."
    )
    return Refusal(HTTPStatus.CONFLICT, "another_site", message)


@posted("the store's signature")
def unpair(call: Call) -> Mapping[str, Any]:
    """Refuse the store's deliveries from now on.

    Who signs with the previous secret is not the paired site any more, but what is left of it
    where the store came from: it is answered, and the pairing of the new one stays.
    """
    if "id" in call.told:
        raise RefusedError(UNREADABLE)  # a delivery, sent here by somebody who recorded it
    signer = signer_of(call)
    if signer.has_present_secret:
        pairing.unpaired_by_store(signer.connection)
    return {"ok": True}


@fetched
def update(_request: HttpRequest) -> JsonResponse:
    """Answer with what WordPress wants to know about the present version."""
    return JsonResponse(present_package().facts)


@fetched
def package(request: HttpRequest, version: str) -> HttpResponse:
    """Hand out the zip; its source may change, so whoever keeps it asks again."""
    present = present_package()
    if version != present.version:
        raise RefusedError(NO_SUCH_VERSION)
    etag = quote_etag(present.etag)
    response = HttpResponse(
        present.archive,
        content_type="application/zip",
        headers={
            "ETag": etag,
            "Cache-Control": "no-cache",
            "Content-Disposition": f'attachment; filename="{SLUG}-{version}.zip"',
        },
    )
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer if isinstance(answer, HttpResponse) else response
