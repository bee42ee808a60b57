"""How the store's server sends a webhook: over real HTTP, without following redirects."""

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Send a body; the answer's status."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=60)
    try:
        connection.request("POST", parts.path, body, dict(headers))
        return connection.getresponse().status
    finally:
        connection.close()
