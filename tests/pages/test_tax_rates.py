"""Mapping a store's tax rates on screen."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connections.models import StoreConnection
from ledger.models import Company, User
from tests.london import a_london_company, a_london_order
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db

LAMP = (1, "100.00", {11: "20.00"})


@pytest.fixture
def london(owner: User) -> StoreConnection:
    """The owner's store in London, with one order."""
    store = a_connection(a_london_company(owner), "London")
    book(store, a_london_order([LAMP]))
    return store


def _address(store: StoreConnection) -> str:
    return reverse("store_taxes", args=[store.company_id, store.pk])


def test_rates_are_shown_with_the_account_they_lead_to(
    browser: Client, london: StoreConnection
) -> None:
    page = browser.get(_address(london)).content.decode()
    for text in ("VAT", "20%", "#501", "Output VAT"):
        assert text in page
    options = browser.get(reverse("store_options", args=[london.company_id, london.pk]))
    assert _address(london) in options.content.decode()


def test_a_name_is_saved_and_its_account_told(browser: Client, london: StoreConnection) -> None:
    answer = browser.post(_address(london), {"rate:11": "  UK VAT "}, follow=True)
    page = answer.content.decode()
    assert StoreConnection.objects.get(pk=london.pk).tax_mapping == {"11": "UK VAT"}
    assert "Output UK VAT, opened at first use" in page
    assert 'value="UK VAT"' in page


@pytest.mark.parametrize(("name", "why"), [("igst", "a tax of India"), ("x" * 41, "at most 40")])
def test_a_name_that_does_not_fit_is_refused(
    browser: Client, london: StoreConnection, name: str, why: str
) -> None:
    page = browser.post(_address(london), {"rate:11": name}).content.decode()
    assert why in page
    assert StoreConnection.objects.get(pk=london.pk).tax_mapping == {}


def test_in_india_a_kind_of_tax_is_chosen(browser: Client, store: StoreConnection) -> None:
    book(store, an_order(501))
    page = browser.get(_address(store)).content.decode()
    assert "How the tax is split is the law’s" in page
    browser.post(_address(store), {"rate:1801": "CGST", "rate:1802": ""})
    store.refresh_from_db()
    assert store.tax_mapping == {"1801": "CGST"}
    page = browser.post(_address(store), {"rate:1801": "VAT"}).content.decode()
    assert "Nothing was saved yet" in page


def test_a_store_without_taxes_says_so(browser: Client, store: StoreConnection) -> None:
    assert "No tax rate seen yet" in browser.get(_address(store)).content.decode()


def test_a_label_is_no_markup(browser: Client, london: StoreConnection) -> None:
    order = a_london_order([LAMP], order_id=502, rates={11: ("<script>alert(1)</script>", "20")})
    book(london, order)
    assert "<script>alert" not in browser.get(_address(london)).content.decode()


def test_the_number_of_queries_does_not_grow(
    browser: Client,
    london: StoreConnection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    rates = {rate_id: (f"Tax {rate_id}", "1") for rate_id in range(100, 130)}
    taxes = dict.fromkeys(rates, "1.00")
    book(london, a_london_order([(1, "100.00", taxes)], order_id=502, rates=rates))
    with django_assert_max_num_queries(15):
        browser.get(_address(london))


def test_a_viewer_may_not_map(viewer: Client, company: Company, store: StoreConnection) -> None:
    assert viewer.get(_address(store)).status_code == 403
    assert viewer.post(_address(store)).status_code == 403
