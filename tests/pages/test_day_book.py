"""The day book: filters, paging, totals, CSV."""

import csv
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connections.models import StoreConnection
from ledger.models import Company
from sync.books import day_book
from tests.factories import a_sale, posted
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db

NOVEMBER = {"date_from": "2026-11-01", "date_to": "2026-11-30"}


def _numbers(browser: Client, company: Company, **query: Any) -> list[str]:
    answer = browser.get(reverse("day_book", args=[company.pk]), {**NOVEMBER, **query})
    return [row.voucher.number for row in answer.context["page"].rows]


def test_vouchers_stand_newest_first(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(501), an_order(502, created="2026-11-19T06:00:00"))
    assert _numbers(browser, company) == ["INV/26-27/00002", "INV/26-27/00001"]


def test_filters_by_type_store_and_flag(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    other = a_connection(company, "Other")
    book(store, an_order(501))
    book(store, an_order(501, refunds=[{"id": 9, "total": "-100.00"}]))
    book(other, an_order(501))
    assert len(_numbers(browser, company)) == 3
    assert _numbers(browser, company, type="credit_note") == ["CN/26-27/00001"]
    assert _numbers(browser, company, store=str(other.pk)) == ["INV/26-27/00002"]
    assert _numbers(browser, company, flag="allocated") == ["CN/26-27/00001"]
    assert _numbers(browser, company, flag="free_supply") == []


def test_the_store_of_another_company_filters_nothing_in(
    browser: Client, stranger: Client, company: Company
) -> None:
    theirs = a_connection(Company.objects.get(name="Stranger & Sons"))
    answer = browser.get(reverse("day_book", args=[company.pk]), {"store": str(theirs.pk)})
    assert "The filter cannot be read" in answer.content.decode()


def test_totals_are_of_all_pages(
    browser: Client, company: Company, store: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted(company, *[a_sale(key=f"store/{n}/sale/1") for n in range(day_book.PAGE_SIZE + 5)])
    answer = browser.get(reverse("day_book", args=[company.pk]), NOVEMBER)
    (sales,) = answer.context["totals"]
    assert sales.count == day_book.PAGE_SIZE + 5
    older = answer.context["older"]
    assert len(_numbers(browser, company, after=older)) == 5


def test_pages_neither_overlap_nor_leave_out(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    count = day_book.PAGE_SIZE + 5
    posted(company, *[a_sale(key=f"store/{n}/sale/1") for n in range(count)])
    first = _numbers(browser, company)
    answer = browser.get(reverse("day_book", args=[company.pk]), NOVEMBER)
    second = _numbers(browser, company, after=answer.context["older"])
    assert len({*first, *second}) == count


@pytest.mark.parametrize(
    "query",
    [
        {"date_from": "yesterday"},
        {"date_from": "2026-11-30", "date_to": "2026-11-01"},
        {"after": "nowhere"},
        {"type": "barter"},
        {"store": "x"},
    ],
)
def test_a_filter_that_makes_no_sense_is_said_so(
    browser: Client, company: Company, query: dict[str, str]
) -> None:
    answer = browser.get(reverse("day_book", args=[company.pk]), query)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_the_chosen_financial_year_decides_the_usual_period(
    browser: Client, company: Company
) -> None:
    browser.post(reverse("choose_year", args=[company.pk]), {"year": "25-26"})
    period = browser.get(reverse("day_book", args=[company.pk])).context["wanted"].period
    assert (period.first, period.last) == (date(2026, 3, 1), date(2026, 3, 31))


def test_a_year_that_is_none_is_refused(browser: Client, company: Company) -> None:
    answer = browser.post(reverse("choose_year", args=[company.pk]), {"year": "25-99"})
    assert answer.status_code == 400


def test_the_csv_holds_all_vouchers(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(501, "250000.00"))
    answer = browser.get(reverse("day_book_csv", args=[company.pk]), NOVEMBER)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, row = csv.reader(text.splitlines())
    line = dict(zip(head, row, strict=True))
    assert (line["Store"], line["Debit"], line["Credit"]) == ("Main store", "295000.00", "")


def test_a_buyers_name_is_no_formula(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    order = an_order()
    order["billing"]["first_name"] = '=HYPERLINK("http://evil.example")'
    book(store, order)
    answer = browser.get(reverse("day_book_csv", args=[company.pk]), NOVEMBER)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    row = list(csv.reader(text.splitlines()))[1]
    assert row[5].startswith("'=HYPERLINK")


def test_a_buyers_name_is_no_markup(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    order = an_order()
    order["billing"]["first_name"] = "<script>alert(1)</script>"
    book(store, order)
    page = browser.get(reverse("day_book", args=[company.pk]), NOVEMBER).content.decode()
    assert "<script>alert" not in page


def test_the_number_of_queries_does_not_grow(
    browser: Client,
    company: Company,
    store: StoreConnection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    book(store, *[an_order(500 + n) for n in range(20)])
    with django_assert_max_num_queries(11):
        browser.get(reverse("day_book", args=[company.pk]), NOVEMBER)
