"""A connected store that sends orders, reached through the product's own verbs."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

from connections import lifecycle
from connections.models import StoreConnection
from ledger.models import Company
from sync.booking import pipeline
from sync.booking.inbox import Envelope, Recipient, put
from tests.factories import NOW
from tests.orders import Json, Store


def a_connection(company: Company, name: str = "Main store") -> StoreConnection:
    """Connect a store."""
    return lifecycle.connect(company, name=name)


def deliver(connection: StoreConnection, *orders: Json, topic: str = "order.updated") -> None:
    """Put orders into the inbox, a second apart."""
    for position, order in enumerate(orders):
        envelope = Envelope(NOW + timedelta(seconds=position), topic)
        put(Recipient.of(connection), envelope, json.dumps(order).encode())


def book(connection: StoreConnection, *orders: Json) -> None:
    """Deliver orders and process all that has arrived."""
    deliver(connection, *orders)
    pipeline.drain(connection.pk, patient=True)


def an_order(order_id: int = 501, value: str = "1000.00", **facts: Any) -> Json:
    """An order of one line at 18 %, placed in Maharashtra unless a state is given."""
    store = Store()
    line = store.line("Blue shirt", value, sku="SHIRT-B", line_id=order_id * 10, **_state(facts))
    return store.order([line], order_id=order_id, **facts)


def _state(facts: dict[str, Any]) -> dict[str, Any]:
    return {"state": facts["state"]} if "state" in facts else {}


def signed(secret: str, order: Json, topic: str) -> tuple[bytes, dict[str, str]]:
    """A delivery as WooCommerce sends it: the body and its headers."""
    body = json.dumps(order).encode()
    signature = base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
    return body, {
        "Content-Type": "application/json",
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Resource": "order",
        "X-WC-Webhook-Delivery-ID": f"{order['id']}-{order['date_modified_gmt']}",
        "X-WC-Webhook-Signature": signature,
    }
