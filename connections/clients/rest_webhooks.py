"""The store's webhooks by REST keys: register ours, and repair them."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from connections.clients.errors import UnexpectedError
from connections.clients.listing import rows_of
from connections.clients.protocol import Webhook
from connections.clients.rest_calls import Got, RestCalls

TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
AT_ONCE = 100
_FIELDS = "id,topic,status,delivery_url"


class RestWebhooks:
    """A `protocol.Webhooks`."""

    def __init__(self, calls: RestCalls) -> None:
        self._calls = calls

    def all(self) -> Sequence[Webhook]:
        """See `protocol.Webhooks`."""
        asked = {"orderby": "id", "order": "asc", "per_page": AT_ONCE, "_fields": _FIELDS}
        found: dict[int, Webhook] = {}
        for page in count(1):
            rows = rows_of(self._calls.get("webhooks", {**asked, "page": page}))
            before = len(found)
            found |= {each.webhook_id: each for each in map(_webhook, rows)}
            if len(rows) < AT_ONCE or len(found) == before:
                break
        return list(found.values())

    def register(self, delivery_url: str, secret: str) -> Sequence[Webhook]:
        """See `protocol.Webhooks`."""
        standing = {
            each.topic: each for each in reversed(self.all()) if each.delivery_url == delivery_url
        }
        return [self._set(topic, standing.get(topic), delivery_url, secret) for topic in TOPICS]

    def enable(self, webhook: Webhook) -> Webhook:
        """See `protocol.Webhooks`."""
        return self._changed("PUT", f"webhooks/{webhook.webhook_id}", {"status": "active"})

    def _set(self, topic: str, standing: Webhook | None, delivery_url: str, secret: str) -> Webhook:
        content = {"status": "active", "secret": secret}
        if standing:
            return self._changed("PUT", f"webhooks/{standing.webhook_id}", content)
        name = {"name": f"Counterfoil: {topic}", "topic": topic, "delivery_url": delivery_url}
        return self._changed("POST", "webhooks", {**content, **name})

    def _changed(self, method: str, path: str, content: Mapping[str, str]) -> Webhook:
        return _webhook(_object(self._calls.change(method, path, content)))


def _object(got: Got) -> Mapping[str, Any]:
    if not isinstance(got.value, dict):
        raise UnexpectedError("no webhook where a webhook should be")
    return got.value


def _webhook(row: Mapping[str, Any]) -> Webhook:
    if type(row.get("id")) is not int:
        raise UnexpectedError("a webhook has no id")
    topic, status, url = (str(row.get(name, "")) for name in ("topic", "status", "delivery_url"))
    return Webhook(row["id"], topic, status, url)
