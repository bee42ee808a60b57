"""Mapping SKUs in a real browser: ten by a CSV file and back again, others by hand."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from connections.models import StoreConnection
from ledger.models import Company, Item, User, Voucher
from sync.models import SkuMapping
from tests.browser.conftest import log_in
from tests.orders import Store
from tests.stores import book
from tests.sync.skus.files import items

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEN = [f"WEB-{n:02}" for n in range(1, 11)]


@pytest.fixture
def goods(company: Company) -> list[Item]:
    """What the ten SKUs of the store are in the books."""
    made = items(company, *(f"BOOK-{n:02}" for n in range(1, 11)))
    for item in made:
        item.name = f"Volume {item.sku[-2:]} of the collected works"
    Item.objects.bulk_update(made, ["name"])
    return made


@pytest.fixture
def shop(store: StoreConnection, goods: list[Item]) -> StoreConnection:
    """Has sold all ten in one order, and two of them in orders that wait."""
    lines = Store()
    products = [
        lines.line(f"Book {sku}", "100", sku=sku, line_id=n) for n, sku in enumerate(TEN, 1)
    ]
    book(store, lines.order(products, order_id=501))
    StoreConnection.objects.filter(pk=store.pk).update(unmapped_sku="wait")
    for order_id, sku in ((502, TEN[0]), (503, TEN[1])):
        line = lines.line("Book", "100", sku=sku, line_id=order_id * 10)
        book(store, lines.order([line], order_id=order_id))
    return store


@pytest.fixture
def tab(page: Page, site: str, shop: StoreConnection) -> Page:
    """The tab *SKU mapping* of the shop, by way of E-Commerce."""
    page.get_by_role("link", name="E-Commerce").first.click()
    page.get_by_role("link", name=shop.name).click()
    page.get_by_role("navigation", name=shop.name).get_by_role("link", name="SKU mapping").click()
    expect(page.get_by_role("heading", name="Unmapped SKUs")).to_be_visible()
    page.wait_for_load_state("load")
    return page


def _file(folder: Path, *rows: str, encoding: str = "utf-8-sig") -> str:
    path = folder / "ten skus.csv"
    path.write_bytes("".join(f"{row}\r\n" for row in rows).encode(encoding))
    return str(path)


def _upload(page: Page, path: str) -> None:
    page.get_by_role("link", name="Bulk import via CSV").click()
    page.get_by_label("CSV file").set_input_files(path)
    page.get_by_role("button", name="Upload and preview").click()


def test_ten_skus_are_mapped_by_a_csv_file_and_the_import_is_undone(
    tab: Page, site: str, shop: StoreConnection, tmp_path: Path
) -> None:
    expect(tab.get_by_role("row")).to_have_count(11)
    rows = [f"{sku};BOOK-{sku[-2:]}" for sku in TEN]
    wrong = ["WEB-11;BOOK-11", ";BOOK-01", "web-10 ;BOOK-09"]
    _upload(tab, _file(tmp_path, "sep=;", "Store SKU;Item SKU", *rows[:9], *wrong, *rows[9:]))
    _the_preview_shows_what_is_wrong(tab)
    _the_wrong_rows_come_back_with_their_reasons(tab)

    tab.get_by_role("button", name="Discard").click()
    tab.get_by_role("link", name="Upload another file").click()
    tabbed = [row.replace(";", "\t") for row in ("Store SKU;Item SKU", *rows)]
    path = _file(tmp_path, *tabbed, encoding="utf-16")
    tab.get_by_label("CSV file").set_input_files(path)
    tab.get_by_role("button", name="Upload and preview").click()
    tab.get_by_role("button", name="Apply 10 rows").click()
    expect(tab.get_by_text("10 SKUs mapped")).to_be_visible()
    assert SkuMapping.objects.count() == 10
    store_page = f"{site}/c/{shop.company_id}/stores/{shop.pk}"
    _all_follows(tab, site, store_page)

    tab.goto(f"{store_page}/skus/?show=imports")
    tab.get_by_role("row").filter(has_text="the last one").get_by_role("link").click()
    tab.get_by_role("button", name="Undo this import").click()
    expect(tab.get_by_text("10 SKUs as before.")).to_be_visible()
    assert not SkuMapping.objects.exists()
    tab.get_by_role("link", name="SKU mapping").click()
    tab.get_by_role("link", name="Unmapped").click()
    expect(tab.get_by_role("row")).to_have_count(11)


def _the_preview_shows_what_is_wrong(tab: Page) -> None:
    """It comes by itself, errors first; nothing is written yet."""
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Preview")
    chips = tab.get_by_role("navigation", name="Rows")
    for told in ("All 13", "Errors 4", "New 9", "Changed 0", "Unchanged 0"):
        expect(chips).to_contain_text(told)
    table = tab.get_by_role("table")
    expect(table.get_by_role("row").nth(1)).to_contain_text("No item has the SKU “BOOK-11”.")
    expect(table).to_contain_text("Row 14 maps the same SKU to another item.")
    chips.get_by_role("link", name="Errors").click()
    expect(table.get_by_role("row")).to_have_count(5)
    assert not SkuMapping.objects.exists()


def _the_wrong_rows_come_back_with_their_reasons(tab: Page) -> None:
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Rows with errors").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == ["Store SKU", "Item SKU", "Reason"]
    assert lines[1:3] == [
        ["WEB-11", "BOOK-11", "No item has the SKU “BOOK-11”."],
        ["", "BOOK-01", "The store SKU is empty."],
    ]


def _all_follows(tab: Page, site: str, store_page: str) -> None:
    """What is booked shows its items, and the orders that waited are booked."""
    tab.goto(f"{store_page}/skus/?show=unmapped")
    expect(tab.get_by_role("heading", name="No unmapped SKU")).to_be_visible()
    sale = Voucher.objects.get(reference="501")
    tab.goto(f"{site}/c/{sale.company_id}/vouchers/{sale.pk}/")
    expect(tab.get_by_role("article")).to_contain_text("→ BOOK-07 · Volume 07 of the collected")
    expect(tab.get_by_role("region", name="Flags")).to_contain_text("it is mapped since")
    tab.goto(f"{store_page}/waiting/")
    expect(tab.get_by_role("heading", name="Nothing waits")).to_be_visible()


def test_skus_are_mapped_one_after_the_other_without_a_mouse_or_a_reload(tab: Page) -> None:
    tab.evaluate("window.wasNotReloaded = true")
    rows = tab.locator("tbody tr")
    expect(rows).to_have_count(10)
    first, second = (rows.nth(n).locator("th").inner_text() for n in (0, 1))
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    field = tab.get_by_label(f"Item for {first}")
    expect(field).to_be_focused()
    tab.keyboard.type("vol col")
    options = tab.get_by_role("listbox", name="Items").get_by_role("option")
    expect(options).to_have_count(8)
    expect(field).to_have_attribute("aria-expanded", "true")
    tab.keyboard.press("ArrowDown")
    chosen = options.nth(1)
    expect(chosen).to_have_attribute("aria-selected", "true")
    sku = chosen.get_attribute("data-value")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("status")).to_contain_text(f"{first} is mapped to {sku}")
    expect(rows).to_have_count(9)
    expect(tab.get_by_label(f"Item for {second}")).to_be_focused()
    tab.keyboard.type("book-05")
    expect(options).to_have_count(1)
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("listbox", name="Items")).to_be_hidden()
    tab.keyboard.press("Enter")
    expect(rows).to_have_count(8)
    assert tab.evaluate("window.wasNotReloaded === true")
    found = dict(SkuMapping.objects.values_list("sku", "item__sku"))
    assert found == {first: sku, second: "BOOK-05"}


def test_an_item_is_chosen_with_the_mouse_and_a_mapping_removed_in_place(tab: Page) -> None:
    sku = tab.locator("tbody th").first.inner_text()
    tab.get_by_label(f"Item for {sku}").fill("book-03")
    tab.get_by_role("option", name="BOOK-03").click()
    expect(tab.get_by_role("status")).to_contain_text(f"{sku} is mapped to BOOK-03")
    tab.get_by_role("link", name="Mapped", exact=True).click()
    expect(tab.locator("tbody tr")).to_have_count(1)
    tab.get_by_role("button", name=f"Remove {sku}").click()
    expect(tab.get_by_role("status")).to_contain_text(f"{sku} is no longer mapped")
    expect(tab.get_by_role("heading", name="Nothing is mapped yet")).to_be_visible()
    tab.get_by_label("Store SKU").fill("BY-HAND")
    tab.get_by_role("textbox", name="Item").or_(tab.get_by_role("combobox", name="Item")).fill("")
    tab.get_by_role("combobox", name="Item").press_sequentially("book-09")
    tab.get_by_role("option", name="BOOK-09").click()
    expect(tab.locator("tbody tr")).to_contain_text("BY-HAND")


def test_the_lists_are_searched_while_typing(tab: Page) -> None:
    find = tab.get_by_role("searchbox", name="Find a SKU, an item or a name")
    find.press_sequentially("book web-04")
    expect(tab.locator("tbody tr")).to_have_count(1)
    expect(tab).to_have_url(re.compile(r"q=book( |%20|\\+)web-04"))
    find.fill("nothing of the kind")
    expect(tab.get_by_role("heading", name="No unmapped SKU like")).to_be_visible()


def test_what_is_not_clear_is_asked_on_a_page(tab: Page, company: Company) -> None:
    for sku in ("dup", "DUP"):
        items(company, sku)
    sku = tab.locator("tbody th").first.inner_text()
    field = tab.get_by_label(f"Item for {sku}")
    field.fill("Dup")
    expect(tab.get_by_role("option")).to_have_count(2)
    tab.keyboard.press("Escape")
    field.press("Enter")
    expect(tab.get_by_role("status")).to_contain_text("“Dup” fits several items: DUP, dup.")
    tab.get_by_role("button", name="Map to this DUP", exact=True).click()
    expect(tab.get_by_role("status")).to_contain_text(f"{sku} is mapped to DUP")


def test_without_javascript_skus_are_mapped_and_files_imported(
    chrome: Browser, site: str, owner: User, shop: StoreConnection, tmp_path: Path
) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, site, owner.email)
    page.goto(f"{site}/c/{shop.company_id}/stores/{shop.pk}/skus/")
    sku = page.locator("tbody th").first.inner_text()
    page.get_by_label(f"Item for {sku}").fill("volume 08")
    page.get_by_role("row").filter(has_text=sku).get_by_role("button", name="Map").click()
    page.get_by_role("button", name="Map to this BOOK-08").click()
    expect(page.get_by_role("status")).to_contain_text(f"{sku} is mapped to BOOK-08")
    _upload(page, _file(tmp_path, "Store SKU,Item SKU", "EXTRA,BOOK-01"))
    while not page.get_by_role("button", name="Apply 1 row").is_visible():
        page.reload()
    page.get_by_role("button", name="Apply 1 row").click()
    while not page.get_by_text("1 SKU mapped").is_visible():
        page.reload()
    assert SkuMapping.objects.filter(sku="EXTRA").exists()
    context.close()


def test_the_progress_of_a_large_file_is_shown_and_may_be_left(
    page: Page, site: str, shop: StoreConnection, tmp_path: Path
) -> None:
    page.goto(f"{site}/c/{shop.company_id}/stores/{shop.pk}/skus/")
    rows = (f"LARGE-{n},BOOK-{n % 10 + 1:02}" for n in range(20_000))
    _upload(page, _file(tmp_path, "Store SKU,Item SKU", *rows))
    expect(page.get_by_role("progressbar")).to_be_visible()
    address = page.url
    page.get_by_role("link", name="Home", exact=True).click()
    expect(page.get_by_role("heading", name="What needs you")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("button", name="Apply 20,000 rows")).to_be_visible(timeout=60_000)
