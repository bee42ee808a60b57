"""Reports as CSV and Excel: real numbers and dates, sums that agree, and never a formula."""

import csv
import zipfile
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from connections.models import StoreConnection
from ledger.models import Account, Company
from ledger.reports.supplies import Wanted
from ledger.reports.supply_sums import totals
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db

NOVEMBER = {"date_from": "2026-11-01", "date_to": "2026-11-30"}
REPORTS = ("day_book", "sales_register", "hsn_summary", "trial_balance", "profit_and_loss")
HOSTILE = (
    '=HYPERLINK("http://evil.example")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1",
    "=cmd|' /C calc'!A0", "#N/A", "a\x0bb", "“quoted”, 'and' more", "x" * 90,
)  # fmt: skip


def _content(browser: Client, company: Company, name: str, **query: str) -> bytes:
    address = reverse(name, args=[company.pk, *_account(company, name)])
    answer = browser.get(address, {**NOVEMBER, **query})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def _account(company: Company, name: str) -> list[int]:
    if not name.startswith("account"):
        return []
    return [Account.objects.get(company=company, key="output:CGST").pk]


def _book(browser: Client, company: Company, report: str, **query: str) -> Workbook:
    content = _content(browser, company, f"{report}_excel", **query)
    return load_workbook(BytesIO(content))


def _sheet(book: Workbook, name: str) -> Worksheet:
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def _rows(sheet: Worksheet) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def _lines(browser: Client, company: Company, report: str, **query: str) -> list[dict[str, str]]:
    text = _content(browser, company, f"{report}_csv", **query).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_the_sales_register_has_real_dates_and_numbers_and_its_totals(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    sheet = _sheet(_book(browser, company, "sales_register"), "Sales register")
    *rows, total = _rows(sheet)
    assert [(row["Number"], row["Store"], row["Type"]) for row in rows] == [
        ("INV/26-27/00001", "Main store", "Sales"),
        ("INV/26-27/00002", "Main store", "Sales"),
        ("CN/26-27/00001", "Main store", "Credit note"),
    ]
    assert rows[0]["Date"] == datetime(2026, 11, 18)  # noqa: DTZ001
    assert [row["Total"] for row in rows] == [1180, 210, -118]
    assert (rows[0]["18%"], rows[1]["5%"], rows[0]["5%"]) == (1000, 200, None)
    assert (total["Date"], total["Total"], total["18%"], total["5%"]) == ("Total", 1272, 900, 200)
    assert (total["CGST"], total["IGST"]) == (81, 10)


def test_the_totals_of_the_file_are_those_of_the_page(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    from datetime import date

    from ledger.periods import Period

    total = _rows(_sheet(_book(browser, company, "sales_register"), "Sales register"))[-1]
    wanted = Wanted(period=Period(date(2026, 11, 1), date(2026, 11, 30)))
    net = totals(company, wanted).net
    assert [Decimal(str(total[name])) for name in ("CGST", "SGST", "IGST", "Total")] == [
        net.cgst,
        net.sgst,
        net.igst,
        net.total,
    ]


def test_a_sheet_has_a_name_a_head_that_stays_and_formats(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    book = _book(browser, company, "sales_register")
    assert book.sheetnames == ["Sales register", "HSN summary"]
    sheet = _sheet(book, "Sales register")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:P4"
    assert (sheet["A2"].number_format, sheet["A2"].data_type) == ("dd mmm yyyy", "d")
    assert r"##\,##\,##0.00" in sheet["P2"].number_format
    assert sheet["A1"].font.b
    assert sheet.print_title_rows == "$1:$1"


def test_csv_and_excel_have_the_same_rows(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    for report in (*REPORTS, "account"):
        lines = _lines(browser, company, report)
        book = _book(browser, company, report)
        rows = _rows(_sheet(book, book.sheetnames[0]))
        assert len(lines) in (len(rows), len(rows) - 1), report  # but for the row of totals
        assert set(lines[0]) == set(rows[0])


@pytest.mark.parametrize("report", ["day_book", "sales_register", "account"])
def test_filters_hold_for_files_too(
    browser: Client, company: Company, busy: StoreConnection, report: str
) -> None:
    everything = _lines(browser, company, report)
    store = _lines(browser, company, report, store=str(busy.pk))
    assert store == everything
    narrow = _lines(browser, company, report, date_from="2026-11-19")
    assert 0 < len(narrow) < len(everything)


def test_the_trial_balance_file_balances(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    *rows, total = _rows(_sheet(_book(browser, company, "trial_balance"), "Trial balance"))
    assert total["Debits"] == total["Credits"] == sum(row["Debits"] or 0 for row in rows)
    assert total["Closing (Dr above zero)"] == 0


def test_the_profit_file_sums_groups_up(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    rows = _rows(_sheet(_book(browser, company, "profit_and_loss"), "Profit and loss"))
    assert (rows[-1]["Group"], rows[-1]["Nov 2026"], rows[-1]["Total"]) == (
        "Net profit",
        1100,
        1100,
    )
    gross = next(row for row in rows if row["Group"] == "Gross profit")
    assert gross["Total"] == 1100


def test_the_ledger_file_runs_on_from_what_was_brought_forward(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    lines = _lines(browser, company, "account", date_from="2026-11-19")
    assert [line["Balance (Dr above zero)"] for line in lines] == ["-90.00", "-81.00"]
    assert lines[0]["Number"] == "Brought forward"


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_a_formula(
    browser: Client, company: Company, store: StoreConnection, name: str
) -> None:
    order = an_order()
    order["billing"]["first_name"] = name
    order["number"] = name
    book(store, order)
    for report in ("day_book", "sales_register", "account"):
        content = _content(browser, company, f"{report}_excel")
        for sheet in zipfile.ZipFile(BytesIO(content)).namelist():
            if sheet.startswith("xl/worksheets/"):
                assert b"<f>" not in zipfile.ZipFile(BytesIO(content)).read(sheet)
        cells = [
            cell
            for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows(min_row=2)
            for cell in row
            if isinstance(cell.value, str)
        ]
        assert {cell.data_type for cell in cells} == {"s"}
        for line in _lines(browser, company, report):
            starts = {value[:1] for value in (line["Order"], line.get("Buyer", "")) if value}
            assert not starts & {"=", "+", "-", "@", "\t", "\r"}


def test_a_sheet_that_is_edited_keeps_suspect_text_as_text(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    order = an_order()
    order["billing"]["first_name"] = "=1+1"
    book(store, order)
    content = _content(browser, company, "day_book_excel")
    archive = zipfile.ZipFile(BytesIO(content))
    styles = archive.read("xl/styles.xml").decode()
    formats = styles.partition("<cellXfs")[2].partition("</cellXfs>")[0].split("<xf ")[1:]
    sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    cell = next(part for part in sheet.split("<c ") if "=1+1" in part)
    style = int(cell.partition('s="')[2].partition('"')[0])
    assert 'quotePrefix="1"' in formats[style]
    date_cell = next(part for part in sheet.split("<c ") if 'r="A2"' in part)
    assert 'quotePrefix="1"' not in formats[int(date_cell.partition('s="')[2].partition('"')[0])]


@pytest.mark.parametrize("report", [*REPORTS, "account"])
@pytest.mark.parametrize("kind", ["csv", "excel"])
def test_a_filter_that_cannot_be_read_is_refused(
    browser: Client, company: Company, store: StoreConnection, report: str, kind: str
) -> None:
    book(store, an_order())
    name = f"{report}_{kind}"
    address = reverse(name, args=[company.pk, *_account(company, name)])
    assert browser.get(address, {"date_from": "yesterday"}).status_code == 400


def test_a_file_is_named_by_report_and_period(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    answer = browser.get(reverse("sales_register_excel", args=[company.pk]), NOVEMBER)
    assert "sales-register-20261101-20261130.xlsx" in answer["Content-Disposition"]
    assert "spreadsheetml" in answer["Content-Type"]
    b"".join(answer.streaming_content)  # type: ignore[attr-defined]
