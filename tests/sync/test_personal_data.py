"""Nothing personal that the books have no use for is stored: in tables, in the queue or in logs."""

import json
import logging
from collections.abc import Iterator

import pytest
from django_q.models import OrmQ
from psycopg import sql

from connections import lifecycle
from connections.models import StoreConnection
from sync import pipeline
from sync.models import Delivery, Order
from tests import deliveries, server
from tests.canaries import CANARY, with_canaries
from tests.factories import a_company

CODES = ("currency", "country", "rate_percent")
"""Without these an order could not be booked, and nothing beyond the door would be tested."""


def dump() -> Iterator[tuple[str, str]]:
    """Every row of every table as text."""
    with server.server().connect("superuser", server.own_database()) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            query = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))
            for (row,) in connection.execute(query):
                yield table, row


@pytest.mark.django_db(transaction=True)
def test_no_canary_reaches_the_database_the_queue_or_the_logs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    connection = lifecycle.connect(a_company(), name="Main store")
    sent = send_with_canaries(connection)
    tasks = [str(task.task) for task in OrmQ.objects.all()]
    outcome = pipeline.drain(connection.pk)

    assert outcome.documents > 100
    assert Delivery.objects.count() == sent
    assert not Delivery.objects.filter(state="received").exists()
    assert tasks
    rows = dict.fromkeys(table for table, _ in dump())
    assert {"sync_snapshot", "ledger_voucher", "connections_activity"} <= rows.keys()
    assert [table for table, row in dump() if CANARY in row] == []
    assert CANARY not in "".join(tasks)
    assert CANARY not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_search_for_canaries_finds_one_that_is_there() -> None:
    a_company(name=f"Shop {CANARY}")
    assert "ledger_company" in [table for table, row in dump() if CANARY in row]


def send_with_canaries(connection: StoreConnection) -> int:
    """Send all recorded deliveries with canaries, signed anew; returns how many."""
    store = deliveries.Store(connection.pk, lifecycle.secret_of(connection))
    recordings = [*deliveries.corpus_deliveries(), *deliveries.samples().values()]
    count = 0
    for recording in recordings:
        headers = deliveries.headers_of(recording)
        if "x-wc-webhook-topic" not in headers:
            continue
        body = with_canaries(json.loads(deliveries.body_of(recording)), spared=CODES)
        topic = headers["x-wc-webhook-topic"]
        assert store.send(body, topic=topic, delivery_id=str(count))[0] == 200
        count += 1
    assert Order.objects.count() == 0
    return count
