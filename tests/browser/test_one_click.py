"""One click in a real browser: our page, the store's consent page, its server, and back."""

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from connections import vault
from connections.models import KeyOutcome, KeyRequest, StoreConnection
from ledger.models import Company, User
from sync.door import application_for
from sync.health import rounds as health
from sync.models import Watch
from sync.tasks import look_after
from tests import pulled
from tests.browser.conftest import _closing, _Quiet, _Server, log_in
from tests.fakes.store import SECRET, FakeStore
from tests.fakes.store.certificates import make_certificate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class _Secure(_Quiet):
    def get_environ(self) -> dict[str, str]:
        return {**super().get_environ(), "HTTPS": "on"}


@pytest.fixture
def secure_site(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The running site over https, as stores must reach it."""
    certificate = make_certificate(tmp_path, of="site")
    application = _closing(application_for(get_wsgi_application()))
    server = make_server("127.0.0.1", 0, application, _Server, _Secure)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    # Each connection shakes hands in its own thread: browsers open some that they never use.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    settings.PUBLIC_URL = f"https://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield settings.PUBLIC_URL
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def there() -> Iterator[FakeStore]:
    """The store, with its page for keys."""
    with pulled.a_store(deliver=lambda *_: 200) as there:
        yield there


@pytest.fixture
def person(chrome: Browser, secure_site: str, owner: User, company: Company) -> Iterator[Page]:
    """The owner, logged in over https."""
    context = chrome.new_context(ignore_https_errors=True)
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(page, secure_site, owner.email)
    yield page
    context.close()
    assert complaints == []


def press(page: Page, site: str, store: StoreConnection, there: FakeStore) -> None:
    """From the store's page to its consent page."""
    page.goto(site + reverse("store_asking", args=[store.company_id, store.pk]))
    card = page.get_by_role("region", name="Connect with one click")
    card.get_by_label("Store URL").fill(there.url)
    card.get_by_label("Allow insecure HTTP").check()
    card.get_by_role("button", name="Connect with one click").click()
    expect(page.get_by_role("heading", name="Counterfoil would like to connect")).to_be_visible()


def test_approved_in_the_store_the_keys_are_kept_and_the_webhooks_registered(
    person: Page, secure_site: str, store: StoreConnection, there: FakeStore
) -> None:
    press(person, secure_site, store, there)
    person.get_by_role("link", name="Approve").click()
    expect(person.get_by_role("status").filter(has_text="answers to them")).to_be_visible()
    expect(person.get_by_role("region", name="REST keys")).to_contain_text("asked with these keys")
    store.refresh_from_db()
    assert vault.open_sealed(store.pk, store.consumer_secret) == SECRET
    assert SECRET not in person.content()
    assert Watch.objects.filter(pk=store.pk).exists()
    look_after(str(store.pk))
    assert {hook.status for hook in there.hooks.rows.values()} == {"active"}
    assert len(there.hooks.rows) == 4
    assert health.heard_at(store) is None


def test_denied_in_the_store_nothing_is_kept(
    person: Page, secure_site: str, store: StoreConnection, there: FakeStore
) -> None:
    press(person, secure_site, store, there)
    person.get_by_role("link", name="Deny").click()
    expect(person.get_by_text("The access was denied in the store").first).to_be_visible()
    store.refresh_from_db()
    assert store.consumer_key == ""
    assert KeyRequest.objects.get().outcome == KeyOutcome.DENIED
