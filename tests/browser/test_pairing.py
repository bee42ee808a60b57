"""Pairing a store with the plugin, as the accountant sees it."""

import json
import re
import urllib.request

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect

from connections.models import PairedSite, StoreConnection
from ledger.models import Company, Membership, Role
from tests.browser.conftest import PASSWORD, log_in
from tests.factories import a_user
from tests.plugin import SITE, Plugin, a_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def pair(site: str, code: str, **changes: str) -> dict[str, str]:
    """Pair over HTTP, as the plugin does while the page is open."""
    body = json.dumps({"code": code, **SITE, **changes}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{site}/api/plugin/v1/pair", body, headers)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        found: dict[str, str] = json.load(answer)
    return found


def card_on(page: Page) -> Locator:
    return page.get_by_role("region", name="Counterfoil for WooCommerce plugin")


def opened(page: Page, site: str, store: StoreConnection) -> Locator:
    page.goto(site + reverse("store", args=[store.company_id, store.pk]))
    return card_on(page)


def seconds_on(card: Locator) -> int:
    minutes, seconds = card.get_by_role("timer").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def test_a_code_is_copied_survives_a_reload_and_turns_the_card_green(
    page: Page, site: str, store: StoreConnection
) -> None:
    card = opened(page, site, store)
    download = re.compile(r"Download .zip \(v\S+, \d+ KB\)")
    expect(card.get_by_role("link", name=download)).to_be_visible()
    card.get_by_role("button", name="Generate pairing code").click()

    code = card.get_by_label("Pairing code for the plugin").input_value()
    assert re.fullmatch("[A-HJKMNP-Z2-9]{8}", code)
    card.get_by_role("button", name="Copy").click()
    expect(card.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == code

    first = seconds_on(card)
    assert 590 <= first <= 600
    expect(card.get_by_role("timer")).not_to_have_text(card.get_by_role("timer").inner_text())
    assert seconds_on(card) < first

    page.reload()
    assert card.get_by_label("Pairing code for the plugin").input_value() == code
    assert seconds_on(card) < first

    page.evaluate("window.wasNotReloaded = true")
    pair(site, code)
    expect(card).to_contain_text("Paired")
    expect(card).to_contain_text("Asha’s shop")
    expect(card).to_contain_text("10.5.1")
    expect(page.locator("#pairing-news")).to_have_text("shop.example.com is paired.")
    expect(card.get_by_label("Pairing code for the plugin")).to_have_count(0)
    assert page.evaluate("window.wasNotReloaded") is True
    assert code not in page.content()


def test_a_store_that_was_unpaired_is_paired_again_without_a_reload(
    page: Page, site: str, store: StoreConnection
) -> None:
    card = opened(page, site, store)
    card.get_by_role("button", name="Generate pairing code").click()
    old = pair(site, card.get_by_label("Pairing code for the plugin").input_value())
    expect(card).to_contain_text("Paired")

    page.get_by_role("link", name="Options").click()
    page.get_by_role("button", name="Unpair").click()
    expect(card).to_contain_text("Unpaired from shop.example.com")
    head = page.get_by_role("heading", level=1)
    expect(head).to_contain_text("Unpaired")

    card.get_by_role("button", name="Generate pairing code").click()
    new = pair(site, card.get_by_label("Pairing code for the plugin").input_value())
    expect(card).not_to_contain_text("Unpaired from")
    expect(head).to_contain_text("Active")
    assert new["connection_id"] == old["connection_id"]
    assert new["secret"] != old["secret"]


def test_a_code_that_expires_while_one_looks_says_so_and_offers_a_new_one(
    page: Page, site: str, store: StoreConnection
) -> None:
    card = opened(page, site, store)
    card.get_by_role("button", name="Generate pairing code").click()
    timer = card.get_by_role("timer")
    expect(timer).to_be_visible()
    page.evaluate("const now = Date.now; Date.now = () => now() + 600_000")
    expect(card).to_contain_text("The code has expired.")
    expect(card.get_by_label("Pairing code for the plugin")).to_have_count(0)
    card.get_by_role("button", name="Generate a new code").click()
    expect(timer).to_be_visible()


def test_another_accountant_sees_that_there_is_a_code_and_not_the_code(
    page: Page, site: str, context: BrowserContext, store: StoreConnection, company: Company
) -> None:
    card = opened(page, site, store)
    card.get_by_role("button", name="Generate pairing code").click()
    code = card.get_by_label("Pairing code for the plugin").input_value()
    colleague = a_user("colleague")
    colleague.set_password(PASSWORD)
    colleague.save()
    Membership.objects.create(company=company, user=colleague, role=Role.ACCOUNTANT)
    browser = context.browser
    assert browser is not None
    other = browser.new_context()
    theirs = other.new_page()
    log_in(theirs, site, colleague.email)
    expect(opened(theirs, site, store)).to_contain_text("more; only who made it sees it.")
    assert code not in theirs.content()
    pair(site, code)
    expect(card_on(theirs)).to_contain_text("Asha’s shop")
    other.close()


def test_a_store_that_moved_is_paired_only_where_that_was_said(
    page: Page, site: str, store: StoreConnection
) -> None:
    card = opened(page, site, store)
    expect(card.get_by_label("The store has moved")).to_have_count(0)
    card.get_by_role("button", name="Generate pairing code").click()
    pair(site, card.get_by_label("Pairing code for the plugin").input_value())
    card.get_by_text("Pair again").click()
    card.get_by_label("The store has moved").check()
    card.get_by_role("button", name="Generate pairing code").click()
    code = card.get_by_label("Pairing code for the plugin").input_value()
    pair(site, code, site_url="https://new.example.com")
    expect(card).to_contain_text("new.example.com")
    assert PairedSite.objects.get().site_url == "https://new.example.com"


def test_a_code_can_be_copied_still_when_the_store_was_heard_meanwhile(
    page: Page, site: str, store: StoreConnection
) -> None:
    plugin = Plugin()
    plugin.pair(a_code(store))
    card = opened(page, site, store)
    card.get_by_text("Pair again").click()
    card.get_by_role("button", name="Generate pairing code").click()
    code = card.get_by_label("Pairing code for the plugin").input_value()
    plugin.signed("status", {"waiting": 3})
    expect(card).to_contain_text("3 orders wait in the store.")
    card.get_by_role("button", name="Copy").click()
    assert page.evaluate("navigator.clipboard.readText()") == code
    assert seconds_on(card) <= 600
