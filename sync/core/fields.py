"""Fields of a store's JSON: read as what they should be, or said to be absurd."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

Json = Mapping[str, Any]
T = TypeVar("T")

MAX_AMOUNT = Decimal(10) ** 11
MAX_DIGITS_AFTER_POINT = 12
MAX_ID = 2**63 - 1


class UnreadableOrderError(Exception):
    """The payload is not an order that we can read; the text says which field."""


def each(payload: Json, name: str, read: Callable[[Json], T]) -> list[T]:
    """The parts of a list, each read."""
    return [read(part) for part in list_of(payload, name)]


def list_of(payload: Json, name: str) -> Sequence[Json]:
    """A list of objects; empty where there is none."""
    value = payload.get(name) or ()
    if not isinstance(value, list | tuple) or not all(isinstance(part, dict) for part in value):
        raise UnreadableOrderError(f"{name} is not a list of objects")
    return value


def mapping(payload: Json, name: str) -> Json:
    """An object; empty where there is none."""
    value = payload.get(name) or {}
    if not isinstance(value, dict):
        raise UnreadableOrderError(f"{name} is not an object")
    return value


def text(payload: Json, name: str) -> str:
    """Text without blanks around it; numbers count, "" where there is none."""
    value = payload.get(name)
    if value is None:
        return ""
    if isinstance(value, dict | list | bool):
        raise UnreadableOrderError(f"{name} is not text")
    return str(value).strip()


def id_of(payload: Json, name: str) -> int:
    """An id that a bigint can hold."""
    try:
        number = int(str(payload.get(name)))
    except ValueError:
        number = -1
    if not 0 <= number <= MAX_ID:
        raise UnreadableOrderError(f"{name} is not an id: {payload.get(name)!r:.40}")
    return number


def amount_of(payload: Json, name: str, default: str | None = None) -> Decimal:
    """A number given as text or JSON number; finite, and of a size that books can hold."""
    value = payload.get(name)
    if value in (None, "") and default is not None:
        return Decimal(default)
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise UnreadableOrderError(f"{name} is not a number: {value!r:.40}") from None
    if not amount.is_finite() or abs(amount) > MAX_AMOUNT:
        raise UnreadableOrderError(f"{name} is not a sensible number: {value!r:.40}")
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MAX_DIGITS_AFTER_POINT:
        return amount.quantize(Decimal(1).scaleb(-MAX_DIGITS_AFTER_POINT))
    return amount


def time_of(payload: Json, name: str) -> datetime | None:
    """A `*_gmt` field: UTC without a zone (WooCommerce leaves the Z out)."""
    value = text(payload, name)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise UnreadableOrderError(f"{name} is not a time: {value!r:.40}") from None
    if not 1990 <= moment.year <= 2200:
        raise UnreadableOrderError(f"{name} is not a sensible time: {value!r:.40}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
