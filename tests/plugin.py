"""The plugin's side of the wire, without WordPress: pair, sign, ask."""

import json
from typing import Any
from uuid import UUID

from django.test import Client

from connections.models import StoreConnection
from connections.pairing import make_code
from tests.deliveries import signature
from tests.factories import a_user

API = "/api/plugin/v1"
SITE = {
    "site_url": "https://shop.example.com",
    "site_name": "Asha’s shop",
    "wp_version": "6.9",
    "wc_version": "10.5.1",
    "plugin_version": "0.1.0",
    "php_version": "8.2.29",
    "timezone": "Asia/Kolkata",
    "currency": "INR",
    "decimals": 2,
    "prices_include_tax": True,
    "rest_url": "https://shop.example.com/wp-json/",
}
Answer = tuple[int, Any]


def a_code(connection: StoreConnection, *, moved: bool = False) -> str:
    """Make a pairing code, now."""
    from django.utils import timezone

    return make_code(
        connection, by=a_user("accountant"), now=timezone.now(), allows_other_site=moved
    ).code


class Plugin:
    """A site with the plugin."""

    def __init__(self, address: str = "203.0.113.7") -> None:
        self.client = Client(REMOTE_ADDR=address)
        self.connection_id: UUID | str = ""
        self.secret = ""

    def pair(self, code: str, **changes: Any) -> Answer:
        """Redeem a code; what was answered is kept, as the plugin does."""
        status, answer = self.post("pair", {"code": code, **SITE, **changes})
        if status == 200:
            self.connection_id, self.secret = answer["connection_id"], answer["secret"]
        return status, answer

    def signed(self, path: str, body: Any = None, **changes: str) -> Answer:
        """Call as a paired site does; `changes` are headers, as WSGI names them."""
        raw = json.dumps(body or {}).encode()
        headers = {
            "HTTP_X_COUNTERFOIL_CONNECTION": str(self.connection_id),
            "HTTP_X_WC_WEBHOOK_SIGNATURE": signature(raw, self.secret),
            **changes,
        }
        return self.post(path, raw, **headers)

    def post(self, path: str, body: Any, **environ: str) -> Answer:
        """Post JSON, or bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.client.post(f"{API}/{path}", raw, "application/json", **environ)  # type: ignore[arg-type]
        assert answer["Content-Type"] == "application/json"
        assert answer["Cache-Control"] == "no-store"
        return answer.status_code, answer.json()
