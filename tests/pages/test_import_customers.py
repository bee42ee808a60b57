"""Import, tab Customers: what is in the way, who is there, whom to keep, what became of them."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import StoreConnection
from ledger.models import Company
from sync.asking import customer_looks
from sync.models import Customer, CustomerLook
from tests import pulled
from tests.customers import a_registered
from tests.fakes.store import FakeStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Iterator[FakeStore]:
    """A store with sixty registered customers."""
    with pulled.a_store() as there:
        there.house.customers = [a_registered(n, f"c{n}@example.in") for n in range(1, 61)]
        yield there


@pytest.fixture
def shop(there: FakeStore, company: Company) -> StoreConnection:
    """Its connection, which shares contact details."""
    shop = pulled.connected_to(there, company)
    shop.share_contact_details = True
    shop.save(update_fields=["share_contact_details"])
    return shop


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def get(client: Client, shop: StoreConnection, query: str = "") -> str:
    address = reverse("store_customers", args=[shop.company_id, shop.pk])
    return text_of(client.get(address + query).content.decode())


def post(client: Client, name: str, shop: StoreConnection, *ids: int, **sent: object) -> str:
    address = reverse(name, args=[shop.company_id, shop.pk, *ids])
    return text_of(client.post(address, sent, follow=True).content.decode())


def looked(browser: Client, shop: StoreConnection) -> CustomerLook:
    post(browser, "look_at_customers", shop)
    look = CustomerLook.objects.get()
    assert customer_looks.run(look).is_done
    return look


def test_while_the_worker_asks_the_page_says_so(browser: Client, shop: StoreConnection) -> None:
    assert "Ask the store" in get(browser, shop)
    page = post(browser, "look_at_customers", shop)
    assert "0 customers so far. You may leave this page" in page
    assert "worker is silent" in page


def test_the_ticked_are_kept_and_the_result_is_told(browser: Client, shop: StoreConnection) -> None:
    look = looked(browser, shop)
    page = get(browser, shop)
    assert "60 customers." in page
    assert "Import all 60" in page
    page = post(browser, "keep_customers", shop, look.pk, customer=["3", "4", "x"])
    assert "Customers: 2 processed, 2 created, 0 updated, 0 skipped, 0 failed." in page
    assert "Created 2" in page
    assert Customer.objects.count() == 2
    assert get(browser, shop, "?outcome=created").count("@example.in") == 2


def test_all_are_kept_by_one_button(browser: Client, shop: StoreConnection) -> None:
    look = looked(browser, shop)
    post(browser, "keep_customers", shop, look.pk, everything="1")
    assert Customer.objects.count() == 60


def test_nobody_ticked_is_said(browser: Client, shop: StoreConnection) -> None:
    look = looked(browser, shop)
    assert "Choose the customers to import." in post(browser, "keep_customers", shop, look.pk)


def test_it_is_cancelled(browser: Client, shop: StoreConnection) -> None:
    post(browser, "look_at_customers", shop)
    look = CustomerLook.objects.get()
    assert "Cancelled" in post(browser, "cancel_customer_look", shop, look.pk)
    assert "over already" in post(browser, "cancel_customer_look", shop, look.pk)
    assert "it is over" in post(browser, "resume_customer_look", shop, look.pk)


def test_a_store_that_shares_nothing_says_what_to_switch_on(
    browser: Client, shop: StoreConnection
) -> None:
    StoreConnection.objects.update(share_contact_details=False)
    page = get(browser, shop)
    assert "Switch on “Keep buyers’ contact details” in its Options." in page
    assert "Ask the store" not in page
    assert "shares no contact details" in post(browser, "look_at_customers", shop)


def test_a_store_without_keys_says_what_is_missing(browser: Client, shop: StoreConnection) -> None:
    StoreConnection.objects.update(consumer_key="", consumer_secret="")
    assert "The plugin sends no customers. Enter REST keys" in get(browser, shop)


def test_who_may_not_import_customers_is_not_led_there(
    viewer: Client, shop: StoreConnection
) -> None:
    address = reverse("store_customers", args=[shop.company_id, shop.pk])
    assert viewer.get(address).status_code == 403
    shown = viewer.get(reverse("store_import", args=[shop.company_id, shop.pk]))
    assert address not in shown.content.decode()
