"""What people do with a store, in a real browser."""

import urllib.request

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from ledger.models import Company, User
from tests.browser.conftest import log_in
from tests.orders import Json
from tests.stores import an_order, signed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LATER = "2026-11-19T06:00:00"


def _send(url: str, secret: str, order: Json, topic: str = "order.updated") -> None:
    """Deliver an order over HTTP, signed, as WooCommerce does."""
    body, headers = signed(secret, order, topic)
    request = urllib.request.Request(url, body, headers)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.status == 200


def _connect(page: Page) -> tuple[str, str]:
    """Connect a store by the dialog; its webhook URL and secret, by way of the clipboard."""
    page.get_by_role("link", name="E-Commerce").first.click()
    page.get_by_role("link", name="Connect store").first.click()
    dialog = page.get_by_role("dialog", name="Connect store")
    dialog.get_by_label("Display name").fill("Main store")
    dialog.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Main store")
    return _copied(page, "webhook-url"), _copied(page, "webhook-secret")


def _copied(page: Page, field: str) -> str:
    page.locator(f"[data-copy={field}]").click()
    expect(page.locator(f"[data-copy={field}]")).to_contain_text("Copied")
    return str(page.evaluate("navigator.clipboard.readText()"))


def _mark(page: Page) -> None:
    """Leave a mark that a reload would wipe out."""
    page.evaluate("window.wasNotReloaded = true")


def _was_not_reloaded(page: Page) -> bool:
    return page.evaluate("window.wasNotReloaded === true") is True


def test_from_connecting_a_store_to_the_credit_note_on_the_sale(page: Page) -> None:
    url, secret = _connect(page)
    _mark(page)
    activity = page.get_by_role("region", name="Recent activity from your store")
    expect(activity).not_to_contain_text("New order")

    _send(url, secret, an_order(501), "order.created")
    line = activity.get_by_role("listitem").filter(has_text="New order #501")
    expect(line).to_contain_text("Saved ✓")
    assert _was_not_reloaded(page)

    line.get_by_role("link", name="INV/26-27/00001").click()
    expect(page.get_by_role("article")).to_contain_text("Tax invoice")
    _mark(page)
    chain = page.get_by_role("region", name="Where it hangs")
    expect(chain).not_to_contain_text("CN/26-27/00001")

    refund = {"id": 9, "total": "-118.00"}
    _send(url, secret, an_order(501, modified=LATER, refunds=[refund]))
    expect(chain).to_contain_text("CN/26-27/00001")
    assert _was_not_reloaded(page)

    chain.get_by_role("link", name="CN/26-27/00001").click()
    expect(page.get_by_role("article")).to_contain_text("Credit note")
    expect(page.get_by_role("article")).to_contain_text("INV/26-27/00001 of 18 Nov 2026")


def test_the_secret_is_gone_after_a_reload(page: Page) -> None:
    _, secret = _connect(page)
    assert secret in page.content() or page.locator("#webhook-secret").input_value() == secret
    page.reload()
    expect(page.locator("#webhook-secret")).to_have_count(0)


def test_an_order_that_waits_is_answered_and_booked(page: Page) -> None:
    url, secret = _connect(page)
    order = an_order(502)
    order["shipping"] = order["billing"] = {"country": "IN", "state": "Pondy East"}
    _send(url, secret, order)
    expect(page.get_by_role("region", name="Recent activity from your store")).to_contain_text(
        "Order #502 waits"
    )
    page.get_by_role("link", name="Waiting").click()
    page.get_by_label("State of the buyer").select_option("34")
    page.get_by_role("button", name="Book with this state").click()
    expect(page.get_by_role("status")).to_contain_text("goes on with your answer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("#502")
    page.reload()
    expect(page.get_by_role("link", name="INV/26-27/00001").first).to_be_visible()


def test_a_new_voucher_appears_in_the_day_book_without_a_reload(page: Page) -> None:
    url, secret = _connect(page)
    page.get_by_role("link", name="Day book").first.click()
    page.get_by_label("From").fill("2026-11-01")
    page.get_by_label("To", exact=True).fill("2026-11-30")
    page.get_by_role("button", name="Show").click()
    _mark(page)
    _send(url, secret, an_order(503))
    expect(page.get_by_role("row").filter(has_text="INV/26-27/00001")).to_contain_text("1,180.00")
    assert _was_not_reloaded(page)


def test_a_server_that_is_away_is_said_and_forgotten_when_it_is_back(
    context: BrowserContext, site: str, owner: User, company: Company
) -> None:
    page = context.new_page()
    log_in(page, site, owner.email)
    page.goto(f"{site}/c/{company.pk}/day-book/")
    page.route("**/day-book/**", lambda route: route.abort())
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    page.unroute("**/day-book/**")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_page_that_was_logged_out_elsewhere_asks_to_log_in(
    context: BrowserContext, site: str, owner: User, company: Company
) -> None:
    page = context.new_page()
    log_in(page, site, owner.email)
    page.goto(f"{site}/c/{company.pk}/day-book/")
    context.clear_cookies()
    expect(page.get_by_label("Password")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
