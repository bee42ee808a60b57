"""Contact details: kept where the merchant switched that on, dropped at the door elsewhere."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connections.lifecycle import secret_of
from connections.models import StoreConnection
from ledger.models import Company, Voucher
from sync.booking import pipeline
from sync.booking.inbox import Envelope, Recipient, put_all
from sync.core.minimise import minimise
from sync.core.parse import parse_order
from sync.models import Snapshot
from tests import deliveries
from tests.canaries import CANARY, texts, with_canaries
from tests.factories import NOW
from tests.stores import a_connection, an_order
from tests.sync.core.test_minimise import recorded_orders

pytestmark = pytest.mark.django_db

CONTACT = {
    "billing": ("company", "address_1", "address_2", "city", "postcode", "email", "phone"),
    "shipping": (
        "first_name", "last_name", "company", "address_1", "address_2", "city", "postcode", "phone",
    ),
}  # fmt: skip


def with_contact(order: dict[str, Any]) -> dict[str, Any]:
    """The order with a canary of its own in each contact field, and in places that are none."""
    parts = {
        part: {**order.get(part, {}), **{name: f"{CANARY}-{part}-{name}" for name in names}}
        for part, names in CONTACT.items()
    }
    parts["billing"] |= {"address_3": f"{CANARY}-no", "fax": f"{CANARY}-no"}
    parts["shipping"] |= {"email": f"{CANARY}-no", "note": f"{CANARY}-no"}
    return {**order, **parts, "customer_note": f"{CANARY}-no"}


EXPECTED = {f"{CANARY}-{part}-{name}" for part, names in CONTACT.items() for name in names}


def canaries_in(value: object) -> set[str]:
    return {text for text in texts(value) if CANARY in text}


def test_switched_on_the_contact_fields_are_kept_and_nothing_else() -> None:
    order = with_contact(an_order())
    kept = minimise(order, shares_contact=True)
    assert canaries_in(kept) == EXPECTED
    assert minimise(kept, shares_contact=True) == kept


def test_switched_off_none_is_kept() -> None:
    assert canaries_in(minimise(with_contact(an_order()))) == set()


def test_switched_on_nothing_else_of_a_recorded_order_gets_through() -> None:
    for order in recorded_orders():
        kept = minimise(with_canaries(order), shares_contact=True)
        for part, names in CONTACT.items():
            for name in names:
                kept.get(part, {}).pop(name, None)
        assert CANARY not in json.dumps(kept)


def test_an_object_in_the_place_of_a_contact_detail_is_dropped() -> None:
    order = {"id": 1, "billing": {"phone": {"a": CANARY}, "city": [CANARY], "email": 5}}
    assert minimise(order, shares_contact=True) == {"id": 1, "billing": {}}


def test_recorded_orders_read_the_same_with_and_without() -> None:
    for recorded in recorded_orders():
        if "line_items" in recorded:
            order = with_contact(recorded)
            plain, full = minimise(order), minimise(order, shares_contact=True)
            assert parse_order(full) == parse_order(plain)


Send = Callable[[StoreConnection, dict[str, Any]], object]


def by_the_door(connection: StoreConnection, order: dict[str, Any]) -> None:
    assert deliveries.Store(connection.pk, secret_of(connection)).send(order)[0] == 200


def by_a_pull(connection: StoreConnection, order: dict[str, Any]) -> None:
    put_all(Recipient.of(connection), Envelope(NOW, "poll"), [order])


def kept_of(connection: StoreConnection, send: Send) -> set[str]:
    connection.refresh_from_db()
    send(connection, with_contact(an_order()))
    return canaries_in(Snapshot.objects.get(connection=connection).payload)


@pytest.mark.parametrize("send", [by_the_door, by_a_pull])
def test_whatever_way_an_order_comes_the_switch_decides(
    main_store: StoreConnection, company: Company, send: Send
) -> None:
    assert kept_of(main_store, send) == set()
    other = a_connection(company, "Shares")
    StoreConnection.objects.filter(pk=other.pk).update(share_contact_details=True)
    assert kept_of(other, send) == EXPECTED


def vouchers_of(connection: StoreConnection) -> Iterator[tuple[object, ...]]:
    found = Voucher.objects.filter(order_document__connection=connection).order_by("id")
    for voucher in found:
        entries = sorted(voucher.entries.values_list("debit", "credit"))
        yield voucher.type, voucher.total, voucher.buyer_name, voucher.buyer_gstin, entries


def test_the_books_are_the_same_with_and_without(
    main_store: StoreConnection, company: Company
) -> None:
    sharing = a_connection(company, "Shares")
    StoreConnection.objects.filter(pk=sharing.pk).update(share_contact_details=True)
    for connection in (main_store, sharing):
        connection.refresh_from_db()
        for number in (501, 502):
            by_the_door(connection, with_contact(an_order(number, state="KA")))
        pipeline.drain(connection.pk, patient=True)
    assert list(vouchers_of(main_store)) == list(vouchers_of(sharing))
    assert len(list(vouchers_of(sharing))) == 2
