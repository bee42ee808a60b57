"""Brings the demo store's deliveries to the door: over HTTP, signed, at their time."""

import base64
import hmac
import http.client
from collections.abc import Callable, Iterable, Iterator
from time import sleep
from urllib.parse import urlsplit

from django.utils import timezone

from connections import lifecycle
from connections.models import StoreConnection
from sync.demo.story import Event
from sync.models import Delivery

ATTEMPTS = 40
PAUSE = 0.5
"""Twenty seconds for a web server that is being started again."""


class DoorClosedError(Exception):
    """The door refused a delivery, or nobody answered for long; the text says which."""


def not_yet_sent(connection: StoreConnection, events: Iterable[Event]) -> list[Event]:
    """The events that have not arrived: all of them, or the rest after an interruption."""
    deliveries = Delivery.objects.filter(connection=connection)
    arrived = set(deliveries.values_list("store_delivery_id", flat=True))
    return [event for event in events if event.delivery_id not in arrived]


def send(
    connection: StoreConnection,
    events: Iterable[Event],
    *,
    site: str,
    pause: Callable[[float], None] = sleep,
) -> Iterator[Event]:
    """Send each event when its time has come, and give it back once the door has taken it.

    `site` is where Counterfoil runs, such as `http://127.0.0.1:8000`.

    :raises DoorClosedError: when a delivery is not accepted.
    """
    secret = lifecycle.secret_of(connection).encode()
    path = f"/hooks/woocommerce/{connection.pk}"
    for event in events:
        pause(max(0.0, (event.at - timezone.now()).total_seconds()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "WooCommerce/10.5.0 Hookshot (WordPress/6.9.1)",
            "X-WC-Webhook-Source": "https://malabarkitchen.example/",
            "X-WC-Webhook-Topic": event.topic,
            "X-WC-Webhook-Resource": "order",
            "X-WC-Webhook-Event": event.topic.partition(".")[2],
            "X-WC-Webhook-Signature": signature(secret, event.body),
            "X-WC-Webhook-Delivery-ID": event.delivery_id,
        }
        _knock(site, path, event.body, headers, pause)
        yield event


def signature(secret: bytes, body: bytes) -> str:
    """What WooCommerce puts into `X-WC-Webhook-Signature`."""
    return base64.b64encode(hmac.digest(secret, body, "sha256")).decode()


def _knock(
    site: str, path: str, body: bytes, headers: dict[str, str], pause: Callable[[float], None]
) -> None:
    """Try until the door takes it; an answer that no repetition changes ends it."""
    problem = ""
    for _ in range(ATTEMPTS):
        try:
            status = _post(site, path, body, headers)
        except OSError as error:
            problem = str(error)
        else:
            if status == http.client.OK:
                return
            problem = f"it answered {status}"
            if status < http.client.INTERNAL_SERVER_ERROR:
                break
        pause(PAUSE)
    raise DoorClosedError(f"The door at {site}{path} does not take the demo's orders: {problem}.")


def _post(site: str, path: str, body: bytes, headers: dict[str, str]) -> int:
    address = urlsplit(site)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=15)
    try:
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
