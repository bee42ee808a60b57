"""Home: figures, health, and what needs a person."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from connections.models import StoreConnection
from ledger.models import Company, Item
from ledger.periods import today_in
from sync.models import Heartbeat
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db


def _just_now() -> str:
    return (timezone.now() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S")


def _home(browser: Client, company: Company, **headers: Any) -> str:
    return browser.get(f"/c/{company.pk}/", headers=headers).content.decode()


def test_a_company_without_stores_is_told_what_to_do_next(
    browser: Client, company: Company
) -> None:
    assert "Connect your WooCommerce store" in _home(browser, company)


def test_sales_refunds_and_tax_of_the_month(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    now = _just_now()
    book(store, an_order(501, "100000.00", created=now))
    book(store, an_order(501, "100000.00", created=now, refunds=[{"id": 9, "total": "-1180.00"}]))
    answer = browser.get(f"/c/{company.pk}/")
    month = answer.context["business"].month
    assert (month.sales, month.refunds) == (Decimal("118000.00"), Decimal("1180.00"))
    assert month.tax == Decimal("17820.00")
    assert "₹1,18,000.00" in answer.content.decode()


def test_the_chart_ends_today(browser: Client, company: Company, store: StoreConnection) -> None:
    book(store, an_order(created=_just_now()))
    bars = browser.get(f"/c/{company.pk}/").context["chart"].bars
    assert bars[-1].day == today_in(company, timezone.now())
    assert [bar.day for bar in bars if bar.height] == [bars[-1].day]


def test_waiting_orders_are_named_with_their_reason(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(501, currency="USD"), an_order(502, currency="EUR"))
    home = _home(browser, company)
    assert "Another currency: 2 orders of Main store wait" in home
    assert f"/c/{company.pk}/stores/{store.pk}/waiting/?reason=currency" in home


def test_a_store_that_was_never_heard_of_is_named(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    assert "Nothing was heard from Main store yet" in _home(browser, company)


def test_a_silent_worker_is_named_and_a_living_one_is_not(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    assert "The worker is silent" in _home(browser, company)
    Heartbeat.objects.create(name="worker", at=timezone.now())
    assert "The worker is silent" not in _home(browser, company)


def test_nothing_to_do_is_said(browser: Client, company: Company, store: StoreConnection) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())
    Item.objects.create(company=company, sku="SHIRT-B", name="Blue shirt")
    book(store, an_order())
    assert "Nothing. Every order that was heard of is in the books" in _home(browser, company)


def test_unmapped_skus_need_somebody(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order())
    home = _home(browser, company)
    assert "1 SKU of Main store is not mapped" in home
    assert f"{reverse('store_skus', args=[company.pk, store.pk])}?show=unmapped" in home


def test_htmx_gets_the_part_alone_and_nothing_while_nothing_changed(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    part = browser.get(f"/c/{company.pk}/", headers={"HX-Request": "true"})
    assert next(each.name for each in part.templates) == "sync/_home.html"
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    again = f"/c/{company.pk}/?seen={part.context['seen']}"
    assert browser.get(again, headers={"HX-Request": "true"}).status_code == 204
    book(store, an_order(created=_just_now()))
    assert browser.get(again, headers={"HX-Request": "true"}).status_code == 200


def test_the_number_of_queries_does_not_grow(
    browser: Client,
    company: Company,
    store: StoreConnection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    book(store, *[an_order(500 + n) for n in range(8)])
    browser.get(f"/c/{company.pk}/")
    with django_assert_max_num_queries(14):
        browser.get(f"/c/{company.pk}/")


def test_a_new_company_is_led_through_its_first_steps(browser: Client, company: Company) -> None:
    home = _home(browser, company)
    for name in ("document_details", "connect_store", "members"):
        assert f'href="{reverse(name, args=[company.pk])}"' in home
    assert "What comes next" in home


def test_a_viewer_of_a_new_company_is_shown_no_button_that_is_not_for_viewers(
    viewer: Client, company: Company
) -> None:
    home = _home(viewer, company)
    steps = home[home.index("What comes next") :]
    assert f'href="{reverse("connect_store", args=[company.pk])}"' not in steps
    assert f'href="{reverse("enter_voucher", args=[company.pk, "journal"])}"' not in steps


def test_the_chart_is_a_table_too(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(501, "2000.00", created=_just_now()))
    home = _home(browser, company)
    table = home[home.index("As a table") :]
    today = today_in(company, timezone.now()).isoformat()
    assert f"?date_from={today}&amp;date_to={today}" in table
    assert "₹2,360.00" in table


def test_the_strip_says_when_a_store_was_polled(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    assert "<dt>Last polled</dt><dd>never</dd>" in _home(browser, company)
    StoreConnection.objects.filter(pk=store.pk).update(last_polled_at=timezone.now())
    assert "<dt>Last polled</dt><dd>never</dd>" not in _home(browser, company)


def test_refunds_and_tax_of_today_stand_beside_those_of_the_month(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    now = _just_now()
    book(store, an_order(501, "1000.00", created=now))
    book(store, an_order(501, "1000.00", created=now, refunds=[{"id": 9, "total": "-118.00"}]))
    home = _home(browser, company)
    assert "today ₹118.00" in home
    assert "today ₹162.00" in home
