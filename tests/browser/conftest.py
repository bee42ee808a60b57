"""A real browser before a real server: the door and Django over HTTP, and a worker beside them."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    sync_playwright,
)
from pytest_django import Settings

from connections.models import StoreConnection
from ledger.models import Company, User
from sync.booking import pipeline
from sync.door import Application, Environ, StartResponse, application_for
from sync.items import sku_import
from sync.models import WORKING_STATES, Delivery, DeliveryState, SkuImport
from tests.factories import a_company, a_user
from tests.stores import a_connection

PASSWORD = "a long password"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = False


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _nothing() -> None:
    """Most answers hold nothing open."""


def _closing(application: Application) -> Application:
    """Give back the files and the database connection of the thread that has answered."""

    def answered(environ: Environ, start_response: StartResponse) -> list[bytes]:
        answer = application(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            getattr(answer, "close", _nothing)()
            connections.close_all()

    return answered


@pytest.fixture
def site(transactional_db: None, settings: Settings) -> Iterator[str]:
    """The address of the running site. A worker books what arrives, as it does in life."""
    application = _closing(application_for(get_wsgi_application()))
    server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
    settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
    stop = threading.Event()
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}),
        threading.Thread(target=_work, args=(stop,)),
    ]
    for thread in threads:
        thread.start()
    yield settings.PUBLIC_URL
    stop.set()
    server.shutdown()
    for thread in threads:
        thread.join()
    server.server_close()


def _work(stop: threading.Event) -> None:
    """Drain what has been received and go on with imports, until told to stop."""
    received = Delivery.objects.filter(state=DeliveryState.RECEIVED)
    imports = SkuImport.objects.filter(state__in=WORKING_STATES)
    while not stop.wait(0.05):
        for import_id in imports.values_list("pk", flat=True):
            sku_import.work(import_id, seconds=5, at=timezone.now())
        for connection_id in received.values_list("connection", flat=True).distinct():
            pipeline.drain(connection_id)
    connections.close_all()


@pytest.fixture
def owner(transactional_db: None) -> User:
    """Can log in with PASSWORD."""
    person = a_user("owner")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def company(owner: User) -> Company:
    """Has no store yet."""
    return a_company(owner=owner)


@pytest.fixture
def store(company: Company) -> StoreConnection:
    """Has sent nothing yet."""
    return a_connection(company)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver.

    It keeps an event loop in this thread, in which Django would refuse to touch the database.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield driver


@pytest.fixture(scope="session")
def chrome(chromium: str, playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def context(chrome: Browser) -> Iterator[BrowserContext]:
    """Cookies and permissions of one person."""
    context = chrome.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, site: str, owner: User, company: Company) -> Iterator[Page]:
    """A page on which the owner has logged in; whatever the console complains of fails the test."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: _note(complaints, said))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(page, site, owner.email)
    yield page
    assert complaints == []


def _note(complaints: list[str], said: ConsoleMessage) -> None:
    if said.type in ("error", "warning"):
        complaints.append(said.text)


def log_in(page: Page, site: str, email: str) -> None:
    """Log in as people do."""
    page.goto(f"{site}/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{site}/c/*/")
