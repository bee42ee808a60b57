"""Items in a real browser, by hand and by keyboard; and the frame: the year, Esc, F2, search."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from connections.models import StoreConnection
from ledger.models import Company, Item, ItemRate, User
from tests.browser.conftest import log_in
from tests.stores import an_order, book

AUDIT = (Path(__file__).parent / "audit.js").read_text()

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shelf(company: Company) -> Company:
    """Three items, none with an HSN."""
    for sku in ("CUP-1", "POT-1", "POT-2"):
        Item.objects.create(company=company, sku=sku, name=f"Clay {sku}")
    return company


@pytest.fixture
def listed(shelf: Company, page: Page, site: str) -> Page:
    """The list, by way of the sidebar."""
    page.goto(f"{site}/c/{shelf.pk}/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Items").click()
    expect(page.get_by_role("row")).to_have_count(4)
    page.wait_for_load_state("load")
    return page


def test_an_item_is_found_opened_and_given_a_rate_by_keyboard(listed: Page) -> None:
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("Enter")
    expect(listed.get_by_role("heading", level=1)).to_contain_text("Clay CUP-1")
    listed.keyboard.press("F2")
    expect(listed.get_by_label("From the day")).to_be_focused()
    listed.get_by_label("GST %").fill("12")
    listed.keyboard.press("Enter")
    rates = listed.get_by_role("region", name="GST rates")
    expect(rates.get_by_role("row").nth(1)).to_contain_text("12%")
    expect(listed.get_by_role("region", name="Edit log")).to_contain_text("Item rate")
    listed.keyboard.press("Escape")
    expect(listed).to_have_url(re.compile("/items/$"))


def test_the_list_follows_what_is_typed_and_filters_by_chips(listed: Page) -> None:
    listed.get_by_label("SKU, code, barcode, name or HSN").fill("pot")
    expect(listed.get_by_role("row")).to_have_count(3)
    expect(listed).to_have_url(re.compile(r"\?q=pot"))
    listed.get_by_label("SKU, code, barcode, name or HSN").fill("")
    expect(listed.get_by_role("row")).to_have_count(4)
    listed.get_by_role("link", name="Services").click()
    expect(listed.get_by_role("heading", name="No item like this")).to_be_visible()


def test_several_are_ticked_and_given_an_hsn(listed: Page) -> None:
    expect(listed.get_by_role("button", name="HSN/SAC of the ticked")).to_be_disabled()
    for _ in range(2):
        listed.keyboard.press("ArrowDown")
        listed.keyboard.press("Space")
    listed.get_by_role("button", name="HSN/SAC of 2 ticked").click()
    expect(listed.get_by_role("heading", level=1)).to_have_text("Set the HSN or SAC")
    listed.get_by_label("HSN/SAC").fill("6912")
    listed.get_by_role("button", name="Set HSN/SAC").click()
    expect(listed.get_by_text("2 items have the HSN/SAC 6912.")).to_be_visible()
    expect(listed.get_by_role("row").filter(has_text="6912")).to_have_count(2)


def test_a_csv_file_is_previewed_and_applied(listed: Page) -> None:
    listed.get_by_role("link", name="Import", exact=True).click()
    rows = "SKU,Name,HSN\nCUP-1,Tea cup,6912\nJAR,Jar,7010\nBAD,Bad,xx\n"
    file = {"name": "items.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    listed.get_by_label("CSV file").set_input_files(file)  # type: ignore[arg-type]
    listed.get_by_role("button", name="Upload and preview").click()
    expect(listed.get_by_role("heading", level=1)).to_have_text("Nothing is written yet")
    assert listed.evaluate(AUDIT) == []
    expect(listed.get_by_role("row").filter(has_text="BAD")).to_contain_text("two to eight digits")
    listed.get_by_role("button", name="Apply 2 rows").click()
    expect(listed.get_by_text("1 new, 1 changed, 1 left out.")).to_be_visible()
    expect(listed.get_by_role("row").filter(has_text="Tea cup")).to_contain_text("6912")


def test_slash_finds_an_item_by_its_sku(listed: Page) -> None:
    listed.keyboard.press("/")
    listed.keyboard.type("POT-2")
    listed.keyboard.press("Enter")
    expect(listed.get_by_role("heading", level=1)).to_contain_text("Clay POT-2")


def test_without_javascript_an_item_is_made_and_found(
    chrome: Browser, site: str, owner: User, company: Company
) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, site, owner.email)
    page.goto(f"{site}{reverse('items', args=[company.pk])}")
    page.get_by_role("link", name="New item").first.click()
    page.get_by_label("Item SKU").fill("KET-15")
    page.get_by_label("Name").fill("Kettle")
    page.get_by_label("HSN/SAC").fill("8516")
    page.get_by_label("GST %").fill("18")
    page.get_by_role("button", name="Make the item").click()
    expect(page.get_by_text("KET-15 is kept.")).to_be_visible()
    page.get_by_role("link", name="Items").first.click()
    page.get_by_label("SKU, code, barcode, name or HSN").fill("kettle")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("row").filter(has_text="KET-15")).to_contain_text("8516")
    assert ItemRate.objects.get().rate == 18
    context.close()


def test_the_year_is_chosen_by_keyboard_and_the_report_follows(
    page: Page, site: str, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(created="2025-06-10T06:00:00", modified="2025-06-10T06:00:00"))
    page.goto(f"{site}{reverse('sales_register', args=[company.pk])}")
    picker = page.locator("summary").filter(has_text="FY ")
    picker.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="FY 25-26")).not_to_be_visible()
    expect(picker).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="FY 25-26").focus()
    page.keyboard.press("Enter")
    expect(page.locator("summary").filter(has_text="FY 25-26")).to_be_visible()
    expect(page).to_have_url(re.compile("/reports/sales-register/"))
    expect(page.get_by_label("From")).to_have_value("2026-03-01")


@pytest.mark.parametrize("name", ["all_orders", "edit_log", "profit_and_loss", "items"])
def test_escape_goes_up_from_pages_that_stand_at_the_top(
    page: Page, site: str, company: Company, store: StoreConnection, name: str
) -> None:
    above = {"all_orders": "stores", "edit_log": "settings"}.get(name, "home")
    page.goto(f"{site}{reverse(name, args=[company.pk])}")
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{site}{reverse(above, args=[company.pk])}")


@pytest.mark.parametrize("name", ["reports", "sales_register", "all_orders", "edit_log"])
def test_f2_leads_to_the_first_day_wherever_there_is_one(
    page: Page, site: str, company: Company, name: str
) -> None:
    page.goto(f"{site}{reverse(name, args=[company.pk])}")
    page.keyboard.press("F2")
    expect(page.locator("main input[type=date]").first).to_be_focused()
