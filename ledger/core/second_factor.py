"""Codes of authenticator apps and recovery codes: their shapes, and how guessing is slowed down."""

import re
from datetime import timedelta

TRIES_IN_A_ROW = 10
"""Wrong codes before an authenticator takes none for a while."""
FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)

RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for others."""
RECOVERY_LENGTH = 16
"""79 bits: nobody guesses one, so that a plain digest of it may be kept."""

_APP_CODE = re.compile(r"[0-9]{6}")
_RECOVERY_CODE = re.compile(r"[a-z0-9]{16}")


def app_code(text: str) -> int | None:
    """What was typed, if it has the shape of an app's code: six digits, spaces allowed."""
    digits = "".join(text.split())
    return int(digits) if _APP_CODE.fullmatch(digits) else None


def recovery_code(text: str) -> str | None:
    """What was typed, if it has the shape of a recovery code; dashes and capitals do not matter."""
    plain = "".join(text.split()).replace("-", "").lower()
    return plain if _RECOVERY_CODE.fullmatch(plain) else None


def in_groups(code: str) -> str:
    """A recovery code as people read it off: `k7m2-9xqd-4htr-w8pz`."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def wait_after(failures: int) -> timedelta | None:
    """How long no code is taken after that many wrong ones in a row; None while more are heard.

    A quarter of an hour after each ten, and twice as long each time, up to a day. Who knows the
    password and guesses one of the three codes that are good at a time, from however many
    addresses, then needs ninety years on average.
    """
    if failures == 0 or failures % TRIES_IN_A_ROW:
        return None
    doubled = min(failures // TRIES_IN_A_ROW - 1, 7)
    return min(FIRST_WAIT * (1 << doubled), LONGEST_WAIT)
