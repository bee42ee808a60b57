"""The store's webhooks by REST keys: register ours, and repair them."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from connections.clients.errors import UnexpectedError
from connections.clients.listing import rows_of
from connections.clients.protocol import Webhook
from connections.clients.rest_calls import Got, RestCalls
from connections.clients.webhook_plan import ACTIVE, Need, OurWebhooks, Repair, Step, plan

AT_ONCE = 100
_FIELDS = "id,name,topic,status,delivery_url"


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

    def repair(
        self, ours: OurWebhooks, *, renews_secret: bool = False, wakes_paused: bool = False
    ) -> Repair:
        """See `protocol.Webhooks`. What is too many goes last, so that there is no gap."""
        steps = plan(self.all(), ours, wakes_paused=wakes_paused)
        for step in steps:
            if step.need is not Need.REMOVING:
                self._take(step, ours, renews_secret=renews_secret)
        for webhook in (each for step in steps for each in step.too_many):
            self._calls.change("DELETE", f"webhooks/{webhook.webhook_id}?force=true", {})
        twice = [each for step in steps if step.need is not Need.REMOVING for each in step.too_many]
        return Repair(tuple(steps), len(twice))

    def _take(self, step: Step, ours: OurWebhooks, *, renews_secret: bool) -> None:
        content = {"delivery_url": ours.delivery_url, "secret": ours.secret}
        if step.standing is None:
            content |= {"name": ours.name(step.topic), "topic": step.topic, "status": ACTIVE}
            _webhook(_object(self._calls.change("POST", "webhooks", content)))
            return
        if step.need is not Need.PAUSED:
            content["status"] = ACTIVE
        if renews_secret or step.need not in (Need.NOTHING, Need.PAUSED):
            path = f"webhooks/{step.standing.webhook_id}"
            _webhook(_object(self._calls.change("PUT", path, content)))


def _object(got: Got) -> Mapping[str, Any]:
    if not isinstance(got.value, dict):
        raise UnexpectedError("no webhook where a webhook should be")
    return got.value


def _webhook(row: Mapping[str, Any]) -> Webhook:
    if type(row.get("id")) is not int:
        raise UnexpectedError("a webhook has no id")
    topic, status, url, name = (
        str(row.get(field, "")) for field in ("topic", "status", "delivery_url", "name")
    )
    return Webhook(row["id"], topic, status, url, name)
