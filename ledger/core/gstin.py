"""GSTIN: the number of a registered person, checked by shape, state and check digit."""

import re

from ledger.core.states import STATE_NAMES

# GSTN's published shapes; beside the ordinary taxpayer stand government offices, UN bodies,
# non-residents, and those who deduct or collect tax at source.
_SHAPES = re.compile(
    r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][Z1-9ABD-J][0-9A-Z]"
    r"|[0-9]{2}[A-Z]{4}[0-9]{5}[A-Z][0-9]Z[0-9]"
    r"|[0-9]{4}[A-Z]{3}[0-9]{5}[UO]N[A-Z0-9]"
    r"|[0-9]{4}[A-Z]{3}[0-9]{5}NR[0-9A-Z]"
    r"|[0-9]{2}[A-Z]{4}[A-Z0-9][0-9]{4}[A-Z][1-9A-Z]D[0-9A-Z]"
    r"|[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]C[0-9A-Z]"
)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


_ORDINARY = re.compile(r"[0-9]{2}([A-Z]{5}[0-9]{4}[A-Z])[1-9A-Z]Z.")


def check_digit(first_fourteen: str) -> str:
    """The fifteenth character: weights 1 and 2 in turn, base 36 (GSTN's published rule)."""
    total = 0
    for position, character in enumerate(first_fourteen):
        product = _DIGITS.index(character) * (1 + position % 2)
        total += product // 36 + product % 36
    return _DIGITS[(36 - total % 36) % 36]


def normalise_gstin(text: str) -> str | None:
    """The GSTIN in capitals without spaces, or None where it cannot be one.

    A GSTIN names a live state, has one of GSTN's shapes, and its check digit is right.
    """
    candidate = "".join(text.split()).upper()
    if not _SHAPES.fullmatch(candidate) or candidate[:2] not in STATE_NAMES:
        return None
    return candidate if check_digit(candidate[:14]) == candidate[14] else None


def pan_in(gstin: str) -> str | None:
    """The PAN that an ordinary taxpayer's GSTIN contains; others' contain none."""
    found = _ORDINARY.fullmatch(gstin)
    return found[1] if found else None
