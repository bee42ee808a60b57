"""Which of a store's webhooks are ours, and what each needs. Values in, values out.

Ours are those that deliver to the connection's own path, at whichever host it once stood, and those
that carry its mark in their name. All others belong to somebody else and are not touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from connections.clients.protocol import Webhook

TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
CUSTOMER_TOPICS = ("customer.created", "customer.updated", "customer.deleted")
"""Only where the store shares contact details: what is not kept should not be sent either."""

ACTIVE, PAUSED = "active", "paused"
DOOR = "/hooks/woocommerce/"


@dataclass(frozen=True, slots=True)
class OurWebhooks:
    """How a connection's webhooks should be. The secret can be set, and never read back."""

    delivery_url: str
    secret: str = field(repr=False)
    shares_contact: bool = False

    @property
    def topics(self) -> tuple[str, ...]:
        """What is told by them."""
        return TOPICS + CUSTOMER_TOPICS * self.shares_contact

    @property
    def former_topics(self) -> tuple[str, ...]:
        """What was told while the store shared contact details, and is not any more."""
        return CUSTOMER_TOPICS * (not self.shares_contact)

    @property
    def path(self) -> str:
        """What every address of this connection's door ends in, at whichever host."""
        path = urlsplit(self.delivery_url).path
        return path[path.rindex(DOOR) :] if DOOR in path else path

    @property
    def mark(self) -> str:
        """The end of the names, by which one is known whose address was changed."""
        return f"({self.path.rpartition('/')[2][:8]})"

    def name(self, topic: str) -> str:
        """As WooCommerce lists it."""
        return f"Counterfoil: {topic} {self.mark}"

    def is_ours(self, webhook: Webhook) -> bool:
        """Whether it is one of this connection's."""
        is_here = urlsplit(webhook.delivery_url).path.endswith(self.path)
        return is_here or webhook.name == self.name(webhook.topic)


class Need(StrEnum):
    """What a topic's webhook needs."""

    NOTHING = "nothing"
    MAKING = "registered"
    ENABLING = "switched on again"
    MOVING = "given back their address"
    REMOVING = "removed, as no contact details are shared"
    PAUSED = "left paused"


@dataclass(frozen=True, slots=True)
class Step:
    """One topic: the webhook that stays, what it needs, and those that are too many."""

    topic: str
    need: Need
    standing: Webhook | None = None
    too_many: tuple[Webhook, ...] = ()


def plan(webhooks: Sequence[Webhook], ours: OurWebhooks, *, wakes_paused: bool) -> list[Step]:
    """What is to be done, a step for each topic. `paused` is the merchant's will, unless woken."""
    steps = [_step(topic, webhooks, ours, wakes_paused=wakes_paused) for topic in ours.topics]
    former = {topic: _mine(topic, webhooks, ours) for topic in ours.former_topics}
    return steps + [
        Step(topic, Need.REMOVING, too_many=tuple(mine)) for topic, mine in former.items() if mine
    ]


def _mine(topic: str, webhooks: Sequence[Webhook], ours: OurWebhooks) -> list[Webhook]:
    return [each for each in webhooks if each.topic == topic and ours.is_ours(each)]


def _step(
    topic: str, webhooks: Sequence[Webhook], ours: OurWebhooks, *, wakes_paused: bool
) -> Step:
    mine = _mine(topic, webhooks, ours)
    if not mine:
        return Step(topic, Need.MAKING)
    standing, *rest = sorted(mine, key=lambda each: _rank(each, ours))
    if standing.status == PAUSED and not wakes_paused:
        need = Need.PAUSED
    elif standing.delivery_url != ours.delivery_url:
        need = Need.MOVING
    else:
        need = Need.NOTHING if standing.status == ACTIVE else Need.ENABLING
    return Step(topic, need, standing, tuple(rest))


def _rank(webhook: Webhook, ours: OurWebhooks) -> tuple[bool, bool, int]:
    """Which stays where there are several: it delivers here, it is on, it is the oldest."""
    return webhook.delivery_url != ours.delivery_url, webhook.status != ACTIVE, webhook.webhook_id


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done, by topic; `removed` counts webhooks of ours that stood twice."""

    steps: tuple[Step, ...]
    removed: int = 0

    def topics(self, need: Need) -> tuple[str, ...]:
        """The topics whose webhook needed that."""
        return tuple(step.topic for step in self.steps if step.need is need)

    @property
    def mended(self) -> str:
        """What was wrong and is right now, in a sentence; empty where nothing was."""
        parts = [
            f"{', '.join(self.topics(need))} {need.value}"
            for need in (Need.MAKING, Need.ENABLING, Need.MOVING, Need.REMOVING)
            if self.topics(need)
        ]
        if self.removed:
            parts.append(f"{self.removed} that stood twice removed")
        return f"Webhooks of the store: {'; '.join(parts)}." if parts else ""
