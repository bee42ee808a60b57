"""Sales register, profit and loss and trial balance on screen: filters, figures, the way down."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connections.models import StoreConnection
from ledger.models import Account, Company, Voucher
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db

NOVEMBER = {"date_from": "2026-11-01", "date_to": "2026-11-30"}
GSTIN = "29AAGCB7383J1Z4"


def _page(browser: Client, company: Company, **query: str) -> str:
    address = reverse("sales_register", args=[company.pk])
    return browser.get(address, {**NOVEMBER, **query}).content.decode()


def _numbers(page: str) -> list[str]:
    return re.findall(r'title="(?:Sales|Credit note|Debit note)">([A-Z]+/26-27/\d+)<', page)


def test_the_register_shows_rates_taxes_and_where_each_sale_came_from(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    page = _page(browser, company)
    assert _numbers(page) == ["INV/26-27/00001", "INV/26-27/00002", "CN/26-27/00001"]
    for text in ("1,180.00", "210.00", "Main store", GSTIN, "Less credit notes", "1,272.00"):
        assert text in page
    order = reverse("order", args=[company.pk, busy.pk, 501])
    assert order in page


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"type": "credit_note"}, ["CN/26-27/00001"]),
        ({"buyer": "registered"}, ["INV/26-27/00002"]),
        ({"buyer": "unregistered", "type": "sales"}, ["INV/26-27/00001"]),
        ({"hsn": "6109"}, ["INV/26-27/00001", "CN/26-27/00001"]),
        ({"hsn": "none"}, ["INV/26-27/00002"]),
        ({"rate": "taxable:5:1"}, ["INV/26-27/00002"]),
        ({"kind": "shipping"}, []),
        ({"date_from": "2026-11-19"}, ["CN/26-27/00001"]),
    ],
)
def test_filters_are_chips_that_can_be_taken_off(
    browser: Client, company: Company, busy: StoreConnection, query: dict[str, str],
    numbers: list[str],
) -> None:  # fmt: skip
    page = _page(browser, company, **query)
    assert _numbers(page) == numbers
    if set(query) & {"type", "buyer", "hsn", "rate", "kind"}:
        assert "chip is-on" in page


def test_the_store_is_a_filter_throughout(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    other = a_connection(company, "Other store")
    book(other, an_order(501, "50.00"))
    query = {**NOVEMBER, "store": str(other.pk)}
    register = browser.get(reverse("sales_register", args=[company.pk]), query)
    assert register.context["totals"].net.total == Decimal("59.00")
    balance = browser.get(reverse("reports", args=[company.pk]), query).context["balance"]
    assert balance.closing_sides == (Decimal("59.00"), Decimal("59.00"))
    profit = browser.get(reverse("profit_and_loss", args=[company.pk]), query).context["report"]
    assert profit.net_total == Decimal("50.00")
    account = Account.objects.get(company=company, key="output:CGST")
    ledger = browser.get(reverse("account", args=[company.pk, account.pk]), query)
    assert [row.source.connection.name for row in ledger.context["page"].rows] == ["Other store"]


def test_a_figure_leads_down_to_the_order(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    """HSN → its sales → the voucher → the order; and profit → ledger → voucher."""
    page = _page(browser, company)
    (hsn,) = re.findall(r'<tr data-href="(\?[^"]*hsn=6109[^"]*)"', page)
    address = reverse("sales_register", args=[company.pk])
    sales = browser.get(address + hsn.replace("&amp;", "&")).content.decode()
    assert _numbers(sales) == ["INV/26-27/00001", "CN/26-27/00001"]
    voucher = reverse("voucher", args=[company.pk, Voucher.objects.order_by("id")[0].pk])
    assert voucher in sales
    order = reverse("order", args=[company.pk, busy.pk, 501])
    assert order in browser.get(voucher).content.decode()
    report = reverse("profit_and_loss", args=[company.pk])
    profit = browser.get(report, NOVEMBER).content.decode()
    figure = re.search(r'href="([^"]+)">1,000\.00</a>', profit)
    assert figure is not None
    assert "INV/26-27/00001" in browser.get(figure[1].replace("&amp;", "&")).content.decode()


@pytest.mark.parametrize("name", ["sales_register", "profit_and_loss", "reports"])
@pytest.mark.parametrize(
    "query",
    [
        {"date_from": "x"},
        {"store": "x"},
        {"date_from": "2026-12-01", "date_to": "2026-11-01"},
    ],
)
def test_a_filter_that_makes_no_sense_is_said_so(
    browser: Client, company: Company, name: str, query: dict[str, str]
) -> None:
    answer = browser.get(reverse(name, args=[company.pk]), query)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [{"rate": "18"}, {"rate": "taxable:x:1"}, {"rate": "taxable:999:1"}, {"rate": "luck:1:1"},
     {"hsn": "0x10"}, {"kind": "gift"}, {"buyer": "me"}, {"after": "nowhere"}],
)  # fmt: skip
def test_a_part_that_is_none_is_refused(
    browser: Client, company: Company, query: dict[str, str]
) -> None:
    assert "The filter cannot be read" in _page(browser, company, **query)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sales_register", "No sale in this period"),
        ("profit_and_loss", "No income and no expense in this period"),
        ("reports", "Nothing was posted in this period"),
    ],
)
def test_an_empty_period_says_so(browser: Client, company: Company, name: str, words: str) -> None:
    assert words in browser.get(reverse(name, args=[company.pk])).content.decode()


def test_pages_neither_overlap_nor_leave_out(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, *[an_order(500 + n) for n in range(65)])
    first = browser.get(reverse("sales_register", args=[company.pk]), NOVEMBER)
    second = _page(browser, company, after=first.context["later"])
    numbers = _numbers(first.content.decode()) + _numbers(second)
    assert len(numbers) == len(set(numbers)) == 65


def test_profit_and_loss_opens_on_the_year_up_to_this_month(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    answer = browser.get(reverse("profit_and_loss", args=[company.pk]))
    labels = [column.label for column in answer.context["report"].columns]
    assert labels[0].startswith("Apr ")
    browser.post(reverse("choose_year", args=[company.pk]), {"year": "25-26"})
    old = browser.get(reverse("profit_and_loss", args=[company.pk]))
    assert len(old.context["report"].columns) == 12


def test_a_loss_is_an_amount_on_the_other_side(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    query = {"date_from": "2026-11-19", "date_to": "2026-11-30"}
    page = browser.get(reverse("profit_and_loss", args=[company.pk]), query).content.decode()
    assert "100.00 Dr" in page


@pytest.mark.parametrize(
    ("name", "most"),
    [("sales_register", 16), ("profit_and_loss", 9), ("reports", 9), ("account", 13)],
)
def test_the_number_of_queries_does_not_grow(
    browser: Client,
    company: Company,
    store: StoreConnection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str,
    most: int,
) -> None:
    book(store, *[an_order(500 + n) for n in range(20)])
    output = Account.objects.get(company=company, key="output:CGST").pk
    address = reverse(name, args=[company.pk, *([output] if name == "account" else [])])
    with django_assert_max_num_queries(most):
        browser.get(address, NOVEMBER)
