"""OAuth 1.0a in one leg, as WooCommerce checks it where it does not see https.

HMAC-SHA256 over method, address and sorted parameters (RFC 5849, 3.4). What the libraries do not
have: WooCommerce puts the scheme that *it* sees into the address, which behind a proxy may be http
though the call is https (class-wc-rest-authentication.php, check_oauth_signature).
"""

import base64
import hmac
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from connections.clients.keys import Keys

Pairs = Iterable[tuple[str, str]]


def signed_url(
    method: str, url: str, keys: Keys, *, at: datetime, nonce: str, seen_scheme: str = ""
) -> str:
    """A URL with its signature in the query, good for a quarter of an hour and for one use."""
    parts = urlsplit(url)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if _is_plain(pair[0])]
    pairs += [
        ("oauth_consumer_key", keys.key),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", str(int(at.timestamp()))),
    ]
    seen = urlunsplit((seen_scheme or parts.scheme, parts.netloc, parts.path, "", ""))
    pairs.append(("oauth_signature", signature(method, seen, pairs, keys.secret)))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, _query(pairs), ""))


def signature(method: str, address: str, pairs: Pairs, secret: str) -> str:
    """The signature of a request without a token."""
    text = "&".join((method, quote(address, safe="~"), quote(_query(sorted(pairs)), safe="~")))
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), text.encode(), "sha256")).decode()


def _query(pairs: Pairs) -> str:
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)


def _is_plain(name: str) -> bool:
    return not name.startswith("oauth_")
