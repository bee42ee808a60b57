"""What waits, solved together and in place: ticked orders, a SKU, an unreadable delivery."""

import re
import time
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from connections.models import StoreConnection, UnmappedSku
from ledger.models import Company, Item, User
from sync.models import Delivery, Order, OrderState
from tests.browser.conftest import log_in
from tests.stores import an_order, book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(store: StoreConnection) -> StoreConnection:
    """501 to 503 wait for a SKU; of 504 nothing can be read."""
    StoreConnection.objects.update(unmapped_sku=UnmappedSku.WAIT)
    broken = an_order(504) | {"date_created_gmt": None, "date_modified_gmt": None}
    book(store, *(an_order(number) for number in (501, 502, 503)), broken)
    return store


def let_go() -> None:
    """From now on an unmapped SKU keeps nothing waiting."""
    StoreConnection.objects.update(unmapped_sku=UnmappedSku.POST)


def until_booked(*order_ids: int, seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    own = Order.objects.filter(order_id__in=order_ids)
    while own.exclude(state=OrderState.BOOKED).exists():
        assert time.monotonic() < ends, list(own.values_list("order_id", "reason"))
        time.sleep(0.02)


def queue(site: str, store: StoreConnection) -> str:
    return site + reverse("all_waiting", args=[store.company_id])


def test_ticked_orders_are_tried_again_and_the_page_says_when_they_are_done(
    page: Page, site: str, waiting: StoreConnection
) -> None:
    let_go()
    page.goto(queue(site, waiting))
    together = page.get_by_role("button", name=re.compile("Retry .* ticked"))
    expect(together).to_be_disabled()
    page.get_by_label("Tick order #501").check()
    page.get_by_label("Tick order #503").check()
    expect(together).to_have_text("Retry 2 ticked")
    together.click()
    expect(page.get_by_role("heading", name="Tried again: Ticked orders")).to_be_visible()
    expect(page.get_by_text("2 orders looked at again.")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("None waits any more.")).to_be_visible()
    until_booked(501, 503)
    assert Order.objects.get(order_id=502).state == OrderState.WAITING


def test_all_on_the_page_are_ticked_at_once(
    page: Page, site: str, waiting: StoreConnection
) -> None:
    page.goto(queue(site, waiting))
    page.get_by_label("Tick orders, to retry them together").check()
    expect(page.get_by_role("button", name="Retry 3 ticked")).to_be_enabled()


def test_a_sku_is_mapped_beside_the_order_by_a_few_letters(
    page: Page, site: str, company: Company, waiting: StoreConnection
) -> None:
    Item.objects.create(company=company, sku="SHIRT", name="Blue shirt, cotton")
    page.goto(queue(site, waiting))
    field = page.get_by_label("Item for SHIRT-B").first
    field.press_sequentially("cott")
    option = page.get_by_role("option", name="SHIRT")
    expect(option).to_be_visible()
    option.click()
    page.get_by_role("button", name="Map", exact=True).first.click()
    expect(page.get_by_text("SHIRT-B is mapped to SHIRT")).to_be_visible()
    until_booked(501, 502, 503)


def test_an_item_is_made_beside_the_order_without_scripts(
    chrome: Browser, site: str, company: Company, owner: User, waiting: StoreConnection
) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, site, owner.email)
    page.goto(site + reverse("order", args=[company.pk, waiting.pk, 502]))
    page.get_by_text("Create item").click()
    page.get_by_label("GST %").fill("18")
    page.get_by_role("button", name="Create and map").click()
    expect(page.get_by_text("SHIRT-B is mapped to SHIRT-B")).to_be_visible()
    until_booked(501, 502, 503)
    assert Item.objects.get().rates.get().rate == Decimal(18)
    context.close()


def test_a_delivery_that_nobody_can_read_is_left_out_and_taken_in_again(
    page: Page, site: str, company: Company, waiting: StoreConnection
) -> None:
    page.goto(site + reverse("store_waiting", args=[company.pk, waiting.pk]))
    card = page.get_by_role("region", name="Deliveries that could not be read")
    card.get_by_text("Leave it out").first.click()
    card.get_by_label("Leave it out, because").fill("sent by a test plugin")
    card.get_by_role("button", name="Leave it out").click()
    left_out = page.get_by_role("region", name="Left out")
    expect(left_out.get_by_text("sent by a test plugin")).to_be_visible()
    until_ended("ignored")
    left_out.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Withdrawn. The delivery is read again.")).to_be_visible()
    until_ended("waiting")


def until_ended(state: str, seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while Delivery.objects.get(order_id=504).state != state:
        assert time.monotonic() < ends
        time.sleep(0.02)
