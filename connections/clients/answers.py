"""Reading what a store answered: JSON, however dirty, or what came in its place.

WordPress answers are dirtied by byte order marks, by PHP notices before the JSON, and replaced by
challenges, log-in and maintenance pages, also with status 200. None of them means “no orders”.
"""

import json
import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from connections.clients.errors import (
    NotJsonError,
    PageKind,
    TruncatedError,
    UnexpectedError,
)
from connections.clients.transport import Answer

MOST_BEGINNINGS = 50
"""So many places where the JSON might begin after what dirtied it are tried."""

_BEGINNING = re.compile(r"[{\[]")
_INSIDE = tuple("[{,:")
"""What stands before a value inside JSON."""

_CHALLENGE = (
    r"cf-chl|challenge-platform|just a moment|captcha|checking your browser|ddos-guard"
    r"|sucuri|imunify360|wordfence|aes\.js|bot verification"
)
_KINDS = (
    (PageKind.CHALLENGE, _CHALLENGE),
    (PageKind.MAINTENANCE, r"maintenance|under construction|briefly unavailable"),
    (PageKind.COMING_SOON, r"coming soon|woocommerce-coming-soon|launching soon"),
    (PageKind.LOGIN, r'id="loginform"|wp-login\.php|name="log"|type="password"'),
)


@dataclass(frozen=True, slots=True)
class Read:
    """A decoded answer. Numbers with a fraction stay the text that they were."""

    value: Any
    is_clean: bool


def read_json(answer: Answer) -> Read:
    """Decode an answer.

    :raises NotJsonError: when a page for people came instead.
    :raises TruncatedError: when JSON begins and does not end.
    :raises UnexpectedError: when it is neither.
    """
    text = answer.body.decode("utf-8-sig", "replace").strip()
    try:
        return Read(_decoder.decode(text), is_clean=not answer.body.startswith(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        found = _amid_dirt(answer, text)
    if found is not None:
        return found
    raise _no_json(answer, text)


def _amid_dirt(answer: Answer, text: str) -> Read | None:
    """JSON that stands at the end of the text, or at its beginning with something after it.

    Not what is inside other JSON, or a list that broke off would be read as its last row. And not
    “nothing”, unless the headers say so too: there are brackets in the texts of errors.
    """
    for beginning in islice(_BEGINNING.finditer(text), MOST_BEGINNINGS):
        start = beginning.start()
        if text[:start].rstrip()[-1:] in _INSIDE:
            continue
        try:
            value, end = _decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        is_whole = end == len(text) or start == 0
        if is_whole and (value or answer.headers.get("X-WP-Total") == "0"):
            return Read(value, is_clean=False)
    return None


def _no_json(answer: Answer, text: str) -> NotJsonError | TruncatedError | UnexpectedError:
    content_type = answer.headers.get("Content-Type", "").lower()
    if "json" not in content_type and ("html" in content_type or text.startswith("<")):
        return NotJsonError(page_kind(text))
    if re.search(r"<html|<!doctype|<body", text, re.IGNORECASE):
        return NotJsonError(page_kind(text))
    if not text or _BEGINNING.search(text):
        return TruncatedError()
    return UnexpectedError(f"status {answer.status}, no JSON")


def page_kind(text: str) -> PageKind:
    """What a page for people seems to be."""
    for kind, pattern in _KINDS:
        if re.search(pattern, text[:100_000], re.IGNORECASE):
            return kind
    return PageKind.OTHER


def is_page(answer: Answer) -> bool:
    """Whether an answer is a page for people."""
    start = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return start == b"<" or "html" in answer.headers.get("Content-Type", "").lower()


def _whole_number(text: str) -> int | str:
    return int(text) if len(text) <= 18 else text


def _no_number(name: str) -> object:
    raise ValueError(name)


_decoder = json.JSONDecoder(
    parse_float=str, parse_int=_whole_number, parse_constant=_no_number, strict=False
)
