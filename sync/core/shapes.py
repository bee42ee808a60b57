"""How a field must look to be kept: the building blocks of `sync.core.minimise`.

Each block takes what was sent and returns what is kept of it, None where it is not what it should
be. Nothing is converted: numbers stay the text that they were.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

Json = dict[str, Any]
Keep = Callable[[object], Any]
Shape = Mapping[str, Keep]

MAX_PARTS = 5_000
"""So many lines, taxes or refunds at most; a body of 1 MiB holds fewer in any sane form."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?")
_WHOLE = re.compile(r"[0-9]{1,18}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?", re.ASCII)


class UnreadableBodyError(Exception):
    """The body is not JSON that an order could stand in; the text says why."""


def read_json(body: bytes) -> object:
    """Decode a body. Numbers beyond 18 digits and all fractions stay the text they were.

    So nothing becomes a float, and neither 1e400 nor a number of a million digits does harm.

    :raises UnreadableBodyError: for anything that is not JSON; NaN and Infinity are not.
    """
    try:
        return _decoder.decode(body.decode())
    except RecursionError:
        raise UnreadableBodyError("it is nested too deeply") from None
    except ValueError:
        raise UnreadableBodyError("it is not JSON") from None


def _whole_number(text: str) -> int | str:
    return int(text) if len(text) <= 18 else text


def _no_number(name: str) -> object:
    raise UnreadableBodyError(f"{name} is not a number in JSON")


_decoder = json.JSONDecoder(
    parse_float=str, parse_int=_whole_number, parse_constant=_no_number, strict=False
)


def clean_text(value: str, longest: int) -> str:
    """Text that PostgreSQL can store: NUL and lone surrogates replaced, cut to `longest`."""
    return _UNSTORABLE.sub("\ufffd", value[:longest])


def text(longest: int) -> Keep:
    """Text, cut to a length."""

    def keep(value: object) -> str | None:
        return clean_text(value, longest) if isinstance(value, str) else None

    return keep


def matching(pattern: str) -> Keep:
    """Text that matches as a whole; other text is dropped."""
    shape = re.compile(pattern, re.ASCII)

    def keep(value: object) -> str | None:
        return value if isinstance(value, str) and shape.fullmatch(value) else None

    return keep


def one_of(known: Collection[str], other: str | None = None) -> Keep:
    """One of some codes; for other text `other`."""

    def keep(value: object) -> str | None:
        if not isinstance(value, str):
            return None
        return value if value in known else other

    return keep


def amount(value: object) -> str | int | None:
    """A number, as text or JSON number; also "", which WooCommerce writes for “does not apply”."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and (not value or _NUMBER.fullmatch(value.strip())):
        return value
    return None


def identity(value: object) -> int | None:
    """An id: a whole number, perhaps as text."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(value: object) -> bool | None:
    """True or false."""
    return value if isinstance(value, bool) else None


def moment(value: object) -> str | None:
    """A date and time in ISO form; the `*_gmt` fields have no zone and mean UTC."""
    return value if isinstance(value, str) and _TIME.fullmatch(value) else None


def one(shape: Shape) -> Keep:
    """An object, of which its shape is kept."""

    def keep(value: object) -> Json | None:
        return kept(value, shape) if isinstance(value, dict) else None

    return keep


def many(shape: Shape) -> Keep:
    """A list of objects; what is no object is dropped.

    The block raises UnreadableBodyError for an absurdly long list: cutting it would change sums.
    """

    def keep(value: object) -> list[Json] | None:
        if not isinstance(value, list):
            return None
        if len(value) > MAX_PARTS:
            raise UnreadableBodyError(f"it has more than {MAX_PARTS:,} parts")
        return [kept(part, shape) for part in value if isinstance(part, dict)]

    return keep


def kept(value: Mapping[str, object], shape: Shape) -> Json:
    """Those fields that the shape names and that look as it says."""
    fields = {}
    for name, keep in shape.items():
        if name in value and (part := keep(value[name])) is not None:
            fields[name] = part
    return fields
