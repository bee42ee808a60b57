"""WooCommerce's signature, by which a store shows who it is: at the door and to the plugin API."""

import base64
import hmac
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from connections import vault


def signature_of(key: bytes, body: bytes) -> bytes:
    """WooCommerce's signature: base64 of the HMAC-SHA256 of the raw body."""
    return base64.b64encode(hmac.digest(key, body, "sha256"))


def signing_token(
    connection_id: UUID, tokens: Iterable[str], *, signature: str, body: bytes
) -> str | None:
    """The first of a connection's sealed secrets that signed the body; compared in constant time.

    :raises connections.vault.SealBrokenError: when a secret cannot be opened.
    """
    given = signature.encode("latin-1", "replace")
    for token in tokens:
        if token and hmac.compare_digest(given, signature_of(_key(connection_id, token), body)):
            return token
    return None


@lru_cache(maxsize=1024)
def _key(connection_id: UUID, token: str) -> bytes:
    """A secret, decrypted once in a process: a new secret is a new token."""
    return vault.open_sealed(connection_id, token).encode()
