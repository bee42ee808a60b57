"""What is kept of a delivery, and when the worker is woken."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction
from django_q.models import OrmQ
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connections import lifecycle
from connections.models import StoreConnection
from sync.booking.inbox import Envelope, Recipient, put, wake
from sync.models import Delivery, Lane, Snapshot, Wakeup
from tests import deliveries
from tests.factories import NOW, a_company

commits = pytest.mark.django_db(transaction=True)
ORDER = {"id": 501, "status": "processing", "total": "118.00"}


@pytest.fixture
def connection() -> StoreConnection:
    return lifecycle.connect(a_company(), name="Main store")


def at_once(count: int, work: Callable[[], None]) -> None:
    """Run the same in several threads that start together."""
    start = threading.Barrier(count)

    def run() -> None:
        start.wait()
        work()
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@commits
def test_the_worker_is_woken_only_when_the_delivery_can_be_seen(
    connection: StoreConnection,
) -> None:
    with transaction.atomic():
        put(Recipient.of(connection), Envelope(NOW, "order.updated"), ORDER)
        assert not OrmQ.objects.exists()
    assert OrmQ.objects.count() == 1


@commits
def test_what_is_rolled_back_leaves_no_task(connection: StoreConnection) -> None:
    with transaction.atomic():
        put(Recipient.of(connection), Envelope(NOW, "order.updated"), ORDER)
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()
    assert not OrmQ.objects.exists()


@commits
def test_many_at_once_wake_one_worker(connection: StoreConnection) -> None:
    for _ in range(3):
        at_once(8, lambda: wake(connection.pk))
        assert OrmQ.objects.count() == 1
        OrmQ.objects.all().delete()
        Wakeup.objects.update(wake_requested=False)


@commits
def test_a_drain_that_has_begun_is_followed_by_another(connection: StoreConnection) -> None:
    wake(connection.pk)
    Wakeup.objects.update(wake_requested=False)
    wake(connection.pk)
    assert OrmQ.objects.count() == 2


@commits
def test_stores_wake_their_own_workers(connection: StoreConnection) -> None:
    other = lifecycle.connect(connection.company, name="Other")
    wake(connection.pk)
    wake(other.pk)
    assert {task.task["args"] for task in OrmQ.objects.all()} == {
        (str(connection.pk),),
        (str(other.pk),),
    }


@pytest.mark.django_db
def test_pulled_orders_come_in_as_they_were_decoded(connection: StoreConnection) -> None:
    recipient = Recipient.of(connection)
    put(recipient, Envelope(NOW, "poll", lane=Lane.BACKFILL), ORDER | {"customer_note": "secret"})
    put(recipient, Envelope(NOW, "order.updated"), json.dumps(ORDER).encode())
    first, second = Delivery.objects.order_by("id")
    assert (first.lane, second.lane) == (Lane.BACKFILL, Lane.LIVE)
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert Snapshot.objects.get().payload == ORDER


@pytest.mark.django_db
def test_one_content_of_two_stores_is_two_snapshots(connection: StoreConnection) -> None:
    other = lifecycle.connect(connection.company, name="Other")
    for each in (connection, other):
        put(Recipient.of(each), Envelope(NOW, "order.updated"), ORDER)
    assert list(Delivery.objects.values_list("is_repeat", flat=True)) == [False, False]


@pytest.mark.django_db
def test_a_connections_own_gstin_field_counts(connection: StoreConnection) -> None:
    connection.gstin_fields = ["their_field"]
    meta = [{"key": "their_field", "value": "24AAACC1206D1ZM"}]
    put(Recipient.of(connection), Envelope(NOW, "order.updated"), ORDER | {"meta_data": meta})
    assert Snapshot.objects.get().payload["buyer_gstin"] == "24AAACC1206D1ZM"


@pytest.mark.django_db
def test_every_recorded_delivery_is_kept(connection: StoreConnection) -> None:
    recipient = Recipient.of(connection)
    for recording in deliveries.corpus_deliveries():
        headers = deliveries.headers_of(recording)
        envelope = Envelope(
            NOW,
            headers["x-wc-webhook-topic"],
            headers["x-wc-webhook-resource"],
            headers["x-wc-webhook-delivery-id"],
        )
        put(recipient, envelope, deliveries.body_of(recording))
    assert Delivery.objects.filter(state="received").count() == 663
    assert Snapshot.objects.values("order_id").distinct().count() == 171


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = ("number", "status", "total", "billing", "line_items", "refunds", "counterfoil", "code")


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4),
    order_id=st.integers(-5, 2**70) | JSON,
    topic=st.text(max_size=80),
)
def test_whatever_a_store_sends_is_kept_or_refused_by_rule(
    connection: StoreConnection, fields: dict[str, Any], order_id: Any, topic: str
) -> None:
    before = Delivery.objects.count()
    body = json.dumps({"id": order_id, **fields}).encode()
    put(Recipient.of(connection), Envelope(NOW, topic), body)
    assert Delivery.objects.count() == before + 1
    assert Delivery.objects.latest("id").state in ("received", "alarm")
