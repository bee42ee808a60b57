"""The list of orders as CSV and Excel, with the page's filter."""

import csv
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from connections.models import StoreConnection
from ledger.models import Company
from sync.books import downloads
from sync.models import Download
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db


def rows_of(content: bytes) -> Iterator[tuple[Any, ...]]:
    """The rows of the first sheet."""
    return load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)


@pytest.fixture
def orders(company: Company, store: StoreConnection) -> StoreConnection:
    """501 booked and partly refunded, 502 waits for a rate of exchange, 503 is another store's."""
    book(store, an_order(501), an_order(502, currency="USD"))
    refunds = [{"id": 9, "total": "-118.00"}]
    book(store, an_order(501, modified="2026-11-19T06:00:00", refunds=refunds))
    book(a_connection(company, "Other store"), an_order(503, status="on-hold"))
    return store


def as_csv(browser: Client, company: Company, **query: str) -> list[dict[str, str]]:
    answer = browser.get(reverse("all_orders_csv", args=[company.pk]), query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return [row for row in csv.DictReader(StringIO(text)) if row["Order"].isdecimal()]


def test_every_order_is_in_the_file_with_state_and_reason(
    browser: Client, company: Company, orders: StoreConnection
) -> None:
    rows = {row["Order"]: row for row in as_csv(browser, company)}
    assert set(rows) == {"501", "502", "503"}
    assert rows["501"]["In the books"] == "Booked"
    assert (rows["501"]["Store total"], rows["501"]["Net booked"]) == ("1180.00", "1062.00")
    assert rows["501"]["Refunded in the store"] == "118.00"
    assert rows["502"]["Waits for"] == "Another currency"
    assert rows["502"]["Why"].startswith("The order is in USD")
    assert rows["502"]["Currency"] == "USD"
    assert rows["503"]["Store"] == "Other store"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"state": "waiting"}, ["502"]),
        ({"q": "503"}, ["503"]),
        ({"date_from": "2027-01-01"}, []),
        ({"date_to": "2027-01-01", "state": "booked"}, ["501"]),
    ],
)
def test_the_filter_of_the_page_holds(
    browser: Client,
    company: Company,
    orders: StoreConnection,
    query: dict[str, str],
    numbers: list[str],
) -> None:
    assert [row["Order"] for row in as_csv(browser, company, **query)] == numbers


def test_the_page_hands_its_filter_to_the_files(
    browser: Client, company: Company, orders: StoreConnection
) -> None:
    page = browser.get(reverse("all_orders", args=[company.pk]) + "?state=waiting")
    text = page.content.decode()
    for name in ("all_orders_csv", "all_orders_excel"):
        assert f'{reverse(name, args=[company.pk])}?state=waiting"' in text


def test_excel_has_real_days_and_amounts(
    browser: Client, company: Company, orders: StoreConnection
) -> None:
    answer = browser.get(reverse("all_orders_excel", args=[company.pk]), {"q": "501"})
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    head, row, *_ = rows_of(content)
    facts = dict(zip(head, row, strict=True))
    assert isinstance(facts["Placed"], datetime)
    assert Decimal(str(facts["Net booked"])) == Decimal(1062)
    assert "orders.xlsx" in answer["Content-Disposition"]


@pytest.mark.parametrize("query", [{"state": "waiting"}, {"date_from": "2026-11-01"}])
def test_a_long_list_is_made_by_the_worker_with_the_same_filter(
    browser: Client,
    company: Company,
    orders: StoreConnection,
    query: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(downloads, "ROWS_AT_ONCE", 0)
    answer = browser.get(reverse("all_orders_excel", args=[company.pk]), query)
    assert answer.status_code == 302
    own = Download.objects.get()
    downloads.make(own.pk)
    own.refresh_from_db()
    numbers = {str(row[0]) for row in rows_of(bytes(own.content or b"")) if str(row[0]).isdecimal()}
    assert numbers == ({"502"} if "state" in query else {"501", "502", "503"})


def test_a_filter_that_cannot_be_read_is_refused(browser: Client, company: Company) -> None:
    answer = browser.get(reverse("all_orders_csv", args=[company.pk]), {"state": "lost"})
    assert answer.status_code == 400
