"""One exchange with a store: guarded, bounded in time and size, and silent about secrets.

Everything that Counterfoil asks of stores goes through here. Nothing waits and nothing is repeated
here: what may be tried again says so by a `TryLaterError`.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Timer
from typing import Protocol, Self
from urllib.parse import urljoin

import requests
from requests.structures import CaseInsensitiveDict

from connections.clients.adapter import GuardedAdapter
from connections.clients.bodies import CHUNK, read_body
from connections.clients.destinations import destination_of, without_query
from connections.clients.errors import (
    RefusedError,
    StoreError,
    TooSlowError,
    UnreachableError,
    WrongAddressError,
)
from connections.clients.failures import NETWORK_ERRORS, NO_ANSWER, failure_of
from connections.clients.guard import Guard

# Its debug lines hold whole URLs, and keys may stand in their query.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

MOST_HOPS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, between two bytes and in all; bytes of a body, as sent and unpacked."""

    connect: float = 10
    read: float = 60
    total: float = 120
    size: int = 10 * 1024 * 1024


class Sign(Protocol):
    """Adds credentials to a request; called for each hop anew, and for no foreign one."""

    def __call__(self, method: str, url: str, /) -> tuple[str, Mapping[str, str]]:
        """From method and URL to the URL with its credentials, and headers."""
        ...


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked. Without `sign` it carries no credentials."""

    url: str
    method: str = "GET"
    body: bytes = field(default=b"", repr=False)
    sign: Sign | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `url` is without its query, `hops` are the redirects on the way to it."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str
    seconds: float
    hops: tuple[str, ...] = ()


class Transport:
    """Exchanges with stores, one at a time: threads have a transport each.

    `ca_bundle` is a file of authorities to trust instead of certifi's; certificates are always
    checked. `clock` counts seconds.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        user_agent: str,
        limits: Limits = Limits(),
        ca_bundle: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._guard = guard
        self._limits = limits
        self._trusted: str | bool = ca_bundle or True
        self._clock = clock
        self._adapter = GuardedAdapter(guard)
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Cache-Control": "no-cache",
        }
        self.exchanges = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that were kept alive."""
        self._adapter.close()

    def send(self, ask: Ask) -> Answer:
        """Exchange a request for an answer, whatever its status. A GET follows up to three hops.

        Every hop is checked as the first address was. Signed requests stay at their origin.

        :raises WrongAddressError: when a signed request, or one that changes something, is led on
            to another place, or a GET too often; `seems` is where to.
        :raises StoreError: when there is no whole answer; the kind says why.
        """
        url, hops = ask.url, list[str]()
        while True:
            answer = self._once(ask, url)
            target = _redirected(answer, url)
            if not target:
                return replace(answer, hops=tuple(hops))
            self._check_hop(ask, url, target)
            hops.append(without_query(target))
            if len(hops) > MOST_HOPS:
                raise WrongAddressError
            url = target

    def _check_hop(self, ask: Ask, url: str, target: str) -> None:
        here = destination_of(url, self._guard.allowed)
        there = destination_of(target, self._guard.allowed)
        if ask.method != "GET" or (ask.sign is not None and here != there):
            raise WrongAddressError(without_query(target))

    def _once(self, ask: Ask, url: str) -> Answer:
        url = destination_of(url, self._guard.allowed).url(url)
        was_kept_alive = len(self._adapter.lines) > 0
        try:
            return self._exchanged(ask, url)
        except UnreachableError as error:
            if not (was_kept_alive and ask.method == "GET" and error.detail == NO_ANSWER):
                raise
        # The other side may close what was kept alive just when the next request is sent.
        self._adapter.close()
        return self._exchanged(ask, url)

    def _exchanged(self, ask: Ask, url: str) -> Answer:
        self.exchanges += 1
        started = self._clock()
        lines = self._adapter.lines
        lines.drop_closed()
        lines.is_cut = False
        watch = Timer(self._limits.total, lines.cut)
        watch.daemon = True
        watch.start()
        try:
            answer, failure = self._answer_or_failure(ask, url)
        finally:
            watch.cancel()
        if lines.is_cut:
            raise TooSlowError(f"more than {self._limits.total:g} seconds")
        if answer is None:
            raise failure
        return replace(answer, seconds=self._clock() - started)

    def _answer_or_failure(self, ask: Ask, url: str) -> tuple[Answer | None, StoreError]:
        """No error leaves here with the library's own behind it: those hold URLs with keys."""
        response = None
        try:
            response = self._adapter.send(
                self._prepared(ask, url),
                stream=True,
                timeout=(self._limits.connect, self._limits.read),
                verify=self._trusted,
                proxies={},
            )
            return self._read(response, url), UnreachableError()
        except StoreError as error:
            failure: StoreError = error
        except NETWORK_ERRORS as error:
            failure = failure_of(error, has_answered=response is not None)
        if response is not None:
            response.close()
        return None, failure

    def _read(self, response: requests.Response, url: str) -> Answer:
        chunks = response.raw.stream(CHUNK, decode_content=False)
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        body = read_body(chunks, encoding, self._limits.size)
        headers = CaseInsensitiveDict(response.headers)
        return Answer(response.status_code, headers, body, without_query(url), 0)

    def _prepared(self, ask: Ask, url: str) -> requests.PreparedRequest:
        headers = dict(self._headers)
        if ask.body:
            headers["Content-Type"] = "application/json"
        if ask.sign is not None:
            url, credentials = ask.sign(ask.method, url)
            headers |= credentials
        return requests.Request(ask.method, url, headers, data=ask.body or None).prepare()


def _redirected(answer: Answer, url: str) -> str:
    """Where an answer leads on to, or ""."""
    location = answer.headers.get("Location", "")
    if not location or answer.status not in REDIRECTS:
        return ""
    try:
        return urljoin(url, location)
    except ValueError:
        raise RefusedError("it leads on to an address that cannot be read") from None
