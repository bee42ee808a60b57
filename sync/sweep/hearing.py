"""What a store said of an order, read once: for the comparison, and for the inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connections.clients.errors import FailedError
from connections.clients.protocol import Gone, StoreClient, Unread
from connections.models import StoreConnection
from sync.asking import pulls
from sync.booking.inbox import Envelope, Recipient, put_all
from sync.booking.reading import load_json
from sync.core.certificate import InStore, as_in_store
from sync.core.order import Order
from sync.core.parse import UnreadableOrderError, parse_order
from sync.core.reception import OrderContent, read_delivery

TOPIC = "sweep"
UNKNOWN_DRAFT = "checkout-draft"
"""A cart: the store has it, and says no more of it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An order as the store told of it. `order` is None where it told nothing that can be read.

    `body` is what the inbox takes, None where there is nothing for it; `content` what it would keep
    of that, `digest` that content's.
    """

    store: InStore
    order: Order | None = None
    content: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None
    digest: bytes = b""
    is_unread: bool = False

    @property
    def order_id(self) -> int:
        """Which order."""
        return self.store.order_id

    @property
    def is_gone(self) -> bool:
        """Whether the store has it no more."""
        return self.store.status is None


def heard(
    connection: StoreConnection, said: Mapping[str, Any] | Gone | Unread, asked_at: datetime
) -> Heard:
    """Read what a client gave for an order."""
    if isinstance(said, Gone):
        status = UNKNOWN_DRAFT if said.is_draft else None
        body = None if said.is_draft else _deletion(said.order_id, asked_at)
        return Heard(InStore(said.order_id, status=status), body=body)
    if isinstance(said, Unread):
        return unread(said.order_id)
    return _read(connection, pulls.read_at(said, asked_at))


def unread(order_id: int) -> Heard:
    """The store has the order, and could not read it."""
    return Heard(InStore(order_id, status=""), is_unread=True)


def these_orders(
    client: StoreClient, order_ids: Sequence[int]
) -> Sequence[Mapping[str, Any] | Gone | Unread]:
    """Orders by id. One over which the store fails does not keep the others from being read.

    :raises FailedError: when it fails over each of them: then it is the store.
    """
    try:
        return client.orders(order_ids)
    except FailedError:
        answers = [_this_order(client, order_id) for order_id in order_ids]
        if len(order_ids) > 1 and all(isinstance(each, Unread) for each in answers):
            raise
        return answers


def _this_order(client: StoreClient, order_id: int) -> Mapping[str, Any] | Gone | Unread:
    try:
        return client.order(order_id)
    except FailedError:
        return Unread(order_id)


def _read(connection: StoreConnection, body: Mapping[str, Any]) -> Heard:
    recipient = Recipient.of(connection)
    content = read_delivery(
        body,
        topic=TOPIC,
        resource="order",
        store_delivery_id="",
        gstin_fields=recipient.gstin_fields,
        shares_contact=recipient.shares_contact,
    )
    status = str(body.get("status", ""))[:60]
    if not isinstance(content, OrderContent):
        return Heard(InStore(int(body["id"]), status=status), body=body, is_unread=True)
    try:
        kept = load_json(content.payload)
        order = parse_order(kept)
    except UnreadableOrderError:
        store = InStore(content.order_id, status=status)
        return Heard(store, body=body, digest=content.digest, is_unread=True)
    return Heard(as_in_store(order), order, kept, body, content.digest)


def _deletion(order_id: int, asked_at: datetime) -> Mapping[str, Any]:
    body = pulls.read_at({"id": order_id}, asked_at)
    return {**body, "counterfoil": {**body["counterfoil"], "missing": True}}


def put(connection: StoreConnection, run_id: int, said: list[Heard], asked_at: datetime) -> None:
    """Send what was heard through the inbox, as a webhook or a poll would.

    The run's number stands where a delivery's would: an order that is gone, comes back and goes
    again is news each time.
    """
    envelope = Envelope(asked_at, TOPIC, store_delivery_id=f"sweep-{run_id}")
    bodies = [each.body for each in said if each.body is not None]
    put_all(Recipient.of(connection), envelope, bodies)
