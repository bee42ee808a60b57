"""What the database itself refuses of deliveries, orders, and their ties to vouchers."""

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connections, transaction

from connections import lifecycle
from connections.models import StoreConnection
from ledger.models import Company, Voucher
from sync.models import Acceptance, Delivery, Order, OrderDocument, Snapshot
from tests import server
from tests.factories import NOW, a_company, a_sale, a_user, posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> StoreConnection:
    return lifecycle.connect(a_company(), name="Main store")


def a_snapshot(connection: StoreConnection, **changes: Any) -> Snapshot:
    facts = {"order_id": 501, "digest": b"x" * 32, "payload": {}, "first_seen_at": NOW, **changes}
    return Snapshot.objects.create(
        **{"company": connection.company, "connection": connection, **facts}
    )


def a_delivery(connection: StoreConnection, **changes: Any) -> Delivery:
    facts = {"company": connection.company, "connection": connection, "received_at": NOW}
    return Delivery.objects.create(**{**facts, "topic": "order.updated", **changes})


def an_order(connection: StoreConnection, snapshot: Snapshot, **changes: Any) -> Order:
    facts = {
        "company": connection.company,
        "connection": connection,
        "order_id": 501,
        "store_total": 0,
        "store_refunded": 0,
        "state": "booked",
        "snapshot": snapshot,
        "first_seen_at": NOW,
        "seen_at": NOW,
        "updated_at": NOW,
    }
    return Order.objects.create(**{**facts, **changes})


def a_document(
    connection: StoreConnection, sold_by: Company | None = None, **changes: Any
) -> OrderDocument:
    sale = posted(sold_by or connection.company, a_sale())[0]
    facts = {
        "company": connection.company,
        "connection": connection,
        "order_id": 501,
        "voucher_id": sale.id,
        "kind": "sale",
    }
    return OrderDocument.objects.create(**{**facts, **changes})


def test_a_content_stands_once_per_order(connection: StoreConnection) -> None:
    a_snapshot(connection)
    a_snapshot(connection, order_id=502)
    with pytest.raises(IntegrityError, match="snapshot_content_once"), transaction.atomic():
        a_snapshot(connection)


def test_rows_of_a_connection_are_of_its_company(connection: StoreConnection) -> None:
    stranger = a_company()
    snapshot = a_snapshot(connection)
    for make in (
        lambda: a_snapshot(connection, company=stranger, order_id=9),
        lambda: a_delivery(connection, company=stranger),
        lambda: an_order(connection, snapshot, company=stranger),
        lambda: a_document(connection, sold_by=stranger, company=stranger),
    ):
        with pytest.raises(IntegrityError, match="same_company"), transaction.atomic():
            make()


def test_an_order_points_to_vouchers_of_its_own_company(connection: StoreConnection) -> None:
    a_document(connection)
    with pytest.raises(IntegrityError, match="voucher_of_same_company"), transaction.atomic():
        a_document(connection, sold_by=a_company())


def test_a_voucher_belongs_to_one_order(connection: StoreConnection) -> None:
    document = a_document(connection)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderDocument.objects.create(
            company=connection.company,
            connection=connection,
            order_id=502,
            voucher_id=document.voucher_id,
            kind="sale",
        )


@pytest.mark.parametrize(("kind", "refund_id"), [("refund", None), ("sale", 7), ("gift", None)])
def test_a_document_names_its_refund_if_it_is_of_one(
    connection: StoreConnection, kind: str, refund_id: int | None
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_document(connection, kind=kind, refund_id=refund_id)


def an_answer(connection: StoreConnection) -> Acceptance:
    return Acceptance.objects.create(
        company=connection.company, connection=connection, order_id=501, code="currency",
        value={"rate": "80"}, user=a_user(), at=NOW,
    )  # fmt: skip


def test_what_waits_has_a_reason(connection: StoreConnection) -> None:
    snapshot = a_snapshot(connection)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_delivery(connection, state="waiting")
    with pytest.raises(IntegrityError), transaction.atomic():
        an_order(connection, snapshot, state="waiting")
    a_delivery(connection, state="waiting", reason="The state is unknown.")
    an_order(connection, snapshot, state="waiting", reason="The state is unknown.")


def test_there_is_no_other_way_for_a_delivery_to_end(connection: StoreConnection) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_delivery(connection, state="forgotten")


STATEMENTS = (
    "UPDATE sync_orderdocument SET order_id = 502",
    "DELETE FROM sync_orderdocument",
    "TRUNCATE sync_orderdocument",
    "UPDATE sync_acceptance SET value = '{}'",
    "DELETE FROM sync_acceptance",
    "TRUNCATE sync_acceptance",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_app_may_not_touch_what_ties_a_voucher_to_its_order_or_what_people_answered(
    connection: StoreConnection, statement: str
) -> None:
    a_document(connection)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_not_even_a_superuser_changes_it(connection: StoreConnection, statement: str) -> None:
    import psycopg

    a_document(connection)
    an_answer(connection)
    with (
        server.server().connect("superuser", server.own_database()) as owner,
        pytest.raises(psycopg.IntegrityError, match="never changed"),
    ):
        owner.execute(statement)
    assert OrderDocument.objects.get().order_id == 501
    assert Voucher.objects.count() == 1
    assert Acceptance.objects.get().value == {"rate": "80"}
