"""The three ways in which REST keys travel."""

import base64
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from connections.clients.keys import Keys, Signing
from connections.clients.oauth import signed_url
from connections.clients.protocol import Way
from connections.clients.transport import Sign


def signer(way: Way, keys: Keys, signing: Signing, *, seen_scheme: str = "") -> Sign:
    """How a request gets its credentials. `seen_scheme` is what the store believes it is called by.

    Only OAuth keeps the secret to itself; the others need https, which is the caller's to see to.
    """
    if way is Way.OAUTH:
        return _oauth(keys, signing, seen_scheme)
    return _query(keys) if way is Way.QUERY else _header(keys)


def _header(keys: Keys) -> Sign:
    token = base64.b64encode(f"{keys.key}:{keys.secret}".encode()).decode()

    def sign(_method: str, url: str, /) -> tuple[str, Mapping[str, str]]:
        return url, {"Authorization": f"Basic {token}"}

    return sign


def _query(keys: Keys) -> Sign:
    def sign(_method: str, url: str, /) -> tuple[str, Mapping[str, str]]:
        parts = urlsplit(url)
        own = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if _is_own(pair[0])]
        own += [("consumer_key", keys.key), ("consumer_secret", keys.secret)]
        return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(own), "")), {}

    return sign


def _is_own(name: str) -> bool:
    return name not in ("consumer_key", "consumer_secret")


def _oauth(keys: Keys, signing: Signing, seen_scheme: str) -> Sign:
    def sign(method: str, url: str, /) -> tuple[str, Mapping[str, str]]:
        at, nonce = signing.now(), signing.nonce()
        signed = signed_url(method, url, keys, at=at, nonce=nonce, seen_scheme=seen_scheme)
        return signed, {}

    return sign
