"""Where vouchers come from: their source is their source key up to the first slash.

What a source is called, and that it may be a store, is known to those who book under it.
"""

from typing import Any

Condition = tuple[str, list[Any]]
"""A part of a WHERE clause that begins with AND, and its parameters."""


def keys_of(source: str) -> str:
    """What the source keys of a source's vouchers begin with."""
    return f"{source}/"


def only_vouchers(source: str) -> Condition:
    """Restrict `voucher` to a source; to nothing where it is empty."""
    return (" AND starts_with(voucher.source_key, %s)", [keys_of(source)]) if source else ("", [])


def only_days(source: str) -> Condition:
    """Restrict `day`, a row of the sums by day, likewise."""
    return (" AND day.source = %s", [source]) if source else ("", [])
