"""What a store tells beyond the allowed fields is nowhere afterwards: tables, queue, logs.

Every text of the recorded deliveries that is not expressly allowed becomes a canary of its own, and
more are put where the recording had nothing: notes, meta, refund reasons, coupons, unknown fields.
"""

import json
import logging
import os
import re
import secrets
import subprocess
from collections.abc import Iterable
from typing import Any

import pytest
from django_q.models import OrmQ

from config import cluster_folder
from connections.models import StoreConnection
from sync.booking import pipeline
from sync.models import Delivery, Snapshot
from tests import deliveries, server
from tests.corpus.recording import a_connection

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = re.compile(r"kanari[0-9a-f]{16}")

ALLOWED = re.compile(
    r"""
    id | number | status | currency | date_(created|modified|paid|completed)(_gmt)?
    | (billing|shipping)/(state|country) | billing/(first|last)_name
    | (.*/)?( total | total_tax | subtotal | subtotal_tax | amount | price )
    | discount_total | discount_tax | shipping_total | shipping_tax | cart_tax
    | line_items/(name|sku) | shipping_lines/method_title | fee_lines/name
    | tax_lines/(rate_code|label|tax_total|shipping_tax_total)
    """,
    re.VERBOSE,
)
"""The order's id, dates, status and amounts, the buyer's name and state, and the lines."""

HEADERS = ("HTTP_USER_AGENT", "HTTP_X_WC_WEBHOOK_SOURCE", "HTTP_X_FORWARDED_FOR", "HTTP_COOKIE")


class Cage:
    """Makes canaries and remembers them."""

    def __init__(self) -> None:
        self.canaries: set[str] = set()

    def canary(self) -> str:
        """A text that stands nowhere else."""
        made = f"kanari{secrets.token_hex(8)}"
        self.canaries.add(made)
        return made

    def filled(self, value: Any, path: tuple[str, ...] = ()) -> Any:
        """The JSON with a canary in each text whose path is not allowed."""
        if isinstance(value, dict):
            return {name: self.filled(part, (*path, name)) for name, part in value.items()}
        if isinstance(value, list):
            return [self.filled(part, path) for part in value]
        if isinstance(value, str) and not ALLOWED.fullmatch("/".join(path)):
            return self.canary()
        return value

    def order(self, order: dict[str, Any]) -> dict[str, Any]:
        """A recorded order, filled, and with canaries where it had no text at all."""
        filled: dict[str, Any] = self.filled(order)
        if "line_items" not in filled:
            return filled
        filled["customer_note"] = self.canary()
        filled["gift_message"] = {"to": self.canary(), self.canary(): [self.canary()]}
        filled["meta_data"] += [self._meta(), {"key": "_billing_gstin", "value": self.canary()}]
        filled["coupon_lines"].append({"id": 1, "code": self.canary(), "meta_data": [self._meta()]})
        for name in ("line_items", "shipping_lines", "fee_lines", "tax_lines", "refunds"):
            for part in filled[name]:
                part |= {"meta_data": [self._meta()], "reason": self.canary()}
        return filled

    def _meta(self) -> dict[str, Any]:
        value = {"nested": [self.canary()]}
        return {"id": 7, "key": self.canary(), "value": value, "display_value": self.canary()}

    def free_in(self, text: str) -> list[str]:
        """The canaries that escaped into a text."""
        return sorted(self.canaries & set(CANARY.findall(text)))


def send_recording(connection: StoreConnection, cage: Cage) -> int:
    """Send every recorded delivery with canaries, signed anew; returns how many."""
    store = deliveries.Store(connection.pk, deliveries.CORPUS_SECRET)
    count = 0
    for recording in deliveries.corpus_deliveries():
        given = deliveries.headers_of(recording)
        body = cage.order(json.loads(deliveries.body_of(recording)))
        status, answer = store.send(
            body,
            topic=given["x-wc-webhook-topic"],
            delivery_id=given["x-wc-webhook-delivery-id"],
            **{name: cage.canary() for name in HEADERS},
        )
        assert (status, answer) == (200, {"status": "accepted"})
        count += 1
    return count


def send_nonsense(connection: StoreConnection, cage: Cage) -> int:
    """Send what is no order, or one that cannot be booked: errors like to quote what they met."""
    store = deliveries.Store(connection.pk, deliveries.CORPUS_SECRET)
    error = {"code": cage.canary(), "message": cage.canary(), "data": {"status": 404}}
    broken = f'{{"id": 5, "billing": "{cage.canary()}" '.encode()
    order = {
        "id": 77,
        "status": "processing",
        "currency": cage.canary(),
        "date_created_gmt": cage.canary(),
        "total": cage.canary(),
        "line_items": [{"id": cage.canary(), "quantity": cage.canary(), "total": cage.canary()}],
        "refunds": cage.canary(),
        "billing": [cage.canary()],
    }
    bodies: list[Any] = [error, broken, order, [cage.canary()], cage.canary()]
    for body in bodies:
        assert store.send(body)[0] == 200
    assert store.send({"id": 9, "email": cage.canary()}, topic="customer.updated")[0] == 200
    return len(bodies) + 1


def dumped() -> str:
    """The whole database of this test as SQL."""
    address = server.server().address("superuser", server.own_database())
    done = subprocess.run(
        [cluster_folder.programs() / "pg_dump", "--format=plain", "--inserts"],
        env={
            **os.environ,
            "PGHOST": address["HOST"],
            "PGUSER": address["USER"],
            "PGPASSWORD": address["PASSWORD"],
            "PGDATABASE": address["NAME"],
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def queued(tasks: Iterable[OrmQ]) -> str:
    """What stands in the queue, unpacked: its rows are pickles."""
    return "\n".join(repr(task.task) for task in tasks)


def test_no_canary_gets_beyond_the_door(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    cage = Cage()
    connection = a_connection()
    sent = send_recording(connection, cage) + send_nonsense(connection, cage)
    queue = queued(OrmQ.objects.all())
    outcome = pipeline.drain(connection.pk)

    assert outcome.documents > 150, "the recording was not booked"
    assert Delivery.objects.count() == sent
    assert str(connection.pk) in queue
    assert len(cage.canaries) > 20_000
    database_log = server.server().log.read_text(errors="replace")
    for text in (dumped(), queue, caplog.text, *capfd.readouterr(), database_log):
        assert cage.free_in(text) == []


def test_the_search_finds_a_canary_that_is_free() -> None:
    """The control: one is let into a snapshot, and the dump shows it."""
    cage = Cage()
    connection = a_connection()
    store = deliveries.Store(connection.pk, deliveries.CORPUS_SECRET)
    order = json.loads(deliveries.body_of(next(deliveries.corpus_deliveries())))
    order["billing"]["first_name"] = escaped = cage.canary()
    store.send(order)
    assert Snapshot.objects.count() == 1
    assert cage.free_in(dumped()) == [escaped]
