"""An accountant in the books: from a figure down to the order, and out to Excel and PDF."""

import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from connections.models import StoreConnection
from ledger.models import Company, Item, User
from sync.models import Download
from sync.tasks import make_download
from tests.browser.conftest import log_in
from tests.orders import Store
from tests.stores import a_connection, an_order, book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOVEMBER = "?date_from=2026-11-01&date_to=2026-11-30"


@pytest.fixture
def booked(company: Company, store: StoreConnection) -> Company:
    """Main store sold a shirt and took 118.00 back; a second store sold 59.00."""
    Item.objects.create(company=company, sku="SHIRT-B", name="Shirt", hsn="6109", unit="PCS")
    book(store, an_order(501))
    refunds = [{"id": 9, "total": "-118.00"}]
    book(store, an_order(501, modified="2026-11-19T06:00:00", refunds=refunds))
    other = a_connection(company, "Second store")
    line = Store().line("Towel", "50.00", sku="TOWEL", line_id=7)
    book(other, Store().order([line], order_id=77))
    return company


def _total(page: Page) -> Decimal:
    """The net total of the register, as it stands on the page."""
    net = page.get_by_role("row", name=re.compile("^Net")).get_by_role("cell").last
    return Decimal(net.inner_text().replace(",", ""))


def test_from_the_register_to_the_order_and_out_to_excel_and_paper(
    page: Page, site: str, booked: Company, tmp_path: Path
) -> None:
    page.goto(f"{site}/c/{booked.pk}/reports/{NOVEMBER}")
    page.get_by_role("navigation", name="Reports").get_by_text("Sales register").click()
    page.goto(f"{page.url}{NOVEMBER}")
    assert _total(page) == Decimal("1121.00")

    page.get_by_role("link", name="Main store").first.click()
    expect(page.get_by_role("link", name="Main store").first).to_have_class(re.compile("is-on"))
    assert _total(page) == Decimal("1062.00")

    with page.expect_download() as exported:
        page.get_by_role("link", name="Excel", exact=True).click()
    exported.value.save_as(tmp_path / "register.xlsx")
    rows = list(load_workbook(tmp_path / "register.xlsx")["Sales register"].values)
    assert Decimal(str(rows[-1][-1])) == _total(page)
    assert [row[1] for row in rows[1:-1]] == ["INV/26-27/00001", "CN/26-27/00001"]

    page.get_by_role("row", name=re.compile("^6109")).get_by_role("link").click()
    page.wait_for_url(re.compile("hsn=6109"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("INV/26-27/00001")

    paper = page.request.get(page.get_by_role("link", name="PDF").first.evaluate("a => a.href"))
    text = PdfReader(BytesIO(paper.body())).pages[0].extract_text()
    assert "INV/26-27/00001" in text
    assert "Rupees one thousand one hundred eighty only" in text

    page.get_by_role("link", name="Order #501").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order #501")


def test_documents_are_ticked_by_key_and_come_as_one_pdf(
    page: Page, site: str, booked: Company
) -> None:
    page.goto(f"{site}/c/{booked.pk}/day-book/{NOVEMBER}")
    ticked = page.get_by_role("button", name=re.compile("ticked"))
    expect(ticked).to_be_disabled()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(ticked).to_have_text(re.compile("PDF of 2 ticked"))
    page.get_by_label("Tick all on this page").check()
    expect(ticked).to_have_text(re.compile("PDF of 3 ticked"))
    with page.expect_response(re.compile(r"documents\.pdf")) as answer:
        ticked.click()
    assert answer.value.headers["content-type"] == "application/pdf"


def test_what_was_ticked_stays_ticked_when_a_voucher_arrives(
    page: Page, site: str, booked: Company, store: StoreConnection
) -> None:
    page.goto(f"{site}/c/{booked.pk}/day-book/{NOVEMBER}")
    page.get_by_label("Tick INV/26-27/00001").check()
    book(store, an_order(509))
    expect(page.get_by_role("link", name="INV/26-27/00003")).to_be_visible()
    expect(page.get_by_label("Tick INV/26-27/00001")).to_be_checked()
    expect(page.get_by_role("button", name=re.compile("1 ticked"))).to_be_enabled()


def test_a_long_pdf_is_watched_while_it_is_made(
    page: Page, site: str, booked: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.books.downloads.DOCUMENTS_AT_ONCE", 1)
    page.goto(f"{site}/c/{booked.pk}/day-book/{NOVEMBER}")
    page.get_by_role("button", name="PDF of all").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 documents")
    expect(page.get_by_role("progressbar")).to_be_visible()
    make_download(Download.objects.get().pk)
    expect(page.get_by_role("link", name="documents.pdf")).to_be_visible()
    file = page.request.get(page.get_by_role("link", name="documents.pdf").evaluate("a => a.href"))
    assert len(PdfReader(BytesIO(file.body())).pages) == 3


def test_without_javascript_reports_are_filtered_and_documents_ticked(
    chrome: Browser, site: str, owner: User, booked: Company
) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, site, owner.email)
    page.goto(f"{site}/c/{booked.pk}/reports/sales-register/{NOVEMBER}")
    page.get_by_role("link", name="Second store").first.click()
    assert _total(page) == Decimal("59.00")
    page.get_by_label("From", exact=True).fill("2026-11-30")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="No sale in this period")).to_be_visible()
    page.goto(f"{site}/c/{booked.pk}/reports/sales-register/{NOVEMBER}")
    page.get_by_label("Tick INV/26-27/00001").check()
    with page.expect_response(re.compile(r"documents\.pdf")) as answer:
        page.get_by_role("button", name="PDF of the ticked").click()
    assert answer.value.headers["content-type"] == "application/pdf"
    context.close()


def test_f2_and_the_pages_of_a_ledger_answer_to_keys(
    page: Page, site: str, booked: Company
) -> None:
    page.goto(f"{site}/c/{booked.pk}/reports/{NOVEMBER}")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name=re.compile("^Brought forward"))).to_be_visible()
    page.keyboard.press("F2")
    expect(page.get_by_label("From", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Trial balance")
    expect(page).to_have_url(re.compile("date_from=2026-11-01"))
