"""Who may ask: REST keys by header, by query, by OAuth, as WooCommerce looks at them.

After class-wc-rest-authentication.php: Basic only over what WordPress believes to be https, then
OAuth; what is not looked at ends in `cannot_view`, which does not say why.
"""

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit

from tests.fakes.store.faults import House
from tests.fakes.store.wire import Answer, Request, answer_error

AUTHENTICATION = "woocommerce_rest_authentication_error"
WINDOW = 15 * 60


@dataclass(frozen=True, slots=True)
class Gate:
    """Keeps one pair of keys."""

    key: str
    secret: str
    house: House
    clock: Callable[[], datetime]
    used_nonces: set[str]

    def refusal(self, request: Request, base: str) -> Answer | None:
        """Why a request is not served, None where it is."""
        found = self._by_keys(request) or self._by_oauth(request, base)
        if isinstance(found, Answer):
            return found
        if found is None:
            return cannot("view", 401)
        if request.method != "GET" and self.house.keys_may == "read":
            return _wrong("The API key provided does not have write permissions.")
        return None if self.house.user_may else cannot("view", 403)

    def _by_keys(self, request: Request) -> bool | Answer | None:
        if not request.is_tls or self.house.hides_tls:
            return None
        given = self._given(request)
        if given is None or given[0] != self.key:
            return None
        if not hmac.compare_digest(given[1], self.secret):
            return _wrong("Consumer secret is invalid.")
        return True

    def _given(self, request: Request) -> tuple[str, str] | None:
        query = request.query
        if query.get("consumer_key") and query.get("consumer_secret"):
            return query["consumer_key"], query["consumer_secret"]
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if self.house.strips_header or scheme != "Basic":
            return None
        key, _, secret = base64.b64decode(token).decode().partition(":")
        return key, secret

    def _by_oauth(self, request: Request, base: str) -> bool | Answer | None:
        query = request.query
        if "oauth_consumer_key" not in query:
            return None
        if query["oauth_consumer_key"] != self.key:
            return _wrong("Consumer key is invalid.")
        if query.get("oauth_signature") != self._signature(request, base):
            return _wrong("Invalid signature - provided signature does not match.")
        if abs(int(query["oauth_timestamp"]) - self.clock().timestamp()) > WINDOW:
            return _wrong("Invalid timestamp.")
        if query["oauth_nonce"] in self.used_nonces:
            return _wrong("Invalid nonce - nonce has already been used.")
        self.used_nonces.add(query["oauth_nonce"])
        return True

    def _signature(self, request: Request, base: str) -> str:
        """Worked out on its own, from RFC 5849 and WooCommerce's source."""
        parts = urlsplit(request.target)
        pairs = sorted(
            pair
            for pair in parse_qsl(parts.query, keep_blank_values=True)
            if pair[0] != "oauth_signature"
        )
        joined = "&".join(f"{quote(name, '~')}={quote(value, '~')}" for name, value in pairs)
        is_https = request.is_tls and not self.house.hides_tls
        seen = ("https" if is_https else "http") + base[base.index("://") :] + parts.path
        text = f"{request.method}&{quote(seen, '~')}&{quote(joined, '~')}"
        made = hmac.new(f"{self.secret}&".encode(), text.encode(), "sha256").digest()
        return base64.b64encode(made).decode()


def cannot(verb: str, status: int) -> Answer:
    """WooCommerce's answer to whoever it does not know, and to whoever may not."""
    return answer_error(
        f"woocommerce_rest_cannot_{verb}", "Sorry, you cannot list resources.", status
    )


def _wrong(message: str) -> Answer:
    return answer_error(AUTHENTICATION, message, 401)
