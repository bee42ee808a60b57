"""The pages of one store: its list of orders, deliveries, and live activity."""

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import StoreConnection
from ledger.models import Company
from sync import paging
from sync.models import OrderDraft
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db


def _page(browser: Client, name: str, store: StoreConnection, query: str = "") -> str:
    address = reverse(name, args=[store.company_id, store.pk])
    return browser.get(f"{address}{query}").content.decode()


def test_the_list_shows_every_store_with_its_problems(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(501), an_order(502, currency="USD"))
    a_connection(company, "Second store")
    page = browser.get(reverse("stores", args=[company.pk])).content.decode()
    for text in ("Main store", "#502", "1 waiting", "Second store", "none yet"):
        assert text in page


def test_orders_are_filtered_by_state(browser: Client, store: StoreConnection) -> None:
    book(store, an_order(501), an_order(502, currency="USD"))
    waiting = _page(browser, "store_orders", store, "?state=waiting")
    assert "#502" in waiting
    assert "#501" not in waiting
    assert "No order in this state" in _page(browser, "store_orders", store, "?state=reversed")


def test_deliveries_are_filtered_by_how_they_ended(browser: Client, store: StoreConnection) -> None:
    book(store, an_order(501))
    assert "Replay" in _page(browser, "store_deliveries", store, "?state=booked")
    assert "No delivery ended like this" in _page(
        browser, "store_deliveries", store, "?state=alarm"
    )


def test_older_orders_stand_on_the_next_page(
    browser: Client, store: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PER_PAGE", 2)
    book(store, *[an_order(500 + n) for n in range(3)])
    first = _page(browser, "store_orders", store)
    assert "?before=501" in first
    assert "#500" in _page(browser, "store_orders", store, "?before=501")


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "²"])
def test_a_page_that_is_none_is_the_first(
    browser: Client, store: StoreConnection, before: str
) -> None:
    book(store, an_order(501))
    assert "#501" in _page(browser, "store_orders", store, f"?before={before}")


def test_the_activity_alone_is_sent_to_htmx_and_marks_what_is_new(
    browser: Client, store: StoreConnection
) -> None:
    address = reverse("store", args=[store.company_id, store.pk])
    book(store, an_order(501))
    seen = browser.get(address).context["seen"]
    part = {"HX-Request": "true"}
    assert browser.get(f"{address}?seen={seen}", headers=part).status_code == 204
    book(store, an_order(502))
    answer = browser.get(f"{address}?seen={seen}", headers=part).content.decode()
    assert "<html" not in answer
    assert answer.count("is-new") == 1
    assert "New order #502" in answer


def test_an_answer_that_comes_too_late_says_why(browser: Client, store: StoreConnection) -> None:
    """A draft that was posted by another person meanwhile."""
    book(store, an_order(status="on-hold"))
    draft = OrderDraft.objects.get()
    address = reverse("post_draft", args=[store.company_id, draft.draft_id])
    browser.post(address)
    from sync.models import Order

    Order.objects.update(state="booked")
    assert "is booked already" in browser.post(address, follow=True).content.decode()
