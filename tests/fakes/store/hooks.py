"""The store's webhooks: rows, a queue, and deliveries as WooCommerce makes them.

Bodies are built when the queue runs, not when something happens. What is pending already is not
queued twice. Nothing is tried again; the seventh failure in a row switches a webhook off.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fakes.store.shelf import Json

MOST_FAILURES = 5
HOOKS = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
    "customer.created": [
        "user_register",
        "woocommerce_created_customer",
        "woocommerce_new_customer",
    ],
    "customer.updated": ["profile_update", "woocommerce_update_customer"],
    "customer.deleted": ["delete_user"],
}

Post = Callable[[str, Mapping[str, str], bytes], int]
"""Sends a body with headers to a URL and gives the status back; OSError where nobody answers."""


@dataclass(slots=True)
class Hook:
    """One webhook. `failures` is what REST never tells."""

    hook_id: int
    name: str
    topic: str
    delivery_url: str
    created: datetime
    secret: str = field(repr=False)
    status: str = "active"
    failures: int = 0
    is_ping_due: bool = True


class Hooks:
    """All webhooks of a store, and what waits to be delivered."""

    def __init__(self, source: str, clock: Callable[[], datetime], post: Post) -> None:
        self.rows: dict[int, Hook] = {}
        self.pending: list[tuple[int, int]] = []
        self.post = post
        self._source = source
        self._clock = clock

    def create(self, content: Mapping[str, Any]) -> Hook:
        """By REST: it is pinged at once, whatever comes of it."""
        hook_id = max(self.rows, default=0) + 1
        name = content.get("name") or f"Webhook created on {self._clock():%b %d, %Y}"
        hook = Hook(
            hook_id,
            name,
            content["topic"],
            content["delivery_url"],
            self._clock(),
            content.get("secret") or "made & <up>",
            content.get("status", "active"),
        )
        self.rows[hook_id] = hook
        self._ping(hook)
        return hook

    def change(self, hook: Hook, content: Mapping[str, Any]) -> Hook:
        """By REST: another address is pinged; the count of failures stays."""
        moved = content.get("delivery_url", hook.delivery_url) != hook.delivery_url
        for name in ("name", "status", "topic", "delivery_url", "secret"):
            if name in content:
                setattr(hook, name, content[name])
        if hook.status == "active" and (moved or hook.is_ping_due):
            self._ping(hook)
        return hook

    def happened(self, topic: str, order_id: int) -> None:
        """Queue a delivery for each active webhook of a topic."""
        for hook in self.rows.values():
            waits = (hook.hook_id, order_id)
            if hook.topic == topic and hook.status == "active" and waits not in self.pending:
                self.pending.append(waits)

    def run(self, body_of: Callable[[str, int], Json]) -> int:
        """Deliver what is pending; how many deliveries were made."""
        waiting, self.pending = self.pending, []
        for hook_id, order_id in waiting:
            hook = self.rows.get(hook_id)
            if hook:
                self._deliver(hook, body_of(hook.topic, order_id))
        return len(waiting)

    def _deliver(self, hook: Hook, payload: Json) -> None:
        body = json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()
        if self._is_taken(hook, dict(self._headers(hook, body)), body):
            hook.failures = 0
        elif hook.failures > MOST_FAILURES:
            hook.status = "disabled"
        else:
            hook.failures += 1
        if hook.is_ping_due:
            self._ping(hook)

    def _is_taken(self, hook: Hook, headers: Mapping[str, str], body: bytes) -> bool:
        try:
            return 200 <= self.post(hook.delivery_url, headers, body) < 303
        except OSError:
            return False

    def _headers(self, hook: Hook, body: bytes) -> Iterator[tuple[str, str]]:
        resource, event = hook.topic.split(".")
        signature = hmac.new(hook.secret.encode(), body, "sha256").digest()
        second = f"{hook.hook_id}{int(self._clock().timestamp())}"
        yield "User-Agent", "WooCommerce/10.5.0 Hookshot (WordPress/6.9.1)"
        yield "Content-Type", "application/json"
        yield "X-WC-Webhook-Source", f"{self._source}/"
        yield "X-WC-Webhook-Topic", hook.topic
        yield "X-WC-Webhook-Resource", resource
        yield "X-WC-Webhook-Event", event
        yield "X-WC-Webhook-Signature", base64.b64encode(signature).decode()
        yield "X-WC-Webhook-ID", str(hook.hook_id)
        yield "X-WC-Webhook-Delivery-ID", hashlib.md5(second.encode()).hexdigest()  # noqa: S324

    def _ping(self, hook: Hook) -> None:
        """Unsigned, and only an answer of exactly 200 ends it."""
        headers = {
            "User-Agent": "WooCommerce/10.5.0 Hookshot (WordPress/6.9.1)",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            status = self.post(hook.delivery_url, headers, f"webhook_id={hook.hook_id}".encode())
        except OSError:
            status = 0
        hook.is_ping_due = status != 200
