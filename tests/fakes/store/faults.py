"""What goes wrong in stores (facts collected from hosts and issue threads), to be switched on."""

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """What happens to one request."""

    HOLDS = "the store does not answer until the test lets go"
    TOO_MANY = "429 with Retry-After"
    MAINTENANCE = "503 with a page and Retry-After"
    ERROR = "500 with JSON"
    FATAL = "500 with a page"
    CHALLENGE = "200 with a check for robots"
    LOGIN = "200 with a login page"
    FORBIDDEN = "403 with a firewall's page"
    HTTPS_PORT = "400 with the page that nginx has for http at a port for https"
    NOTICES = "PHP notices before the JSON"
    MARK = "a byte order mark before the JSON"
    CUT = "JSON that breaks off, in a body that is whole"
    DYING = "the connection ends in the middle of the body"
    CLOSES = "the connection ends without an answer"
    WRONG_TOTALS = "counts in the headers that are not true"
    NO_TOTALS = "no counts in the headers"
    EMPTY = "200 with nothing"


PASSING = (
    Fault.TOO_MANY,
    Fault.MAINTENANCE,
    Fault.ERROR,
    Fault.CHALLENGE,
    Fault.NOTICES,
    Fault.MARK,
    Fault.CUT,
    Fault.DYING,
    Fault.CLOSES,
    Fault.WRONG_TOTALS,
)
"""What a client must get over by trying again, or at once."""


class Faults:
    """Which fault the next request meets: those queued first, then those of the plan."""

    def __init__(self) -> None:
        self._next: deque[Fault | None] = deque()
        self._chance = random.Random(0)
        self._share = 0.0
        self._kinds: Sequence[Fault] = ()

    def queue(self, *faults: Fault | None) -> None:
        """One after the other, None for a request that goes well."""
        self._next.extend(faults)

    def plan(self, seed: int, share: float, kinds: Sequence[Fault] = PASSING) -> None:
        """From now on such a share of the requests meets one of the kinds, by chance."""
        self._chance, self._share, self._kinds = random.Random(seed), share, kinds

    def drawn(self) -> Fault | None:
        """The fault for the request that has just come."""
        if self._next:
            return self._next.popleft()
        if self._kinds and self._chance.random() < self._share:
            return self._chance.choice(self._kinds)
        return None


@dataclass(slots=True)
class House:
    """How the store is set up; each field is a way in which hosts differ."""

    strips_header: bool = False
    hides_tls: bool = False
    has_plain_permalinks: bool = False
    has_woocommerce: bool = True
    has_plugin: bool = True
    is_rest_locked: bool = False
    is_locked_to_visitors: bool = False
    has_short_refunds: bool = True
    user_may: bool = True
    wc_version: str = "10.5.0"
    redirects_to: str = ""
    home: str = ""
    page_cap: int = 100
    keys_may: str = "read_write"
    retry_after: str = "120"
    secret: str = field(default="", repr=False)
    is_paired: bool = True
    unreadable: set[int] = field(default_factory=set)
    customers: list[dict[str, object]] = field(default_factory=list)
    """Registered ones; as recorded where there is none."""


PAGES = {
    Fault.MAINTENANCE: "<!DOCTYPE html><title>Maintenance</title>"
    "<p>Briefly unavailable for scheduled maintenance. Check back in a minute.</p>",
    Fault.CHALLENGE: "<!DOCTYPE html><title>Just a moment...</title>"
    '<script src="/cdn-cgi/challenge-platform/x.js"></script>',
    Fault.LOGIN: '<!DOCTYPE html><form id="loginform" action="/wp-login.php"></form>',
    Fault.FORBIDDEN: "<html><title>403 Forbidden</title><p>Request blocked.</p></html>",
    Fault.HTTPS_PORT: "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title>"
    "</head><body><center><h1>400 Bad Request</h1></center></body></html>",
    Fault.FATAL: "<!DOCTYPE html><p>There has been a critical error on this website.</p>",
}
NOTICE = (
    b'<br />\n<b>Warning</b>:  Undefined array key "x" in <b>/srv/plugin.php</b> on line '
    b"<b>[42]</b><br />\n"
)
