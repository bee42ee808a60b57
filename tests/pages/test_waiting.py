"""Orders that wait: their reasons, the forms that answer them, retry and replay."""

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import StoreConnection
from ledger.models import Company, Voucher
from sync.booking import pipeline
from sync.models import Acceptance, Delivery, Order
from tests.stores import an_order, book, deliver

pytestmark = pytest.mark.django_db


def _answer(browser: Client, store: StoreConnection, **data: str) -> str:
    order = Order.objects.get(connection=store)
    address = reverse("accept_order", args=[store.company_id, store.pk, order.order_id])
    answer = browser.post(address, {"snapshot": str(order.snapshot_id), **data}, follow=True)
    pipeline.drain(store.pk)
    return answer.content.decode()


def _queue(browser: Client, store: StoreConnection, query: str = "") -> str:
    address = reverse("store_waiting", args=[store.company_id, store.pk])
    return browser.get(f"{address}{query}").content.decode()


def test_an_empty_queue_says_so(browser: Client, store: StoreConnection) -> None:
    assert "Nothing waits" in _queue(browser, store)


def test_the_queue_shows_the_reason_and_the_form(browser: Client, store: StoreConnection) -> None:
    book(store, an_order(currency="USD"))
    page = _queue(browser, store)
    assert "The order is in USD, the books are in INR" in page
    assert "Book at this rate" in page


def test_an_exchange_rate_books_the_order(browser: Client, store: StoreConnection) -> None:
    book(store, an_order(currency="USD", value="100.00"))
    _answer(browser, store, rate="83.25")
    voucher = Voucher.objects.get()
    assert str(voucher.total) == "9823.50"
    assert voucher.original_currency == "USD"


def test_a_state_books_the_order(browser: Client, store: StoreConnection) -> None:
    order = an_order()
    order["shipping"] = order["billing"] = {"country": "IN", "state": "Pondy East"}
    book(store, order)
    _answer(browser, store, state="34")
    assert Voucher.objects.get().place_of_supply == "34"


def test_a_difference_is_booked_as_charged(browser: Client, store: StoreConnection) -> None:
    book(store, an_order(total="1184.00"))
    assert "Book the tax as charged" in _queue(browser, store)
    _answer(browser, store)
    voucher = Voucher.objects.get()
    assert (str(voucher.total), voucher.flags) == ("1184.00", ["tax_as_charged", "unmapped_sku"])


def test_an_answer_to_an_older_snapshot_is_refused(browser: Client, store: StoreConnection) -> None:
    book(store, an_order(currency="USD"))
    seen = Order.objects.get().snapshot_id
    book(store, an_order(currency="USD", value="2000.00", modified="2026-11-19T06:00:00"))
    page = _answer(browser, store, rate="83.25", snapshot=str(seen))
    assert "has changed meanwhile" in page
    assert not Acceptance.objects.exists()


@pytest.mark.parametrize("rate", ["", "0", "-1", "NaN", "abc"])
def test_a_senseless_rate_is_refused(browser: Client, store: StoreConnection, rate: str) -> None:
    book(store, an_order(currency="USD"))
    assert "please look again" in _answer(browser, store, rate=rate)
    assert not Acceptance.objects.exists()


def test_an_order_that_does_not_wait_takes_no_answer(
    browser: Client, store: StoreConnection
) -> None:
    book(store, an_order())
    assert "please look again" in _answer(browser, store)


def test_retrying_one_and_all_of_a_reason(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(501, currency="USD"), an_order(502, currency="USD"))
    address = reverse("retry_orders", args=[company.pk, store.pk])
    one = browser.post(address, {"order_id": "501"}, follow=True)
    assert "1 order is tried again." in one.content.decode()
    both = browser.post(address, {"reason_code": "currency"}, follow=True)
    assert "2 orders are tried again." in both.content.decode()
    neither = browser.post(address, {}, follow=True)
    assert "nothing was tried again" in neither.content.decode()


def test_a_filter_by_reason_offers_to_retry_all(browser: Client, store: StoreConnection) -> None:
    book(store, an_order(currency="USD"))
    assert "Retry all of these" in _queue(browser, store, "?reason=currency")
    assert "Nothing waits" in _queue(browser, store, "?reason=sku")


def test_a_delivery_that_cannot_be_read_is_listed_and_leads_to_its_deliveries(
    browser: Client, store: StoreConnection
) -> None:
    broken = an_order(777)
    del broken["date_created_gmt"], broken["date_modified_gmt"]
    book(store, broken)
    assert "The order cannot be read" in _queue(browser, store)
    order = reverse("order", args=[store.company_id, store.pk, 777])
    assert browser.get(order, follow=True).status_code == 200


def test_replaying_books_nothing_twice(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order())
    address = reverse("replay_delivery", args=[company.pk, store.pk])
    browser.post(address, {"delivery": str(Delivery.objects.get().pk)})
    pipeline.drain(store.pk)
    assert Delivery.objects.count() == 2
    assert Voucher.objects.count() == 1


def test_a_delivery_of_another_store_is_not_replayed(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    from tests.stores import a_connection

    other = a_connection(company, "Other")
    deliver(other, an_order())
    address = reverse("replay_delivery", args=[company.pk, store.pk])
    answer = browser.post(address, {"delivery": str(Delivery.objects.get().pk)}, follow=True)
    assert "There is no such delivery" in answer.content.decode()
    assert Delivery.objects.count() == 1


def test_a_reason_that_no_database_holds_finds_nothing(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    page = reverse("store_waiting", args=[company.pk, store.pk])
    assert browser.get(page, {"reason": "sku\x00"}).status_code == 200
