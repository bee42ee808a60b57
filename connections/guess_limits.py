"""How often codes and states may be tried: counted in the database, before they are looked at.

Each guess is one statement that counts and reads the count, so of guesses at once each sees its own
number. A window begins with the first guess and lasts ten minutes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

from django.db import connection as database
from django.utils.crypto import salted_hmac

from connections.models import GuessCount

WINDOW = timedelta(minutes=10)
GUESSES_PER_ADDRESS = 20
GUESSES_OF_ALL = 1_000
OF_ALL = "all"


class TooManyGuessesError(Exception):
    """No more guesses in this window; `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many were tried; again in {seconds} seconds.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Guess:
    """A guess as it was counted: the keys, and the window in which each was."""

    windows: dict[str, datetime]


def count_guess(address: str, *, now: datetime, what: str = "") -> Guess:
    """Count a guess from an address, and of all addresses; `what` is guessed has counts of its own.

    What an address tries beyond its limit does not count for all: one cannot lock out the others.

    :raises TooManyGuessesError: when this one is too many.
    """
    limits = {
        _key(what + _network(address)): GUESSES_PER_ADDRESS,
        _key(what + OF_ALL): GUESSES_OF_ALL,
    }
    return Guess({key: _count(key, limit, now) for key, limit in limits.items()})


def give_back(guess: Guess) -> None:
    """Take a guess out of the counts: the code was right."""
    for key, started_at in guess.windows.items():
        with database.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [key, started_at])


def forget_old(now: datetime) -> None:
    """Remove counts whose window is over."""
    GuessCount.objects.filter(window_started_at__lte=now - WINDOW).delete()


def _count(key: str, limit: int, now: datetime) -> datetime:
    with database.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "now": now, "over": now - WINDOW})
        count, started_at = cursor.fetchone()
    if count > limit:
        left = started_at + WINDOW - now
        raise TooManyGuessesError(max(1, round(left.total_seconds())))
    return started_at  # type: ignore[no-any-return]


_COUNT = """
INSERT INTO connections_guesscount AS old (key, window_started_at, count)
VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN old.window_started_at <= %(over)s THEN 1 ELSE old.count + 1 END,
    window_started_at =
        CASE WHEN old.window_started_at <= %(over)s THEN %(now)s ELSE old.window_started_at END
RETURNING count, window_started_at
"""

_GIVE_BACK = """
UPDATE connections_guesscount SET count = count - 1
WHERE key = %s AND window_started_at = %s AND count > 0
"""


def _network(address: str) -> str:
    """Who has one IPv6 address has 2⁶⁴ of them: they count as one."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known.packed, 64), strict=False))


def _key(of: str) -> str:
    return salted_hmac("connections.guess_limits", of, algorithm="sha256").hexdigest()
