"""Calls to WooCommerce's REST API v3, by whichever way the keys get through.

Over https the keys go in the header; where a host strips it, in the query; where a proxy hides the
https from WordPress, only OAuth is looked at. WooCommerce answers the same to all three causes
(401, `cannot_view`), so the ways are tried in turn, once, and the one that worked is kept. Over
http, where the operator of the connection allows it, OAuth alone: it sends no secret.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from connections.clients.answers import read_json
from connections.clients.credentials import signer
from connections.clients.errors import (
    ClockOffError,
    InsecureError,
    KeysRefusedError,
    PermissionMissingError,
    StoreError,
)
from connections.clients.keys import Keys, Signing
from connections.clients.politeness import http_date
from connections.clients.protocol import Way
from connections.clients.refusals import AUTHENTICATION, CANNOT, code_of, refusal_of
from connections.clients.transport import Answer, Ask, Transport

OAUTH_WINDOW = timedelta(minutes=15)
"""WooCommerce takes no signature that is older or newer by its own clock."""


@dataclass(frozen=True, slots=True)
class Got:
    """A success: the decoded body, and the answer that it came in."""

    value: Any
    answer: Answer

    @property
    def total(self) -> int | None:
        """How many rows there are in all, if the store says something that can be a number."""
        text = self.answer.headers.get("X-WP-Total", "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None


@dataclass(frozen=True, slots=True)
class Manner:
    """A way, and for OAuth the scheme by which the store believes that it is called."""

    way: Way
    seen_scheme: str = ""


class RestCalls:
    """Asks one store with one pair of keys. `site_url` has no slash at its end.

    `way` is the one that worked last, None before; `is_dirty` says that the store writes text
    around its answers.
    """

    def __init__(
        self,
        transport: Transport,
        site_url: str,
        keys: Keys,
        signing: Signing,
        *,
        allow_http: bool = False,
        way: Way | None = None,
    ) -> None:
        self.transport = transport
        self.site_url = site_url.rstrip("/")
        self.signing = signing
        self.is_dirty = False
        self._keys = keys
        self._allow_http = allow_http
        self._manner = Manner(way) if way else None

    @property
    def way(self) -> Way | None:
        """How the keys got through last."""
        return self._manner.way if self._manner else None

    def get(self, path: str, parameters: Mapping[str, object] = {}) -> Got:
        """Read something below `/wp-json/wc/v3/`.

        :raises StoreError: when it is not a success; the kind says why.
        """
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self.read(self.answered("GET", path + query))

    def change(self, method: str, path: str, content: Mapping[str, object]) -> Got:
        """Create or change something.

        :raises StoreError: when it is not a success; the kind says why.
        """
        answer = self.answered(method, path, json.dumps(content).encode())
        if code_of(answer) == AUTHENTICATION:  # the keys are right, or it would not be answered so
            raise PermissionMissingError("they may only read")
        return self.read(answer)

    def read(self, answer: Answer) -> Got:
        """Decode a success.

        :raises StoreError: when it is none.
        """
        refusal = refusal_of(answer, self.signing.now())
        if refusal:
            raise refusal
        read = read_json(answer)
        self.is_dirty = self.is_dirty or not read.is_clean
        return Got(read.value, answer)

    def answered(self, method: str, path: str, body: bytes = b"") -> Answer:
        """The answer to a request, whatever its status, by a way that the store looks at.

        :raises StoreError: when there is no answer, or the keys get through by no way.
        """
        verdict: StoreError = KeysRefusedError()
        for manner in self._manners():
            answer = self._asked(manner, method, path, body)
            if not self._is_unseen(answer, manner):
                self._manner = manner
                return answer
            verdict = self._verdict(answer)
        raise verdict

    def _manners(self) -> Iterator[Manner]:
        """The one that worked, then all others, from the plainest to the most roundabout."""
        if urlsplit(self.site_url).scheme == "http":
            if not self._allow_http:
                raise InsecureError
            yield Manner(Way.OAUTH)
            return
        known = self._manner
        if known:
            yield known
        ladder = (Manner(Way.HEADER), Manner(Way.QUERY), Manner(Way.OAUTH))
        yield from (each for each in (*ladder, Manner(Way.OAUTH, "http")) if each != known)

    def _asked(self, manner: Manner, method: str, path: str, body: bytes) -> Answer:
        sign = signer(manner.way, self._keys, self.signing, seen_scheme=manner.seen_scheme)
        url = f"{self.site_url}/wp-json/wc/v3/{path}"
        return self.transport.send(Ask(url, method, body, sign))

    def _is_unseen(self, answer: Answer, manner: Manner) -> bool:
        """Whether the store did not look at the keys, or at a signature it could not check."""
        if answer.status != 401:
            return False
        code = code_of(answer)
        is_unproven = manner.way is Way.OAUTH and manner != self._manner
        return code.startswith(CANNOT) or (code == AUTHENTICATION and is_unproven)

    def _verdict(self, answer: Answer) -> StoreError:
        told = http_date(answer.headers.get("Date", ""))
        if told and abs(told - self.signing.now()) > OAUTH_WINDOW:
            return ClockOffError(told)
        return KeysRefusedError()
