"""An accountant looks at a store's orders, ticks two, imports them, and reads the result."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from connections.models import StoreConnection
from ledger.models import Company, User
from sync.asking import looking, order_imports
from sync.models import Look, OrderImport
from tests import pulled
from tests.browser.conftest import log_in
from tests.fakes.store import FakeStore, load_history

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def there() -> Iterator[FakeStore]:
    """A store with ten orders of November."""
    with pulled.a_store() as there:
        load_history(there, 10, begin=datetime(2026, 11, 1, tzinfo=UTC))
        there.clock.at = pulled.now()
        yield there


@pytest.fixture
def page(chrome: Browser, site: str, owner: User, company: Company) -> Iterator[Page]:
    """The owner's window."""
    context = chrome.new_context()
    page = context.new_page()
    log_in(page, site, owner.email)
    yield page
    context.close()


def test_two_orders_are_looked_at_ticked_and_imported(
    page: Page, site: str, company: Company, there: FakeStore
) -> None:
    shop: StoreConnection = pulled.connected_to(there, company)
    page.goto(site + reverse("store", args=[company.pk, shop.pk]))
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("Created from", exact=True).fill("2026-11-01")
    page.get_by_label("to", exact=True).fill("2026-11-30")
    page.get_by_role("button", name="Ask the store").click()
    expect(page.get_by_text("You may leave this page")).to_be_visible()
    looking.run(Look.objects.get())
    expect(page.get_by_text("10 orders seen.")).to_be_visible()
    ticked = page.get_by_role("button", name="Import the ticked")
    expect(ticked).to_be_disabled()
    page.get_by_label("Tick order 1000").check()
    page.get_by_label("Tick order 1003").check()
    page.get_by_role("button", name="Import 2 ticked").click()
    expect(page.get_by_role("heading", name=re.compile("2 orders Running"))).to_be_visible()
    order_imports.run(OrderImport.objects.get())
    expect(page.get_by_role("heading", name=re.compile("2 orders Done"))).to_be_visible()
    expect(page.get_by_role("link", name="Booked 2")).to_be_visible()
    assert all(net > Decimal(0) for net in pulled.booked(shop).values())
    assert set(pulled.booked(shop)) == {1000, 1003}
