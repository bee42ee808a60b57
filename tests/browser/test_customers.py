"""An accountant finds a customer, takes his statement away, merges two, and takes it back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from ledger.models import Company, User
from sync.asking import customer_looks
from sync.models import Customer, CustomerLook
from tests import pulled
from tests.browser.conftest import log_in
from tests.customers import a_registered, an_order_of
from tests.fakes.store import FakeStore
from tests.stores import a_connection, book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chrome: Browser, site: str, owner: User, company: Company) -> Iterator[Page]:
    """The owner's window."""
    context = chrome.new_context(accept_downloads=True)
    page = context.new_page()
    log_in(page, site, owner.email)
    yield page
    context.close()


@pytest.fixture
def there() -> Iterator[FakeStore]:
    """A store with three registered customers."""
    with pulled.a_store() as there:
        there.house.customers = [a_registered(n, f"c{n}@example.in") for n in range(1, 4)]
        yield there


def test_a_customer_is_found_taken_away_merged_and_taken_apart(
    page: Page, company: Company, tmp_path: Path
) -> None:
    shop = a_connection(company)
    shop.share_contact_details = True
    shop.save(update_fields=["share_contact_details"])
    meera = {"first_name": "Meera", "last_name": "Nair", "phone": "98000 00001"}
    for number in range(3):
        book(shop, an_order_of("meera@example.in", 501 + number, billing=meera))
    book(shop, an_order_of("m.nair@example.in", 510, value="2000.00", billing=meera))
    page.locator("body").press("g")
    page.locator("body").press("c")
    expect(page.get_by_role("heading", name="Customers", exact=True)).to_be_visible()
    page.get_by_role("searchbox", name="Name, e-mail").fill("m.nair")
    expect(page.locator("#customers tbody tr")).to_have_count(1)
    page.get_by_role("searchbox", name="Name, e-mail").fill("")
    expect(page.locator("#customers tbody tr")).to_have_count(2)
    page.get_by_role("row", name="meera@example.in").get_by_role("link").click()
    expect(page.get_by_text("3 orders, ₹3,540.00 net")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Excel").click()
    file = tmp_path / "statement.xlsx"
    taken.value.save_as(file)
    rows = list(load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert str(rows).count("Main store") == 3
    page.get_by_role("link", name="Customers", exact=True).first.click()
    page.get_by_role("link", name="Duplicates", exact=True).click()
    page.get_by_role("link", name="Merge Meera Nair into Meera Nair").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("4 orders, ₹5,900.00 net")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("are two customers again")).to_be_visible()
    expect(page.get_by_text("3 orders, ₹3,540.00 net")).to_be_visible()


def test_chosen_customers_of_a_store_are_kept(
    page: Page, site: str, company: Company, there: FakeStore
) -> None:
    shop = pulled.connected_to(there, company)
    shop.share_contact_details = True
    shop.save(update_fields=["share_contact_details"])
    page.goto(site + reverse("store_import", args=[company.pk, shop.pk]))
    page.get_by_label("Import", exact=True).get_by_role("link", name="Customers").click()
    page.get_by_role("button", name="Ask the store").click()
    expect(page.get_by_text("You may leave this page")).to_be_visible()
    customer_looks.run(CustomerLook.objects.get())
    expect(page.get_by_role("button", name="Import all 3")).to_be_visible()
    page.get_by_role("row", name="c2@example.in").get_by_role("checkbox").check()
    page.get_by_role("button", name="Import 1 ticked").click()
    expect(page.get_by_text("Customers: 1 processed, 1 created")).to_be_visible()
    assert Customer.objects.get().email == "c2@example.in"
