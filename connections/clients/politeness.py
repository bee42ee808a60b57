"""How long to leave a store in peace: as values, nothing waits here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connections.clients.errors import TryLaterError

LONGEST_ASKED = 86_400.0
"""A store may ask for a day at most; what asks for more has a broken clock."""

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 900.0


def asked_pause(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds from `Retry-After`, a number or a date; by the store's own clock where it tells it.

    None where there is none that can be read.
    """
    wanted = headers.get("Retry-After", "").strip()
    if wanted.isascii() and wanted.isdecimal():
        seconds = float(wanted[:9])
    else:
        until = http_date(wanted)
        if until is None:
            return None
        seconds = (until - (http_date(headers.get("Date", "")) or now)).total_seconds()
    return min(max(seconds, 1.0), LONGEST_ASKED)


def pause(error: TryLaterError, failures: int, chance: float) -> float:
    """Seconds until the next try, after so many failures in a row.

    At least what the store asked for; else a time drawn from a range that doubles up to a quarter
    of an hour, so that many stores on one host do not come all at once. `chance` is from 0 to 1.
    """
    longest = min(FIRST_PAUSE * 2.0 ** min(failures, 20), LONGEST_PAUSE)
    drawn = FIRST_PAUSE + (longest - FIRST_PAUSE) * chance
    if error.wait_seconds is None:
        return drawn
    return error.wait_seconds + FIRST_PAUSE * chance


def http_date(text: str) -> datetime | None:
    """A date as HTTP headers have it, or None."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def clock_skew(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds that a store's clock is ahead of ours, by its Date header."""
    told = http_date(headers.get("Date", ""))
    return round((told - now).total_seconds()) if told else None


class PageSize:
    """How many orders to ask for at once: fifty, more where a store is fast, else less."""

    LEAST, FIRST, MOST = 10, 50, 100
    FAST, SLOW = 3.0, 20.0

    def __init__(self, size: int = FIRST) -> None:
        self.size = min(max(size, self.LEAST), self.MOST)
        self._most = self.MOST

    def answered(self, seconds: float) -> None:
        """A page of the present size came after so many seconds."""
        if seconds < self.FAST:
            self.size = min(self.size + 10, self._most)
        elif seconds > self.SLOW:
            self.shrink()

    def shrink(self) -> None:
        """A page of this size was too much for now."""
        self.size = max(self.size // 2, self.LEAST)

    def limit(self) -> None:
        """A page of this size was too large, and will be again."""
        self.shrink()
        self._most = self.size
