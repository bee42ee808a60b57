"""A voucher shows the edits of what it rests on, an order its activity."""

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import StoreConnection
from ledger.models import Account, Company, Item, Voucher
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(company: Company, store: StoreConnection) -> Voucher:
    """A shirt, whose item was renamed after it was sold; a towel that nobody sold, too."""
    shirt = Item.objects.create(company=company, sku="SHIRT-B", name="Shirt")
    towel = Item.objects.create(company=company, sku="TOWEL", name="Towel")
    book(store, an_order())
    for item in (shirt, towel):
        item.name = f"{item.name}, renamed"
        item.save()
    return Voucher.objects.get()


def card(browser: Client, voucher: Voucher) -> str:
    page = browser.get(reverse("voucher", args=[voucher.company_id, voucher.pk])).content.decode()
    return page.partition('id="masters-title"')[2].partition("</section>")[0]


@pytest.mark.django_db(transaction=True)  # the log's times are those of transactions
def test_a_voucher_shows_the_edits_of_its_masters_and_of_no_others(
    browser: Client, sold: Voucher
) -> None:
    text = card(browser, sold)
    assert "Shirt, renamed" in text
    assert "since it was posted" in text
    assert "Towel" not in text
    assert " added " not in text
    item = Item.objects.get(sku="SHIRT-B")
    assert f"?record=ledger_item/{item.pk}" in text.replace("%2F", "/")


def test_accounts_and_store_count_as_well(
    browser: Client, company: Company, sold: Voucher, store: StoreConnection
) -> None:
    used = Account.objects.get(company=company, key="output:CGST")
    unused = Account.objects.get(company=company, key="output:IGST")
    for account in (used, unused):
        account.name = f"{account.name} renamed"
        account.save()
    store.name = "Renamed store"
    store.save()
    text = card(browser, sold)
    assert used.name in text
    assert unused.name not in text
    assert "Renamed store" in text


def test_the_edits_of_many_items_take_no_more_queries(
    browser: Client,
    company: Company,
    store: StoreConnection,
    sold: Voucher,
    django_assert_max_num_queries: object,
) -> None:
    address = reverse("voucher", args=[company.pk, sold.pk])
    browser.get(address)
    with django_assert_max_num_queries(32):  # type: ignore[operator]
        browser.get(address)


def test_an_order_shows_its_own_activity_and_leads_to_the_edits_of_its_store(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(501), an_order(502))
    page = browser.get(reverse("order", args=[company.pk, store.pk, 501])).content.decode()
    text = page.partition('id="activity-title"')[2].partition("</section>")[0]
    assert "New order #501" in text
    assert "#502" not in text
    assert Voucher.objects.get(reference="501").number in text
    assert f"?record=connections_storeconnection/{store.pk}" in text
    log = browser.get(
        reverse("edit_log", args=[company.pk]),
        {"record": f"connections_storeconnection/{store.pk}"},
    )
    assert log.status_code == 200
