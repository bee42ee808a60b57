"""Signed calls to the plugin's pull route, at whichever address of it answers.

The REST address that the site told at pairing; the same by `?rest_route=`, where permalinks are
plain; `?wc-api=`, where another plugin locks the REST API. The signature is the same for all three.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from connections.clients.answers import is_page, read_json
from connections.clients.errors import (
    ClockOffError,
    InsecureError,
    KeysRefusedError,
    PluginMissingError,
    StoreError,
    UnexpectedError,
)
from connections.clients.keys import Signing
from connections.clients.pull_signature import HEADER, ROUTE, encoded, signature_of_pull
from connections.clients.refusals import refusal_of
from connections.clients.site_index import site_index
from connections.clients.transport import Answer, Ask, Sign, Transport

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Paired:
    """A paired site: its address without a last slash, and what it said its REST address is."""

    site_url: str
    secret: str = field(repr=False)
    rest_url: str = ""


class PullCalls:
    """Asks one paired store. `address` is the one that answered last, "" before."""

    def __init__(
        self, transport: Transport, paired: Paired, signing: Signing, *, allow_http: bool = False
    ) -> None:
        self.transport = transport
        self.site_url = paired.site_url.rstrip("/")
        self.signing = signing
        self.address = ""
        self.is_dirty = False
        self.last_seconds = 0.0
        self._paired = paired
        self._allow_http = allow_http

    def pull(self, wanted: Mapping[str, object]) -> Json:
        """What the plugin answers to a query.

        :raises ClockOffError: when the clocks differ by more than five minutes.
        :raises KeysRefusedError: when the site is not paired with this secret, or not at all.
        :raises PluginMissingError: when no address of it answers, though the site does.
        :raises StoreError: when there is no answer to be had.
        """
        if urlsplit(self.site_url).scheme == "http" and not self._allow_http:
            raise InsecureError
        now = self.signing.now()
        query = {name: str(value) for name, value in wanted.items()}
        query["timestamp"] = str(int(now.timestamp()))
        for address in self._addresses():
            answer = self._asked(address, query)
            if not _is_elsewhere(answer):
                self.address = address
                return self._read(answer, now)
        site_index(self.transport, self.site_url, now)
        raise PluginMissingError

    def _addresses(self) -> Iterator[str]:
        rest_url = self._paired.rest_url or f"{self.site_url}/wp-json/"
        known = (
            self.address,
            rest_url.rstrip("/") + ROUTE,
            f"{self.site_url}/?rest_route={ROUTE}",
            f"{self.site_url}/?wc-api=counterfoil",
        )
        yield from filter(None, dict.fromkeys(known))

    def _asked(self, address: str, query: Mapping[str, str]) -> Answer:
        joint = "&" if "?" in address else "?"
        signature = signature_of_pull(self._paired.secret, query)
        ask = Ask(f"{address}{joint}{encoded(query)}", sign=_signed_with(signature))
        answer = self.transport.send(ask)
        self.last_seconds = answer.seconds
        return answer

    def _read(self, answer: Answer, now: datetime) -> Json:
        error = _own_error(answer)
        if error is not None:
            raise _meant(error)
        refusal = refusal_of(answer, now)
        if refusal:
            raise refusal
        read = read_json(answer)
        self.is_dirty = self.is_dirty or not read.is_clean
        if not isinstance(read.value, dict) or not isinstance(read.value.get("orders"), list):
            raise UnexpectedError("no orders where orders should be")
        return read.value


def _signed_with(signature: str) -> Sign:
    def sign(_method: str, url: str, /) -> tuple[str, Mapping[str, str]]:
        return url, {HEADER: signature}

    return sign


def _is_elsewhere(answer: Answer) -> bool:
    """Whether something else than the plugin answered: no route, a page, a lock."""
    if answer.status >= 500 or answer.status == 429 or _own_error(answer) is not None:
        return False
    return answer.status >= 400 or (is_page(answer) and not _has_orders(answer))


def _has_orders(answer: Answer) -> bool:
    try:
        value = read_json(answer).value
    except StoreError:
        return False
    return isinstance(value, dict) and "orders" in value


def _own_error(answer: Answer) -> Json | None:
    """The plugin's own error, if it is one."""
    if answer.status < 400:
        return None
    try:
        value = read_json(answer).value
    except StoreError:
        return None
    error = value.get("error") if isinstance(value, dict) else None
    return error if isinstance(error, dict) and "code" in error else None


def _meant(error: Json) -> StoreError:
    code = str(error["code"])
    if code == "clock":
        return ClockOffError(_moment(error.get("store_time")))
    if code in ("unauthentic", "unpaired"):
        return KeysRefusedError("the site is not paired" if code == "unpaired" else "")
    return UnexpectedError(f"the plugin says {code[:40]}")


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return None
