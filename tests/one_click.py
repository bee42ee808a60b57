"""One click as it goes over the wire: a person's browser, the store's page, the store's server."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from connections.models import StoreConnection
from tests import pulled
from tests.fakes.store import FakeStore
from tests.fakes.store.authorise import GRANT
from tests.fakes.store.wire import Request

OURS = "https://books.example.com"


@contextmanager
def a_store() -> Iterator[FakeStore]:
    """A store that may be called, at a server which stores can reach by https."""
    with pulled.a_store() as store, override_settings(PUBLIC_URL=OURS):
        store.authorise.post = posted
        yield store


def posted(url: str, body: bytes, **headers: str) -> int:
    """What the store's server sends, to the address that it was told."""
    assert url.startswith(OURS)
    return callback(body, url.removeprefix(OURS), **headers).status_code


def callback(body: bytes, path: str = "/api/woocommerce/keys", **headers: str) -> HttpResponse:
    """As WooCommerce sends it: without cookies."""
    kind = "application/json;charset=UTF-8"
    return Client(enforce_csrf_checks=True).post(path, body, content_type=kind, headers=headers)  # type: ignore[return-value]


@dataclass(slots=True)
class Journey:
    """A person who presses the button and goes to the store's page."""

    browser: Client
    connection: StoreConnection
    address: str = ""

    def begin(self, url: str, **told: Any) -> HttpResponse:
        """Press the button; `address` is where the browser goes on to."""
        names = {"one-url": url, "one-allow_http": "on", **told}
        page = self.browser.post(self._path("ask_for_keys"), names, follow=True)
        found = re.search(r'url=([^"]+)">', page.content.decode())
        self.address = html.unescape(found[1]) if found else ""
        return page  # type: ignore[return-value]

    @property
    def state(self) -> str:
        """What goes through the store."""
        return parse_qs(urlsplit(self.address).query)["user_id"][0]

    def approve(self, store: FakeStore) -> str:
        """Press Approve in the store; where the browser is sent then, or the store's error."""
        target = f"{GRANT}?{urlsplit(self.address).query}"
        answer = store.authorise.answer(Request("GET", target, {}))
        assert answer is not None
        return answer.headers.get("Location", answer.body.decode())

    def back(self, address: str, browser: Client | None = None) -> str:
        """The page to which the browser comes back."""
        page = (browser or self.browser).get(address.removeprefix(OURS), follow=True)
        self.connection.refresh_from_db()
        return page.content.decode()

    def back_with(self, success: str, browser: Client | None = None) -> str:
        """Come back with this answer."""
        told = f"?success={success}&user_id={self.state}"
        return self.back(self._path("keys_come_back") + told, browser)

    def _path(self, name: str) -> str:
        return reverse(name, args=[self.connection.company_id, self.connection.pk])
