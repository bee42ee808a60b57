"""Connecting a store, its secret, its options, and parting from it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connections import lifecycle
from connections.models import PostAs, Status, StoreConnection
from ledger.models import Company, Membership, Role
from sync.forms import OptionsForm
from sync.models import Order
from tests.factories import a_user
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db


def _connect(browser: Client, company: Company, name: str = "Shop") -> StoreConnection:
    answer = browser.post(
        reverse("connect_store", args=[company.pk]), {"platform": "woocommerce", "name": name}
    )
    connection = StoreConnection.objects.get(name=name)
    assert answer["Location"] == reverse("store", args=[company.pk, connection.pk])
    return connection


def test_the_secret_of_a_new_store_is_shown_once(browser: Client, company: Company) -> None:
    connection = _connect(browser, company)
    page = reverse("store", args=[company.pk, connection.pk])
    secret = lifecycle.secret_of(connection)
    first = browser.get(page).content.decode()
    assert secret in first
    assert f"/hooks/woocommerce/{connection.pk}" in first
    assert secret not in browser.get(page).content.decode()


def test_the_secret_is_not_kept_in_the_session(browser: Client, company: Company) -> None:
    connection = _connect(browser, company)
    assert lifecycle.secret_of(connection) not in str(dict(browser.session))


def test_a_live_part_does_not_use_up_the_secret(browser: Client, company: Company) -> None:
    connection = _connect(browser, company)
    page = reverse("store", args=[company.pk, connection.pk])
    browser.get(page, headers={"HX-Request": "true"})
    assert lifecycle.secret_of(connection) in browser.get(page).content.decode()


def test_the_page_promises_no_retries_of_woocommerce(browser: Client, company: Company) -> None:
    connection = _connect(browser, company)
    page = browser.get(reverse("store", args=[company.pk, connection.pk])).content.decode()
    assert "WooCommerce sends each event once. It does not repeat" in page
    for topic in ("Order created", "Order updated", "Order deleted", "Order restored"):
        assert topic in page


def test_a_store_without_a_name_is_not_connected(browser: Client, company: Company) -> None:
    answer = browser.post(
        reverse("connect_store", args=[company.pk]), {"platform": "woocommerce", "name": " "}
    )
    assert "This field is required" in answer.content.decode()
    assert not StoreConnection.objects.exists()


def test_a_new_secret_is_shown_and_differs(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    old = lifecycle.secret_of(store)
    browser.post(reverse("new_secret", args=[company.pk, store.pk]))
    page = browser.get(reverse("store", args=[company.pk, store.pk])).content.decode()
    store.refresh_from_db()
    new = lifecycle.secret_of(store)
    assert new != old
    assert new in page


def test_unpairing_and_pairing_again(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    browser.post(reverse("unpair_store", args=[company.pk, store.pk]))
    store.refresh_from_db()
    assert store.status == Status.UNPAIRED
    page = browser.get(reverse("store", args=[company.pk, store.pk])).content.decode()
    assert "Pair again" in page
    browser.post(reverse("resume_store", args=[company.pk, store.pk]))
    store.refresh_from_db()
    assert store.status == Status.ACTIVE


def test_unpairing_twice_says_why_nothing_happened(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    address = reverse("unpair_store", args=[company.pk, store.pk])
    browser.post(address)
    answer = browser.post(address, follow=True)
    assert "Main store is unpaired and cannot become Unpaired." in answer.content.decode()


def test_deleting_asks_for_the_name(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    address = reverse("delete_store", args=[company.pk, store.pk])
    browser.post(address, {"name": "another"})
    store.refresh_from_db()
    assert store.status == Status.ACTIVE
    browser.post(address, {"name": "Main store"})
    store.refresh_from_db()
    assert store.status == Status.DELETED
    assert browser.get(reverse("store", args=[company.pk, store.pk])).status_code == 404


def test_only_an_owner_deletes(company: Company, store: StoreConnection) -> None:
    accountant = a_user("accountant")
    Membership.objects.create(company=company, user=accountant, role=Role.ACCOUNTANT)
    client = Client()
    client.force_login(accountant)
    answer = client.post(
        reverse("delete_store", args=[company.pk, store.pk]), {"name": "Main store"}
    )
    assert answer.status_code == 403
    options = client.get(reverse("store_options", args=[company.pk, store.pk])).content.decode()
    assert "Delete for good" not in options


def _options(**changed: str) -> dict[str, str]:
    return {
        "name": "Main store",
        "is_enabled": "on",
        "post_as": "sale",
        "unmapped_sku": "post",
        "bare_refund": "spread",
        "gstin_fields": "",
        **changed,
    }


def test_only_what_differs_from_the_defaults_is_kept(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    chosen = {"status:on-hold": "post", "status:processing": "post", "post_as": "draft"}
    browser.post(reverse("store_options", args=[company.pk, store.pk]), _options(**chosen))
    store.refresh_from_db()
    assert store.status_mapping == {"on-hold": "post"}
    assert store.post_as == PostAs.DRAFT


def test_options_leave_alone_what_changed_meanwhile(store: StoreConnection) -> None:
    form = OptionsForm(_options(post_as="draft"), instance=StoreConnection.objects.get(pk=store.pk))
    secret = lifecycle.new_secret(store, now=timezone.now())
    lifecycle.unpair(store)
    assert form.is_valid()
    form.save()
    found = StoreConnection.objects.get(pk=store.pk)
    assert (found.post_as, found.status) == (PostAs.DRAFT, Status.UNPAIRED)
    assert lifecycle.secret_of(found) == secret


def test_a_mapped_status_books(browser: Client, company: Company, store: StoreConnection) -> None:
    browser.post(
        reverse("store_options", args=[company.pk, store.pk]),
        _options(**{"status:on-hold": "post"}),
    )
    book(store, an_order(status="on-hold"))
    assert Order.objects.get().state == "booked"


def test_a_shops_own_status_can_be_mapped(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(status="in-the-kiln"))
    page = browser.get(reverse("store_options", args=[company.pk, store.pk])).content.decode()
    assert 'name="status:in-the-kiln"' in page


def test_gstin_fields_are_a_list(browser: Client, company: Company, store: StoreConnection) -> None:
    browser.post(
        reverse("store_options", args=[company.pk, store.pk]),
        _options(gstin_fields="_billing_gstin, gst_no"),
    )
    store.refresh_from_db()
    assert store.gstin_fields == ["_billing_gstin", "gst_no"]
