"""What a WordPress site says of itself to anyone: at /wp-json/, and in its Link headers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from connections.clients.answers import is_page, page_kind, read_json
from connections.clients.errors import (
    BlockedError,
    NotJsonError,
    PageKind,
    PlainPermalinksError,
    RestLockedError,
    StoreError,
    WrongAddressError,
)
from connections.clients.politeness import clock_skew
from connections.clients.refusals import refusal_of
from connections.clients.transport import Answer, Ask, Transport

_FIELDS = "_fields=name,home,url,timezone_string,gmt_offset,namespaces"
_HTTPS_PORT = re.compile(
    rb"plain HTTP (request was sent )?to (an SSL-enabled|HTTPS) ", re.IGNORECASE
)
"""What nginx and Apache say to http at a port for https."""
_REST_LINK = re.compile(r'<([^<>]+)>;\s*rel="https://api\.w\.org/"')


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """A site's index. Everything is empty where its REST API is locked to the public."""

    name: str = ""
    home: str = ""
    timezone: str = ""
    namespaces: frozenset[str] = frozenset()
    is_clean: bool = True
    clock_skew: int | None = None


def site_index(transport: Transport, site_url: str, now: datetime) -> SiteIndex:
    """Ask a site who it is; `site_url` has no slash at its end.

    :raises WrongAddressError: when it leads on to another address, or is no WordPress site.
    :raises PlainPermalinksError: when only `?rest_route=` reaches its REST API.
    :raises StoreError: when it does not answer as it should.
    """
    answer = transport.send(Ask(f"{site_url}/wp-json/?{_FIELDS}"))
    if answer.hops:
        _check_same_place(site_url, answer)
    if answer.status in (401, 403) and not is_page(answer):
        return SiteIndex(clock_skew=clock_skew(answer.headers, now))
    if answer.status == 404 or (answer.status == 200 and is_page(answer) and not _is_json(answer)):
        raise _no_index(transport, site_url, answer)
    if answer.status == 400 and _HTTPS_PORT.search(answer.body):
        raise WrongAddressError(f"https{site_url.removeprefix('http')}")
    refusal = refusal_of(answer, now)
    if refusal:
        raise refusal
    return _read(answer, now)


def _check_same_place(site_url: str, answer: Answer) -> None:
    """A redirect to www, to https, or to another path is another address for the keys."""
    led_to = answer.url.rpartition("/wp-json")[0]
    if led_to and led_to != site_url:
        raise WrongAddressError(led_to)
    if not led_to and urlsplit(answer.url)[:2] != urlsplit(site_url)[:2]:
        raise WrongAddressError(answer.url.rstrip("/"))


def _no_index(transport: Transport, site_url: str, answer: Answer) -> StoreError:
    """Why there is no index where it should be."""
    index = _index_in(_tried(transport, f"{site_url}/?rest_route=/&{_FIELDS}"))
    if index is not None:
        home = _text(index, "home").rstrip("/")
        return WrongAddressError(home) if home not in ("", site_url) else PlainPermalinksError()
    for page in (answer, _tried(transport, f"{site_url}/")):
        seems = page and _linked_home(page)
        if seems and seems != site_url:
            return WrongAddressError(seems)
    kind = page_kind(answer.body.decode("utf-8", "replace"))
    if kind is PageKind.CHALLENGE:
        return BlockedError(f"it seems to be {kind}")
    return WrongAddressError() if kind is PageKind.OTHER else NotJsonError(kind)


def _tried(transport: Transport, url: str) -> Answer | None:
    try:
        return transport.send(Ask(url))
    except StoreError:
        return None


def _index_in(answer: Answer | None) -> Mapping[str, Any] | None:
    """The index that an answer holds, None where it holds something else."""
    if answer is None or answer.status != 200:
        return None
    try:
        value = read_json(answer).value
    except StoreError:
        return None
    return value if isinstance(value, dict) and "namespaces" in value else None


def _is_json(answer: Answer) -> bool:
    try:
        return isinstance(read_json(answer).value, dict)
    except StoreError:
        return False


def _linked_home(answer: Answer) -> str:
    """The site whose REST API a page names in its Link header, or ""."""
    found = _REST_LINK.search(answer.headers.get("Link", ""))
    home = found.group(1).partition("/wp-json")[0].partition("/?rest_route")[0] if found else ""
    return home.removesuffix("/index.php").rstrip("/")


def _read(answer: Answer, now: datetime) -> SiteIndex:
    read = read_json(answer)
    told = read.value if isinstance(read.value, dict) else {}
    if "namespaces" not in told:
        raise RestLockedError if told.get("code") else WrongAddressError
    return SiteIndex(
        name=unescape(_text(told, "name"))[:200],
        home=_text(told, "home").rstrip("/")[:300],
        timezone=_text(told, "timezone_string")[:64] or _offset(told.get("gmt_offset")),
        namespaces=frozenset(map(str, told["namespaces"] or ())),
        is_clean=read.is_clean,
        clock_skew=clock_skew(answer.headers, now),
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _offset(hours: object) -> str:
    """A fixed offset as WordPress writes it, such as +05:30; it may come as text."""
    try:
        minutes = round(float(str(hours)) * 60)
    except ValueError:
        return ""
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
