"""`customer.*` deliveries: kept where contacts are shared, ignored by rule elsewhere."""

import json

import pytest
from django.db import connection as database

from connections.lifecycle import secret_of
from connections.models import Activity, StoreConnection
from sync.models import Customer, CustomerAccount, Delivery, Snapshot
from tests.customers import a_registered, an_order_of
from tests.deliveries import Store
from tests.stores import book

pytestmark = pytest.mark.django_db
UPDATED = "customer.updated"


@pytest.fixture
def shop(main_store: StoreConnection) -> StoreConnection:
    """A store that shares contact details."""
    main_store.share_contact_details = True
    main_store.save(update_fields=["share_contact_details"])
    return main_store


@pytest.fixture
def store(shop: StoreConnection) -> Store:
    """It calls the door."""
    return Store(shop.pk, secret_of(shop))


def ends() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("id").values_list("state", "reason_code"))


def everything_kept() -> str:
    """All that stands in the tables of stores and orders, as text."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relkind = 'r' AND relname ~ '^(sync|connections|django_q)_'"
        )
        rows = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT "{table}"::text FROM "{table}"')
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows)


def test_a_customer_becomes_a_contact(store: Store) -> None:
    assert store.send(a_registered(), topic="customer.created") == (200, {"status": "accepted"})
    known = Customer.objects.get()
    assert (known.email, known.name, known.phone) == (
        "meera@example.in",
        "Meera Nair",
        "9800000017",
    )
    assert known.billing["city"] == "Kochi"
    assert CustomerAccount.objects.get().customer == known
    assert ends() == [("ignored", "customer_kept")]
    assert "canary" not in everything_kept()


def test_the_delivery_and_the_activity_name_nobody(store: Store) -> None:
    store.send(a_registered(), topic=UPDATED)
    said = [Delivery.objects.get().reason, *Activity.objects.values_list("text", flat=True)]
    assert "Customer account 17: contact created." in said
    assert not any("eera" in text or "@" in text for text in said)


def test_the_buyer_of_an_order_and_the_registered_customer_are_one(
    shop: StoreConnection, store: Store
) -> None:
    book(shop, an_order_of("MEERA@example.in"))
    store.send(a_registered(), topic=UPDATED)
    known = Customer.objects.get()
    assert (known.orders.count(), known.accounts.count()) == (1, 1)


def test_an_older_word_does_not_overwrite_a_newer_one(store: Store) -> None:
    store.send(a_registered(first_name="Mira"), topic=UPDATED)
    old = a_registered(first_name="Old", date_modified_gmt="2026-11-19T05:00:00")
    store.send(old, topic=UPDATED, delivery_id="d2")
    assert Customer.objects.get().name == "Mira Nair"


def test_the_same_delivery_again_changes_nothing(store: Store) -> None:
    for _ in range(2):
        store.send(a_registered(), topic=UPDATED)
    assert (Customer.objects.count(), CustomerAccount.objects.count()) == (1, 1)


def test_an_account_that_changes_its_address_moves_to_the_other_contact(store: Store) -> None:
    store.send(a_registered(), topic=UPDATED)
    store.send(a_registered(email="lata@example.in"), topic=UPDATED, delivery_id="d2")
    assert CustomerAccount.objects.get().customer.email == "lata@example.in"
    assert Customer.objects.count() == 2


def test_a_deleted_account_leaves_the_contact(store: Store) -> None:
    store.send(a_registered(), topic=UPDATED)
    store.send({"id": 17}, topic="customer.deleted", delivery_id="d2")
    assert CustomerAccount.objects.get().is_deleted
    assert Customer.objects.exists()
    assert ends()[-1] == ("ignored", "customer_deleted")


def test_the_deletion_of_a_customer_is_none_of_an_order(
    shop: StoreConnection, store: Store
) -> None:
    book(shop, an_order_of("meera@example.in", 17))
    store.send({"id": 17}, topic="customer.deleted")
    assert Snapshot.objects.filter(is_deletion=True).count() == 0
    assert "nothing was known of it" in Delivery.objects.order_by("-id")[0].reason


def test_a_store_that_shares_nothing_leaves_nothing_here(
    shop: StoreConnection, store: Store
) -> None:
    shop.share_contact_details = False
    shop.save(update_fields=["share_contact_details"])
    assert store.send(a_registered(), topic=UPDATED)[0] == 200
    assert ends() == [("ignored", "not_an_order")]
    assert "shares no contact details" in Delivery.objects.get().reason
    kept = everything_kept()
    assert not any(word in kept for word in ("eera", "Nair", "98000", "Kochi", "canary"))


@pytest.mark.parametrize(
    ("body", "end"),
    [
        (b"{", ("alarm", "unreadable")),
        (json.dumps({"id": -1}).encode(), ("alarm", "no_customer_id")),
        (json.dumps({"id": 17, "email": ""}).encode(), ("ignored", "customer_without_email")),
        (
            json.dumps(a_registered(email="x" * 5000)).encode(),
            ("ignored", "customer_without_email"),
        ),
    ],
)
def test_what_is_no_customer_is_answered_and_told(
    store: Store, body: bytes, end: tuple[str, str]
) -> None:
    assert store.send(body, topic=UPDATED)[0] == 200
    assert ends() == [end]
    assert not Customer.objects.exists()


def test_a_wrong_signature_keeps_nothing(store: Store) -> None:
    store.secret = "wrong"
    assert store.send(a_registered(), topic=UPDATED)[0] == 401
    assert not Customer.objects.exists()
    assert not Delivery.objects.exists()
