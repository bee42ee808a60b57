"""An accountant's month, from the first look to the lock, all of it through the pages.

A store sold last month: an order with a refund, one of ten SKUs that no item has, and three that
wait. The figures beside each step were worked out by hand.
"""

import re
import urllib.request
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from connections import lifecycle
from connections.models import BareRefund, StoreConnection
from ledger.models import Company, Voucher
from sync.models import Order, OrderState
from tests.orders import Json, Store
from tests.stores import an_order, book, signed
from tests.sync.skus.files import items
from tests.sync.test_answers import two_lines

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST_OPEN = date.today().replace(day=1)  # noqa: DTZ011 -- any day of this month will do
MONTH_END = FIRST_OPEN - timedelta(days=1)
MONTH = f"?date_from={MONTH_END.replace(day=1)}&date_to={MONTH_END}"
SOLD = f"{MONTH_END.replace(day=10)}T06:00:00"
REFUNDED = MONTH_END.replace(day=20)
TEN = [f"WEB-{n:02}" for n in range(1, 11)]


@pytest.fixture
def books(company: Company, store: StoreConnection) -> StoreConnection:
    """501 sold for 1,180.00 and took 118.00 back; 502 has ten SKUs, 1,180.00; 503 to 505 wait."""
    items(company, *(f"BOOK-{n:02}" for n in range(1, 11)), hsn="4901")
    store.bare_refund = BareRefund.WAIT
    store.save()
    lines = Store()
    ten = [lines.line(f"Book {sku}", "100", sku=sku, line_id=n) for n, sku in enumerate(TEN, 1)]
    book(
        store,
        an_order(501, created=SOLD),
        lines.order(ten, order_id=502, created=SOLD),
        two_lines(order_id=503, created=SOLD, refunds=[_refund(19, "236", REFUNDED)]),
        an_order(504, value="100.00", currency="USD", created=SOLD),
        an_order(505, total="1190.00", created=SOLD),
    )
    given_back = an_order(
        501, created=SOLD, modified=_later(10), refunds=[_refund(9, "118", REFUNDED)]
    )
    StoreConnection.objects.filter(pk=store.pk).update(bare_refund=BareRefund.SPREAD)
    book(store, given_back)
    StoreConnection.objects.filter(pk=store.pk).update(bare_refund=BareRefund.WAIT)
    return store


def _later(days: int) -> str:
    return f"{MONTH_END.replace(day=10 + days)}T06:00:00"


def _refund(refund_id: int, amount: str, day: date | None = None) -> Json:
    at = {"date_created_gmt": f"{day}T06:00:00"} if day else {}
    return {"id": refund_id, "total": f"-{amount}.00", **at}


def _written(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def test_an_accountants_month(
    page: Page, site: str, company: Company, books: StoreConnection, tmp_path: Path
) -> None:
    home = f"{site}/c/{company.pk}/"
    page.goto(home)
    _an_order_is_found_and_explains_its_voucher(page)
    _three_waiting_orders_are_solved(page, f"{home}waiting/")
    _ten_skus_are_mapped(page, f"{home}stores/{books.pk}/skus/", tmp_path)
    _a_pay_out_is_entered(page, home)
    _an_invoice_is_printed(page, home)
    _the_register_goes_to_excel(page, home, tmp_path)
    _the_month_is_locked(page, home)
    _a_late_refund_lands_on_the_first_open_day(page, site, home, books)


def _an_order_is_found_and_explains_its_voucher(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("501")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("501")
    page.get_by_role("link", name="CN/", exact=False).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CN/")
    expect(page.get_by_role("main")).to_contain_text("100.00")  # 118.00 less 18 %
    page.get_by_role("link", name=re.compile("^INV.")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("INV/")
    expect(page.get_by_role("main")).to_contain_text("1,180.00")


def _three_waiting_orders_are_solved(page: Page, queue: str) -> None:
    page.goto(queue)
    page.get_by_label("Lamp").fill("236.00")
    page.get_by_role("button", name="Book this allocation").click()
    expect(page.get_by_text("The order goes on with your answer").first).to_be_visible()
    page.goto(queue)
    page.get_by_label("Exchange rate").fill("80")
    page.get_by_role("button", name="Book at this rate").click()
    expect(page.get_by_text("The exchange rate is 80.", exact=True)).to_be_visible()
    page.goto(queue)
    page.get_by_role("button", name="Book the tax as charged").click()
    expect(page.get_by_text("at a total of 1190.00").first).to_be_visible()
    page.goto(queue)
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    assert not Order.objects.filter(state=OrderState.WAITING).exists()
    nets = dict(Order.objects.values_list("order_id", "net_booked"))
    assert nets == {
        501: Decimal("1062.00"),  # 1,180.00 less 118.00
        502: Decimal("1180.00"),
        503: Decimal("1364.00"),  # 1,600.00 less 236.00
        504: Decimal("9440.00"),  # 118 dollars at 80
        505: Decimal("1190.00"),
    }


def _ten_skus_are_mapped(page: Page, skus: str, folder: Path) -> None:
    file = folder / "skus.csv"
    rows = ["Store SKU,Item SKU", *(f"{sku},BOOK-{sku[-2:]}" for sku in TEN)]
    file.write_text("\r\n".join(rows), encoding="utf-8")
    page.goto(skus)
    page.get_by_role("link", name="Bulk import via CSV").click()
    page.get_by_label("CSV file").set_input_files(str(file))
    page.get_by_role("button", name="Upload and preview").click()
    page.get_by_role("button", name="Apply 10 rows").click()
    expect(page.get_by_text("10 SKUs mapped")).to_be_visible()


def _a_pay_out_is_entered(page: Page, home: str) -> None:
    page.goto(f"{home}day-book/")
    page.keyboard.press("F6")
    expect(page.get_by_role("heading", level=1)).to_have_text("New receipt")
    expect(page.locator("#id_row-0-amount")).to_be_focused()
    for key in ("1,062.00", "Enter", "c", "Enter", "main st", "Enter"):
        press = page.keyboard.press if key in ("Enter", "c") else page.keyboard.type
        press(key)
    expect(page.locator("[data-sums]")).to_contain_text("Balanced")
    page.get_by_label("Date").fill(MONTH_END.isoformat())
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="is posted")).to_contain_text("₹1,062.00")


def _an_invoice_is_printed(page: Page, home: str) -> None:
    page.goto(f"{home}day-book/{MONTH}")
    page.get_by_role("link", name=re.compile("^INV.26-27.00001$")).first.click()
    paper = page.request.get(page.get_by_role("link", name="PDF").first.evaluate("a => a.href"))
    text = PdfReader(BytesIO(paper.body())).pages[0].extract_text()
    assert "Rupees one thousand one hundred eighty only" in text


def _the_register_goes_to_excel(page: Page, home: str, folder: Path) -> None:
    page.goto(f"{home}reports/sales-register/{MONTH}")
    with page.expect_download() as exported:
        page.get_by_role("link", name="Excel").first.click()
    exported.value.save_as(folder / "register.xlsx")
    rows = list(load_workbook(folder / "register.xlsx")["Sales register"].values)
    # 1,062.00 + 1,180.00 + 1,364.00 + 9,440.00 + 1,190.00
    assert Decimal(str(rows[-1][-1])) == Decimal("14236.00")
    assert len(rows) == 1 + 7 + 1  # five sales, two credit notes


def _the_month_is_locked(page: Page, home: str) -> None:
    page.goto(f"{home}day-book/")
    page.get_by_role("link", name="all open").click()
    page.get_by_label("Lock up to").fill(MONTH_END.isoformat())
    page.get_by_label("Reason").fill("GSTR-1 filed")
    page.get_by_role("button", name="Lock the period").click()
    expect(page.get_by_role("region", name=f"Locked until {_written(MONTH_END)}")).to_be_visible()


def _a_late_refund_lands_on_the_first_open_day(
    page: Page, site: str, home: str, store: StoreConnection
) -> None:
    StoreConnection.objects.filter(pk=store.pk).update(bare_refund=BareRefund.SPREAD)
    refunds = [_refund(9, "118", REFUNDED), _refund(10, "59", REFUNDED)]
    order = an_order(501, created=SOLD, modified=f"{FIRST_OPEN}T06:00:00", refunds=refunds)
    body, headers = signed(lifecycle.secret_of(store), order, "order.updated")
    request = urllib.request.Request(f"{site}/hooks/woocommerce/{store.pk}", body, headers)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.status == 200
    page.goto(f"{home}day-book/?date_from={FIRST_OPEN}&date_to={FIRST_OPEN}")
    note = page.get_by_role("row").filter(has_text="CN/")
    expect(note).to_contain_text("Locked period")
    page.reload()
    page.get_by_role("link", name="1 late").click()
    late = page.get_by_role("row").filter(has_text="CN/")
    for text in (_written(REFUNDED), _written(FIRST_OPEN), "#501", "59.00"):
        expect(late).to_contain_text(text)
    found = Voucher.objects.filter(type="credit_note").latest("id")
    assert (found.date, found.original_date) == (FIRST_OPEN, REFUNDED)
