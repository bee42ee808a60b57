"""What the door answers, and what it keeps."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.db import connections
from pytest_django import Settings

from connections import lifecycle
from connections.models import Activity, StoreConnection
from sync.models import Delivery, Snapshot, Wakeup
from tests import deliveries, server
from tests.factories import a_company

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True)

ORDER = {
    "id": 501,
    "number": "501",
    "status": "processing",
    "currency": "INR",
    "date_created_gmt": "2026-11-18T06:00:00",
    "date_modified_gmt": "2026-11-18T06:00:00",
    "total": "118.00",
    "billing": {"first_name": "Asha", "last_name": "Rao", "state": "MH", "country": "IN"},
    "line_items": [{"id": 1, "name": "Shirt", "total": "100.00", "total_tax": "18.00"}],
}


@pytest.fixture
def connection() -> StoreConnection:
    return lifecycle.connect(a_company(), name="Main store")


@pytest.fixture
def store(connection: StoreConnection) -> deliveries.Store:
    return deliveries.Store(connection.pk, lifecycle.secret_of(connection))


def state(delivery: Delivery) -> tuple[str, str]:
    return delivery.state, delivery.reason_code


def test_a_signed_order_is_accepted_and_kept(store: deliveries.Store) -> None:
    assert store.send(ORDER) == (200, {"status": "accepted"})
    delivery = Delivery.objects.get()
    assert (delivery.order_id, delivery.state, delivery.topic) == (501, "received", "order.updated")
    assert delivery.snapshot is not None
    assert delivery.snapshot.payload["total"] == "118.00"
    assert not delivery.is_repeat


def test_a_secret_that_no_key_opens_is_our_fault_and_says_so(
    store: deliveries.Store, settings: Settings
) -> None:
    settings.VAULT_KEYS = [Fernet.generate_key().decode()]
    status, answer = store.send(ORDER)
    assert (status, answer["error"]["code"]) == (503, "sealed")
    assert not Delivery.objects.exists()


def test_the_same_content_is_one_snapshot_and_two_deliveries(store: deliveries.Store) -> None:
    store.send(ORDER)
    store.send(ORDER, topic="order.created")
    assert Snapshot.objects.count() == 1
    repeats = Delivery.objects.order_by("id").values_list("is_repeat", flat=True)
    assert list(repeats) == [False, True]


def test_the_plugins_time_of_reading_makes_no_other_content(store: deliveries.Store) -> None:
    store.send(ORDER | {"counterfoil": {"schema": 1, "built_at": "2026-11-18T06:00:01.000001"}})
    store.send(ORDER | {"counterfoil": {"schema": 1, "built_at": "2026-11-18T06:00:02.000001"}})
    snapshot = Snapshot.objects.get()
    assert snapshot.payload["counterfoil"]["built_at"] == "2026-11-18T06:00:01.000001"


@commits
def test_the_worker_is_woken_once_for_many_deliveries(
    store: deliveries.Store, connection: StoreConnection
) -> None:
    from django_q.models import OrmQ

    for number in range(5):
        store.send(ORDER | {"id": 501 + number})
    task = OrmQ.objects.get().task
    assert task["func"] == "sync.tasks.drain"
    assert task["args"] == (str(connection.pk),)
    assert Wakeup.objects.get().wake_requested


def test_fifty_orders_within_one_second_under_one_delivery_id_are_all_kept(
    store: deliveries.Store,
) -> None:
    for number in range(50):
        store.send(ORDER | {"id": 600 + number}, delivery_id="the-same")
    assert Snapshot.objects.count() == 50


@commits
def test_two_at_once_with_the_same_content_both_find_their_snapshot(
    store: deliveries.Store,
) -> None:
    start = threading.Barrier(6)
    answers: list[Any] = []

    def send() -> None:
        start.wait()
        answers.append(store.send(ORDER))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(200, {"status": "accepted"})] * 6
    assert Snapshot.objects.count() == 1
    assert Delivery.objects.filter(is_repeat=False, snapshot__isnull=False).count() == 1
    assert Delivery.objects.filter(is_repeat=True, snapshot__isnull=False).count() == 5


# Who is let in.


def test_recorded_deliveries_carry_right_signatures(connection: StoreConnection) -> None:
    company = connection.company
    shop = lifecycle.connect(company, name="Lab", secret=deliveries.SAMPLE_SECRET)
    store = deliveries.Store(shop.pk, deliveries.SAMPLE_SECRET)
    for name, recording in deliveries.samples().items():
        expected = "pong" if name == "special-ping" else "accepted"
        assert store.send_recorded(recording) == (200, {"status": expected}), name


@pytest.mark.parametrize("given", [None, "", "AAAA", "ä", "x" * 5000])
def test_a_missing_or_wrong_signature_is_refused(
    store: deliveries.Store, given: str | None
) -> None:
    status, answer = store.send(ORDER, HTTP_X_WC_WEBHOOK_SIGNATURE=given)
    assert (status, answer["error"]["code"]) == (401, "unauthentic")
    assert not Delivery.objects.exists()


def test_one_flipped_bit_is_refused(store: deliveries.Store) -> None:
    raw = json.dumps(ORDER).encode()
    flipped = bytes([raw[0], raw[1] ^ 1, *raw[2:]])
    signed = deliveries.signature(raw, store.secret)
    status, _ = store.send(flipped, HTTP_X_WC_WEBHOOK_SIGNATURE=signed)
    assert status == 401


def test_an_unsigned_ping_is_answered_and_nothing_is_kept(store: deliveries.Store) -> None:
    body = b"webhook_id=1"
    assert store.send(body, HTTP_X_WC_WEBHOOK_SIGNATURE=None) == (200, {"status": "pong"})
    assert not Delivery.objects.exists()


def test_other_unsigned_bodies_are_no_ping(store: deliveries.Store) -> None:
    for body in (b"webhook_id=", b"webhook_id=1&x=2", b"webhook_id=one", b""):
        assert store.send(body, HTTP_X_WC_WEBHOOK_SIGNATURE=None)[0] == 401


def test_an_unpaired_connection_refuses_until_it_is_resumed(
    store: deliveries.Store, connection: StoreConnection
) -> None:
    lifecycle.unpair(connection)
    assert store.send(ORDER)[0] == 401
    lifecycle.resume(connection)
    assert store.send(ORDER)[0] == 200


def test_a_deleted_connection_is_unknown(
    store: deliveries.Store, connection: StoreConnection
) -> None:
    lifecycle.delete(connection)
    assert store.send(ORDER)[0] == 404


def test_an_unknown_connection_and_other_paths_are_unknown(store: deliveries.Store) -> None:
    own = store.path
    for path in (
        f"/hooks/woocommerce/{uuid4()}",
        f"{own}/",
        f"{own}x",
        own[:-1] + "A",
        "/hooks/woocommerce/",
        "/hooks/other",
        f"/hooks//{own}",
    ):
        store.path = path
        assert store.send(ORDER)[0] == 404, path


def test_the_secret_before_the_last_is_good_until_its_day(
    store: deliveries.Store, connection: StoreConnection
) -> None:
    now = datetime.now(UTC)
    lifecycle.new_secret(connection, now=now)
    assert store.send(ORDER)[0] == 200
    StoreConnection.objects.update(previous_secret_until=now - timedelta(seconds=1))
    assert store.send(ORDER)[0] == 401
    store.secret = lifecycle.secret_of(connection)
    assert store.send(ORDER)[0] == 200


def test_another_stores_secret_does_not_open(
    store: deliveries.Store, connection: StoreConnection
) -> None:
    other = lifecycle.connect(connection.company, name="Other")
    store.secret = lifecycle.secret_of(other)
    assert store.send(ORDER)[0] == 401


# What is refused before it is read.


def test_only_post_is_answered(store: deliveries.Store) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        assert store.call(b"", {}, method=method)[0] == 405


def test_a_body_without_length_is_refused(store: deliveries.Store) -> None:
    assert store.send(ORDER, CONTENT_LENGTH=None)[0] == 411
    assert store.send(ORDER, CONTENT_LENGTH="")[0] == 411
    assert store.send(ORDER, CONTENT_LENGTH="-1")[0] == 411


def test_a_chunked_body_is_refused(store: deliveries.Store) -> None:
    assert store.send(ORDER, CONTENT_LENGTH=None, HTTP_TRANSFER_ENCODING="chunked")[0] == 411
    assert store.send(ORDER, HTTP_TRANSFER_ENCODING="chunked")[0] == 411


def test_more_than_a_mebibyte_is_refused_unread(store: deliveries.Store) -> None:
    class Unreadable:
        def read(self, _size: int) -> bytes:
            raise AssertionError("the body was read")

    environ = {"CONTENT_LENGTH": str(1024 * 1024 + 1), "wsgi.input": Unreadable()}
    assert store.call(b"", environ)[0] == 413  # type: ignore[arg-type]
    assert store.send({"id": 7, "note": "x" * (1024 * 1024 - 50)})[0] == 200


def test_other_addresses_go_on_to_django(store: deliveries.Store) -> None:
    assert store.call(b"", {}, path="/login/") == (200, b"django")


@commits
def test_without_the_database_the_store_is_told_to_come_again(store: deliveries.Store) -> None:
    settings = connections["default"].settings_dict
    connections["default"].close()
    port, host = settings["PORT"], settings["HOST"]
    settings["HOST"], settings["PORT"] = "127.0.0.1", "1"
    try:
        status, answer = store.send(ORDER)
    finally:
        settings["HOST"], settings["PORT"] = host, port
    assert (status, answer["error"]["code"]) == (503, "unavailable")
    assert store.send(ORDER)[0] == 200


def cut_all_connections() -> None:
    with server.server().connect("superuser", "postgres") as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (server.own_database(),),
        )


@commits
def test_a_database_connection_that_was_cut_is_replaced(store: deliveries.Store) -> None:
    assert store.send(ORDER)[0] == 200
    cut_all_connections()
    assert store.send(ORDER)[0] == 200


@commits
def test_a_whole_pool_that_was_cut_is_replaced(store: deliveries.Store) -> None:
    database = connections["default"]
    database.close()
    database.settings_dict["OPTIONS"]["pool"] = {"min_size": 4, "max_size": 4, "timeout": 10}
    try:
        assert store.send(ORDER)[0] == 200
        assert database.connection is None, "the door gives back what it borrowed"
        database.pool.wait()  # type: ignore[attr-defined]
        cut_all_connections()
        assert [store.send(ORDER)[0] for _ in range(6)] == [200] * 6
    finally:
        database.close()
        database.close_pool()  # type: ignore[attr-defined]
        del database.settings_dict["OPTIONS"]["pool"]


# What is authentic and no order.


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "unreadable"),
        (b"null", "no_order_id"),
        (b"[1]", "no_order_id"),
        (b'{"id":501,"total":NaN}', "unreadable"),
        (b'{"id":501,"total":-Infinity}', "unreadable"),
        (b'{"id":501', "unreadable"),
        (b'\xff{"id":501}', "unreadable"),
        (b"[" * 100_000, "unreadable"),
        (b'{"id":501,"meta_data":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001, "unreadable"),
        (b'{"status":"processing"}', "no_order_id"),
        (b'{"id":0}', "no_order_id"),
        (b'{"id":-5}', "no_order_id"),
        (b'{"id":true}', "no_order_id"),
        (b'{"id":1e400}', "no_order_id"),
        (b'{"id":' + b"9" * 5000 + b"}", "no_order_id"),
        (b'{"id":{"a":1}}', "no_order_id"),
    ],
)
def test_what_cannot_be_an_order_is_an_alarm(
    store: deliveries.Store, body: bytes, code: str
) -> None:
    assert store.send(body)[0] == 200
    delivery = Delivery.objects.get()
    assert state(delivery) == ("alarm", code)
    assert delivery.finished_at
    assert Activity.objects.filter(kind="alarm", status="failed", text=delivery.reason).exists()


def test_a_signed_error_is_an_alarm_that_names_it(store: deliveries.Store) -> None:
    body = {"code": "woocommerce_rest_cannot_view", "message": "No.", "data": {"status": 401}}
    assert store.send(body)[0] == 200
    delivery = Delivery.objects.get()
    assert state(delivery) == ("alarm", "store_error")
    assert "woocommerce_rest_cannot_view" in delivery.reason


def test_a_coupon_with_an_orders_id_is_no_order(store: deliveries.Store) -> None:
    assert store.send({"id": 501}, topic="coupon.deleted")[0] == 200
    assert state(Delivery.objects.get()) == ("ignored", "not_an_order")
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize(
    "topic", ["customer.created", "product.updated", "action.woocommerce_delete_order", "x"]
)
def test_other_resources_are_ignored_by_rule(store: deliveries.Store, topic: str) -> None:
    assert store.send({"id": 501}, topic=topic)[0] == 200
    assert state(Delivery.objects.get()) == ("ignored", "not_an_order")


def test_absurd_numbers_and_texts_are_kept_from_doing_harm(store: deliveries.Store) -> None:
    raw = json.dumps(ORDER)[:-1].encode() + (
        b',"discount_total":1e400,"total_tax":' + b"9" * 400_000 +
        b',"number":"a\\u0000b\\ud800c","refunds":[{"id":9,"total":-0.00}]}'
    )  # fmt: skip
    assert store.send(raw)[0] == 200
    payload = Snapshot.objects.get().payload
    assert payload["discount_total"] == "1e400"
    assert payload["number"] == "a\ufffdb\ufffdc"
    assert payload["refunds"] == [{"id": 9, "total": "-0.00"}]
    assert "total_tax" not in payload


# Deletions.


def test_a_deletion_is_known_by_topic_and_by_its_bare_body(store: deliveries.Store) -> None:
    store.send({"id": 501}, topic="order.deleted")
    store.send({"id": 501})
    store.send(ORDER | {"status": "trash"}, topic="order.deleted")
    kinds = Delivery.objects.order_by("id").values_list("snapshot__is_deletion", flat=True)
    assert list(kinds) == [True, False, False]


def test_the_plugin_says_that_an_order_is_missing(store: deliveries.Store) -> None:
    store.send({"id": 501, "counterfoil": {"missing": True}})
    assert Snapshot.objects.get().is_deletion


def test_trash_restore_trash_are_two_deletions(store: deliveries.Store) -> None:
    store.send({"id": 501}, topic="order.deleted", delivery_id="first")
    store.send(ORDER, topic="order.restored")
    store.send({"id": 501}, topic="order.deleted", delivery_id="second")
    store.send({"id": 501}, topic="order.deleted", delivery_id="second")
    repeats = Delivery.objects.order_by("id").values_list("is_repeat", flat=True)
    assert list(repeats) == [False, False, False, True]
