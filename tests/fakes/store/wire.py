"""Requests and answers as they go over the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ROUTE_HEADERS = {
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
}
NO_CACHE = "no-cache, must-revalidate, max-age=0, no-store, private"


@dataclass(frozen=True, slots=True)
class Request:
    """What came in; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    is_tls: bool = False

    @property
    def path(self) -> str:
        """Without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """Decoded; the last of a name counts."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def content(self) -> dict[str, Any]:
        """The JSON that was sent."""
        return dict(json.loads(self.body or b"{}"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out. `cut` bytes are left away from the body though its length counts them."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    is_closed: bool = False


def answer_json(value: object, status: int = 200, **headers: str) -> Answer:
    """JSON as WordPress writes it: ASCII, slashes escaped."""
    body = json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    return Answer(status, body, {**ROUTE_HEADERS, **kind, **named})


def answer_error(code: str, message: str, status: int, **data: object) -> Answer:
    """An error in WordPress's form."""
    return answer_json(
        {"code": code, "message": message, "data": {"status": status, **data}}, status
    )


def answer_page(text: str, status: int = 200, **headers: str) -> Answer:
    """A page for people."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, text.encode(), {"Content-Type": "text/html; charset=UTF-8", **named})


NO_ROUTE = "No route was found matching the URL and request method."


def no_route() -> Answer:
    """As WordPress answers where it has nothing."""
    return answer_error("rest_no_route", NO_ROUTE, 404)
