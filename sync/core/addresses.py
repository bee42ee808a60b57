"""Addresses in an order's payload, where the store shares them; states and countries always are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LINES = ("address_1", "address_2")


@dataclass(frozen=True, slots=True)
class OrderAddress:
    """An address of an order, as the store writes it. No lines: only where it is, is known."""

    name: str
    company: str
    lines: tuple[str, ...]
    state: str
    country: str


def address_in(payload: Mapping[str, Any], which: str) -> OrderAddress:
    """The `billing` or `shipping` address; a company without a street is no address."""
    found = payload.get(which)
    part: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    place = f"{_text(part, 'city')} {_text(part, 'postcode')}".strip()
    is_known = bool(_text(part, "address_1") or place)
    lines = (*(_text(part, name) for name in _LINES), place) if is_known else ()
    return OrderAddress(
        name=f"{_text(part, 'first_name')} {_text(part, 'last_name')}".strip(),
        company=_text(part, "company") if is_known else "",
        lines=tuple(line for line in lines if line),
        state=_text(part, "state"),
        country=_text(part, "country").upper(),
    )


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""
