"""Three orders wait for three reasons; each is solved where it stands, with and without scripts."""

import time
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from connections.models import BareRefund, StoreConnection
from ledger.models import Company, User
from sync.models import Order, OrderState
from tests.browser.conftest import log_in
from tests.stores import an_order, book
from tests.sync.test_answers import two_lines

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(store: StoreConnection) -> StoreConnection:
    """501 has a refund without lines, 502 a currency without a rate, 503 a total of its own."""
    store.bare_refund = BareRefund.WAIT
    store.save()
    book(store, two_lines(refunds=[{"id": 9, "total": "-236.00"}]))
    book(store, an_order(502, value="100.00", currency="USD"), an_order(503, total="1190.00"))
    return store


def solve(page: Page, site: str, store: StoreConnection) -> None:
    """Answer all three in the queue of all stores."""
    queue = site + reverse("all_waiting", args=[store.company_id])
    page.goto(queue)
    page.get_by_label("Lamp").fill("236.00")
    page.get_by_role("button", name="Book this allocation").click()
    expect(page.get_by_text("Kept. The order goes on with your answer.")).to_be_visible()
    expect(page.get_by_text("Refund 9 gives back 236.00 of Lamp.", exact=True)).to_be_visible()
    page.goto(queue)
    page.get_by_label("Exchange rate").fill("83.25")
    page.get_by_role("button", name="Book at this rate").click()
    expect(page.get_by_text("The exchange rate is 83.25.", exact=True)).to_be_visible()
    page.goto(queue)
    page.get_by_role("button", name="Book the tax as charged").click()
    expect(page.get_by_text("at a total of 1190.00").first).to_be_visible()


def booked(seconds: float = 20) -> dict[int, Decimal]:
    """What each order comes to in the books, once none waits any more."""
    ends = time.monotonic() + seconds
    while Order.objects.exclude(state=OrderState.BOOKED).exists():
        assert time.monotonic() < ends, list(Order.objects.values_list("order_id", "reason"))
    return dict(Order.objects.values_list("order_id", "net_booked"))


IN_THE_END = {501: Decimal("1364.00"), 502: Decimal("9823.50"), 503: Decimal("1190.00")}
"""1,600 less 236; 118 dollars at 83.25; what the buyer paid."""


def test_three_reasons_are_solved_in_place(page: Page, site: str, waiting: StoreConnection) -> None:
    solve(page, site, waiting)
    assert booked() == IN_THE_END
    page.goto(site + reverse("all_waiting", args=[waiting.company_id]))
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()


def test_and_without_scripts(
    chrome: Browser, site: str, company: Company, owner: User, waiting: StoreConnection
) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, site, owner.email)
    solve(page, site, waiting)
    assert booked() == IN_THE_END
    context.close()


def test_a_draft_is_posted_from_the_list(page: Page, site: str, store: StoreConnection) -> None:
    book(store, an_order(501, status="on-hold"), an_order(502, status="on-hold"))
    page.goto(site + reverse("drafts", args=[store.company_id]))
    page.get_by_label("Tick the draft of #501").check()
    page.get_by_label("Tick the draft of #502").check()
    page.get_by_role("button", name="Post the ticked now").click()
    expect(page.get_by_text("2 drafts are posted now.")).to_be_visible()
    assert booked() == {501: Decimal("1180.00"), 502: Decimal("1180.00")}


def test_arrows_and_enter_open_an_order(page: Page, site: str, store: StoreConnection) -> None:
    book(store, an_order(501), an_order(502))
    page.goto(site + reverse("all_orders", args=[store.company_id]))
    expect(page.get_by_role("link", name="#502")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Order #501")).to_be_visible()
