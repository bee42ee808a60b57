"""Deliveries as a store sends them: recorded ones, and new ones signed for a connection."""

import base64
import gzip
import hashlib
import hmac
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from sync.door import Application, application_for

RECORDINGS = Path(__file__).with_name("recordings")
CORPUS_SECRET = "corpus-secret-corpus-a"
SAMPLE_SECRET = 'lab-secret & "öß" 1'

Recording = dict[str, Any]


def corpus_deliveries() -> Iterator[Recording]:
    """The deliveries of corpus-a, in the order of arrival."""
    return _lines("corpus-a/deliveries.jsonl.gz")


def final_orders() -> Iterator[dict[str, Any]]:
    """The store's truth at the end of corpus-a."""
    return _lines("corpus-a/final_orders.jsonl.gz")


def samples() -> dict[str, Recording]:
    """Single recorded cases by name."""
    return {line["name"]: line for line in _lines("samples/webhooks.jsonl.gz")}


def body_of(recording: Recording) -> bytes:
    """The bytes as sent."""
    return base64.b64decode(recording["body_base64"])


def _lines(name: str) -> Iterator[Any]:
    with gzip.open(RECORDINGS / name, "rt") as lines:
        yield from map(json.loads, lines)


def signature(body: bytes, secret: str) -> str:
    """WooCommerce's signature, computed on its own."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def headers_of(recording: Recording) -> dict[str, str]:
    """Headers by lower-case name."""
    return {name.lower(): value for name, value in recording["headers"]}


def _no_django(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"django"]


class Store:
    """A store that calls our door, without a network."""

    def __init__(self, connection_id: UUID, secret: str) -> None:
        self.path = f"/hooks/woocommerce/{connection_id}"
        self.secret = secret
        self.door: Application = application_for(_no_django)

    def send(
        self,
        body: Any,
        *,
        topic: str = "order.updated",
        delivery_id: str = "d1",
        **headers: str | None,
    ) -> tuple[int, Any]:
        """Sign and send JSON; `headers` as WSGI names them, None leaves one out."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        environ = {
            "HTTP_X_WC_WEBHOOK_TOPIC": topic,
            "HTTP_X_WC_WEBHOOK_RESOURCE": topic.partition(".")[0],
            "HTTP_X_WC_WEBHOOK_DELIVERY_ID": delivery_id,
            "HTTP_X_WC_WEBHOOK_SIGNATURE": signature(raw, self.secret),
            "CONTENT_LENGTH": str(len(raw)),
            **headers,
        }
        return self.call(raw, environ)

    def send_recorded(self, recording: Recording) -> tuple[int, Any]:
        """Send a recording as it is, with its own signature."""
        raw = body_of(recording)
        environ: dict[str, str | None] = {
            f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in headers_of(recording).items()
        }
        return self.call(raw, environ | {"CONTENT_LENGTH": str(len(raw))})

    def call(
        self, raw: bytes, environ: dict[str, str | None], *, method: str = "POST", path: str = ""
    ) -> tuple[int, Any]:
        """Call the door; returns status and decoded answer."""
        answered: list[str] = []

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            answered.append(status)
            assert "Location" not in dict(headers)

        given = {name: value for name, value in environ.items() if value is not None}
        content = self.door(
            {
                "REQUEST_METHOD": method,
                "PATH_INFO": path or self.path,
                "wsgi.input": io.BytesIO(raw),
                **given,
            },
            start_response,
        )
        body = b"".join(content)
        return int(answered[0].split()[0]), json.loads(body) if body[:1] == b"{" else body
