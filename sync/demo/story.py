"""What happens in the demo store: three weeks that are over, and half a minute to watch.

The same `opened_at` and seed give the same story to the byte. So it can be sent again after an
interruption, and the door takes what it knows for the repeats that they are.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sync.demo.goods import ABROAD, BUSINESS, FAR_BUYERS, IN_DOLLARS, LOCAL_BUYERS, PRODUCTS
from sync.demo.shop import Checkout, Shop
from sync.demo.taxes import Json

SEED = 27
PAST_DAYS = 20
CREATED, UPDATED = "order.created", "order.updated"


@dataclass(frozen=True, slots=True)
class Event:
    """One delivery: when the store sends it (UTC), its topic, its id, and the bytes."""

    at: datetime
    topic: str
    delivery_id: str
    body: bytes


@dataclass(slots=True)
class Story:
    """All deliveries in the order of sending, and the store as it stands at the end."""

    opened_at: datetime
    chance: Random
    shop: Shop = field(default_factory=Shop)
    events: list[Event] = field(default_factory=list)

    def tell(self, topic: str, order: Json, at: datetime) -> None:
        """Send an order as it is now."""
        # PHP escapes slashes and all but ASCII; so the bytes look as WooCommerce's do.
        body = json.dumps(order, separators=(",", ":")).replace("/", "\\/").encode()
        name = f"{self.opened_at.isoformat()}/{len(self.events)}"
        delivery_id = hashlib.sha256(name.encode()).hexdigest()[:32]
        self.events.append(Event(at, topic, delivery_id, body))

    def second(self, number: int) -> datetime:
        """A moment of the part that one can watch."""
        return self.opened_at + timedelta(seconds=number)

    def truth(self) -> list[dict[str, Any]]:
        """Every order with its refunds in full, as `reconcile --orders` reads it."""
        return [
            {"id": i, "deleted": False, "order": order, "refunds": self.shop.refunds[i]}
            for i, order in self.shop.orders.items()
        ]


def story(opened_at: datetime, seed: int = SEED) -> Story:
    """Tell the whole story of a demo store that opens its doors at `opened_at` (UTC)."""
    chance = Random(seed)  # noqa: S311 -- baskets are no secret
    told = Story(opened_at.replace(microsecond=0), chance)
    _past(told)
    _half_a_minute(told)
    told.events.sort(key=lambda event: event.at)
    return told


def _past(told: Story) -> None:
    """One or two orders a day; most are completed the day after."""
    for days in range(PAST_DAYS, 0, -1):
        minutes = told.chance.sample(range(1, 600), told.chance.choice((1, 1, 2)))
        for before in sorted(minutes, reverse=True):
            at = told.opened_at - timedelta(days=days, minutes=before)
            order_id = _ordinary(told, at)
            if told.chance.random() < 0.6:
                later = at + timedelta(hours=9)
                completed = told.shop.set_status(order_id, "completed", later)
                told.tell(UPDATED, completed, later)


def _ordinary(told: Story, at: datetime) -> int:
    """Somebody buys something. WooCommerce often tells of it twice, with the same bytes."""
    checkout = Checkout(
        buyer=told.chance.choice((*LOCAL_BUYERS, *FAR_BUYERS)),
        basket=_basket(told.chance),
        payment_method=told.chance.choice(("razorpay", "razorpay", "cod")),
        coupon=told.chance.choice((None, None, None, ("DIWALI10", 10))),
        has_shipping=told.chance.random() < 0.7,
    )
    return _place(told, checkout, at, is_repeated=told.chance.random() < 0.5)


def _place(told: Story, checkout: Checkout, at: datetime, *, is_repeated: bool = False) -> int:
    order = told.shop.place(checkout, at)
    told.tell(CREATED, order, at)
    if is_repeated:
        told.tell(UPDATED, order, at)
    order_id: int = order["id"]
    return order_id


def _basket(chance: Random) -> Sequence[tuple[str, int]]:
    products = chance.sample(PRODUCTS, chance.choice((1, 1, 2, 2, 3)))
    return [(product.sku, chance.choice((1, 1, 1, 2))) for product in products]


def _half_a_minute(told: Story) -> None:
    """Everything that can become of an order, while one watches; ordinary orders in between."""
    followed = _new_orders(told)
    _what_becomes_of(followed, told)


@dataclass(frozen=True, slots=True)
class _Followed:
    """Orders to which something happens, named for it."""

    raised: int
    returned: int
    lowered: int
    cancelled: int


def _new_orders(told: Story) -> _Followed:
    """The first fifteen seconds: every kind of order."""
    asha, rohan, sunita, farhan = LOCAL_BUYERS
    meera, vikram, lakshmi, *_ = FAR_BUYERS
    at = told.second
    raised = _place(told, Checkout(buyer=asha, basket=[("KET-15", 1), ("JAR-4", 1)]), at(2))
    returned = _place(told, Checkout(buyer=meera, basket=[("CKR-5", 2), ("SPICE-BOX", 1)]), at(3))
    unfinished = Checkout(buyer=rohan, basket=[("LMP-BR", 1)], status="checkout-draft")
    _place(told, unfinished, at(4))
    unpaid = Checkout(
        buyer=sunita, basket=[("MIX-750", 1)], status="on-hold", payment_method="bacs"
    )
    _place(told, unpaid, at(5), is_repeated=True)
    lowered = _place(told, Checkout(buyer=vikram, basket=[("KDH-3", 3)]), at(6))
    _ordinary(told, at(7))
    _place(told, Checkout(buyer=BUSINESS, basket=[("THL-6", 4), ("KET-15", 2)]), at(8))
    cancelled = _place(told, Checkout(buyer=farhan, basket=[("APRON-IND", 2)]), at(9))
    _ordinary(told, at(10))
    at_the_door = Checkout(
        buyer=lakshmi,
        basket=[("SODA-12", 2), ("BOOK-MLB", 1)],
        payment_method="cod",
        coupon=("DIWALI10", 10),
    )
    _place(told, at_the_door, at(11))
    _ordinary(told, at(12))
    _place(told, Checkout(buyer=ABROAD, basket=[("BOT-CU", 2)]), at(13))
    _ordinary(told, at(14))
    return _Followed(raised, returned, lowered, cancelled)


def _what_becomes_of(orders: _Followed, told: Story) -> None:
    """The second half: edits, refunds, a cancellation, and an order that no rate is known for."""
    shop, at = told.shop, told.second
    told.tell(UPDATED, shop.set_quantity(orders.raised, "JAR-4", 3, at(15)), at(15))
    _ordinary(told, at(16))
    shop.refund(orders.returned, at(17), reason="One came with a dent.", sku="CKR-5")
    told.tell(UPDATED, shop.reduced(orders.returned, at(17)), at(17))
    _ordinary(told, at(18))
    in_dollars = Checkout(buyer=IN_DOLLARS, basket=[("SPICE-BOX", 1)], currency="USD")
    _place(told, in_dollars, at(19))
    _ordinary(told, at(20))
    told.tell(UPDATED, shop.set_quantity(orders.lowered, "KDH-3", 2, at(21)), at(21))
    _ordinary(told, at(22))
    goodwill = shop.refund(orders.raised, at(23), reason="For the late parcel.", amount="150.00")
    told.tell(UPDATED, goodwill, at(23))
    _ordinary(told, at(24))
    told.tell(UPDATED, shop.set_status(orders.cancelled, "cancelled", at(25)), at(25))
    _ordinary(told, at(26))
    _ordinary(told, at(28))
    told.tell(UPDATED, shop.orders[orders.raised], at(29))
