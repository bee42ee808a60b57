"""A store holds what is short of stock: switched on, counted, held, received, booked by itself."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from connections.models import StoreConnection
from ledger.models import Company, Item
from tests.stores import deliver
from tests.sync.stock.conftest import cups, states

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cup(company: Company) -> Item:
    return Item.objects.create(company=company, sku="CUP", name="Clay cup")


def switch_on(page: Page, options: str) -> None:
    page.goto(options)
    page.get_by_label("Hold orders that are short of stock").check()
    page.get_by_role("button", name="Save options").click()
    expect(page.get_by_text("It holds from the next delivery on.")).to_be_visible()


def enter(page: Page, kind: str, quantity: str, note: str = "") -> None:
    stock = page.get_by_role("region", name="Stock")
    stock.get_by_label("Movement").select_option(label=kind)
    stock.get_by_label("Quantity").fill(quantity)
    stock.get_by_label("On the day").fill("2026-11-18")
    stock.get_by_label("Note").fill(note)
    stock.get_by_role("button").click()


def test_an_order_is_held_and_booked_once_there_is_stock(
    page: Page, site: str, store: StoreConnection, cup: Item
) -> None:
    company = f"{site}/c/{cup.company_id}"
    switch_on(page, f"{company}/stores/{store.pk}/options/")
    page.goto(f"{company}/items/{cup.pk}/")
    enter(page, "Opening", "1")
    expect(page.get_by_text("1 NOS of CUP left.")).to_be_visible()

    deliver(store, cups(501), cups(502))
    until(502, "short_of_stock")
    page.goto(f"{company}/drafts/")
    page.get_by_role("link", name="Short of stock (1)").click()
    expect(page.get_by_role("row").filter(has_text="#502")).to_contain_text("none left")
    page.get_by_role("link", name="#502").click()
    expect(page.get_by_role("region", name="Stock")).to_contain_text("short")
    page.get_by_role("region", name="Stock").get_by_role("link", name="CUP").click()
    expect(page).to_have_url(re.compile("#stock$"))

    enter(page, "Receipt", "1")
    expect(page.get_by_text("1 order that was held for it is looked at again.")).to_be_visible()
    until(502, "booked")
    page.goto(f"{company}/drafts/")
    expect(page.get_by_role("heading", name="No draft")).to_be_visible()

    deliver(store, cups(503))
    until(503, "short_of_stock")
    page.goto(f"{company}/drafts/")
    page.get_by_role("link", name="#503").click()
    page.get_by_role("button", name="Post it now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("503")
    until(503, "booked")
    page.goto(f"{company}/items/{cup.pk}/")
    expect(page.get_by_role("region", name="Stock")).to_contain_text("sold beyond it")


def until(order_id: int, reason_or_state: str, seconds: float = 20) -> None:
    """The worker books meanwhile."""
    ends = time.monotonic() + seconds
    while states(StoreConnection.objects.get()).get(order_id) != reason_or_state:
        assert time.monotonic() < ends, states(StoreConnection.objects.get())
