"""What exactly is wrong between us and a store with REST keys, or else what store it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from connections.clients.errors import (
    KeysRefusedError,
    PermissionMissingError,
    StoreError,
    UnexpectedError,
    WooCommerceMissingError,
    WrongAddressError,
)
from connections.clients.protocol import Note, StoreFacts, Way
from connections.clients.refusals import AUTHENTICATION, CANNOT, code_of
from connections.clients.rest_calls import RestCalls
from connections.clients.site_index import SiteIndex, site_index

OLDEST = (5, 8)
"""The first WooCommerce that filters by the time of change."""

NOBODYS_WEBHOOK = 2_147_483_647
SKEW_WORTH_A_NOTE = 120

_STATUS = {
    "_fields": "environment.version,environment.wp_version,"
    "settings.currency,settings.number_of_decimals"
}


def check(calls: RestCalls) -> StoreFacts:
    """Ask the site who it is, then with the keys, then whether they may write.

    :raises StoreError: what is wrong, as exactly as the store lets us know.
    """
    index = site_index(calls.transport, calls.site_url, calls.signing.now())
    if index.namespaces and "wc/v3" not in index.namespaces:
        raise WooCommerceMissingError
    _try_keys(calls, index)
    status = _status(calls)
    version = _text(status, "environment", "version")
    if version and _numbers(version) < OLDEST:
        raise WooCommerceMissingError(f"version {version}; 5.8 is the oldest that works")
    facts = StoreFacts(
        name=index.name,
        home=index.home,
        way=calls.way or Way.HEADER,
        wc_version=version,
        wp_version=_text(status, "environment", "wp_version"),
        currency=_text(status, "settings", "currency"),
        decimals=_decimals(status),
        timezone=index.timezone,
        may_write=_may_write(calls),
        clock_skew=index.clock_skew,
    )
    return replace(facts, notes=tuple(_notes(calls, facts, is_clean=index.is_clean)))


def _try_keys(calls: RestCalls, index: SiteIndex) -> None:
    try:
        found = calls.get("orders", {"per_page": 1, "_fields": "id"})
    except KeysRefusedError:
        if index.home and _host(index.home) != _host(calls.site_url):
            raise WrongAddressError(index.home) from None
        raise
    if not isinstance(found.value, list):
        raise UnexpectedError("no list where a list should be")


def _status(calls: RestCalls) -> Mapping[str, Any]:
    """Versions and currency; a store that does not tell them works all the same."""
    try:
        value = calls.get("system_status", _STATUS).value
    except (PermissionMissingError, UnexpectedError):
        return {}
    return value if isinstance(value, dict) else {}


def _may_write(calls: RestCalls) -> bool | None:
    """Whether the keys may write, by changing a webhook that cannot exist."""
    try:
        answer = calls.answered("PUT", f"webhooks/{NOBODYS_WEBHOOK}", b"{}")
    except StoreError:
        return None
    code = code_of(answer)
    if code == AUTHENTICATION or code.startswith(CANNOT):
        return False
    return True if "invalid_id" in code else None


def _notes(calls: RestCalls, facts: StoreFacts, *, is_clean: bool) -> Iterator[Note]:
    if facts.way is Way.QUERY:
        yield Note.HEADER_STRIPPED
    if facts.way is Way.OAUTH and calls.site_url.startswith("https:"):
        yield Note.HIDDEN_TLS
    if facts.home and _host(facts.home) != _host(calls.site_url):
        yield Note.OTHER_HOME
    if abs(facts.clock_skew or 0) > SKEW_WORTH_A_NOTE:
        yield Note.CLOCK_DIFFERS
    if calls.is_dirty or not is_clean:
        yield Note.DIRTY
    if facts.may_write is False:
        yield Note.READ_ONLY


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _text(status: Mapping[str, Any], section: str, name: str) -> str:
    found = status.get(section)
    value = found.get(name) if isinstance(found, dict) else None
    return value[:30] if isinstance(value, str) else ""


def _decimals(status: Mapping[str, Any]) -> int | None:
    settings = status.get("settings")
    value = settings.get("number_of_decimals") if isinstance(settings, dict) else None
    return value if type(value) is int and 0 <= value <= 9 else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
