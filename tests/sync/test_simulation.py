"""A store's life by chance, with lost, shuffled and repeated webhooks and a store that fails.

The books must come to what the store's own orders come to, summed here on their own. A failing
seed stands in the test's name.
"""

import json
import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from django.utils import timezone

from connections.models import StoreConnection
from sync.asking import polling
from sync.booking import pipeline
from sync.booking.inbox import Envelope, Recipient, put
from tests import pulled
from tests.fakes.store import PLUGIN_SECRET, FakeStore, an_order

pytestmark = pytest.mark.django_db
IS_CI = os.environ.get("HYPOTHESIS_PROFILE") == "ci"
SEEDS = range(int(os.environ.get("SIMULATION_SEEDS", "50" if IS_CI else "8")))
STEPS = 25
BOOKING = ("processing", "completed", "refunded")


@dataclass(slots=True)
class Post:
    """Carries webhooks: some get lost, some come twice, all of them in any order."""

    chance: random.Random
    lost: float
    bag: list[tuple[str, bytes]] = field(default_factory=list)

    def __call__(self, _url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Always 200: WooCommerce does not notice what a proxy swallows."""
        topic = headers.get("X-WC-Webhook-Topic")
        if topic and self.chance.random() >= self.lost:
            copies = 2 if self.chance.random() < 0.2 else 1
            self.bag += [(topic, body)] * copies
        return 200

    def hand_out(self, shop: StoreConnection, *, all_of_it: bool) -> None:
        """What is in the bag, or about half of it, shuffled."""
        self.chance.shuffle(self.bag)
        count = len(self.bag) if all_of_it else len(self.bag) // 2
        taken, self.bag = self.bag[:count], self.bag[count:]
        for number, (topic, body) in enumerate(taken):
            now = timezone.now()
            delivery = f"{now.timestamp()}-{number}"
            envelope = Envelope(now, topic, store_delivery_id=delivery)
            put(Recipient.of(shop), envelope, body)


def live(store: FakeStore, chance: random.Random, orders: list[int]) -> None:
    """One thing happens in the store."""
    store.clock.tick(chance.choice((0, 1, 1, 5)))
    if len(orders) < 3 or chance.random() < 0.4:
        orders.append(store.life.place(an_order(chance.randrange(10**6))))
        return
    order = chance.choice(orders)
    entry = store.shelf.get(order)
    assert entry is not None
    given = sum((Decimal(each["amount"]) for each in entry.refunds), Decimal(0))
    if entry.status == "trash":
        chance.choice((store.life.restore, store.life.untrash_by_rest))(order)
    elif chance.random() < 0.15:
        store.life.trash(order)
    elif entry.refunds and chance.random() < 0.4:
        store.life.delete_refund(order, entry.refunds[0]["id"])
    elif Decimal(entry.body["total"]) - given > 20 and chance.random() < 0.5:
        store.life.refund(order, "10.00")
    else:
        store.life.edit(order, status=chance.choice(("completed", "cancelled", "processing")))


def expected(store: FakeStore, orders: list[int]) -> dict[int, Decimal]:
    """What each order comes to, by the store's own words."""
    nets = {}
    for order in orders:
        entry = store.shelf.get(order)
        assert entry is not None
        if entry.status in BOOKING:
            given = sum((Decimal(each["amount"]) for each in entry.refunds), Decimal(0))
            nets[order] = Decimal(entry.body["total"]) - given
    return {order: net for order, net in nets.items() if net}


def poll_until_it_works(shop: StoreConnection) -> None:
    """As the schedule does, without the waiting."""
    for _ in range(50):
        if polling.poll(shop).is_done:
            return
    pytest.fail("fifty polls in a row have failed")


@pytest.mark.parametrize("lost", [0.2, 1.0], ids=["a fifth lost", "all lost"])
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_gets_lost_the_books_are_the_store_s(seed: int, lost: float) -> None:
    chance = random.Random(seed)
    post = Post(chance, lost)
    with pulled.a_store(deliver=post) as store:
        shop = pulled.connected_to(store)
        topics = ("order.created", "order.updated", "order.deleted", "order.restored")
        for topic in topics:
            told = {"topic": topic, "delivery_url": "http://here", "secret": PLUGIN_SECRET}
            store.hooks.create(told)
        store.faults.plan(seed, 0.2)
        orders: list[int] = []
        for _ in range(STEPS):
            live(store, chance, orders)
            if chance.random() < 0.4:
                store.run_queue()
                post.hand_out(shop, all_of_it=False)
            if chance.random() < 0.15:
                polling.poll(shop)
            if chance.random() < 0.3:
                pipeline.drain(shop.pk, patient=True)
        store.run_queue()
        post.hand_out(shop, all_of_it=True)
        poll_until_it_works(shop)
        pipeline.drain(shop.pk, patient=True)
        waiting = list(shop.orders.filter(state="waiting").values_list("order_id", "reason"))
        assert waiting == []
        assert json.dumps(pulled.booked(shop), default=str, sort_keys=True) == json.dumps(
            expected(store, orders), default=str, sort_keys=True
        )
