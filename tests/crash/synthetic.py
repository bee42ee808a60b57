"""Thousands of orders, what a store sends about them, and what must stand in the books at the end.

The expectation is added up from the JSON itself, by nothing that the product uses.
"""

import json
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.orders import Json, Store, paise

STATES = ("MH", "KA", "DL", "TN")
RATES = ("5", "12", "18", "40")
FAR_APART = 400
"""So many places a delivery may be away from where it belongs."""


@dataclass(slots=True)
class Replay:
    """Bodies in the order of sending, and each order's net at the end: total less refunds."""

    bodies: list[bytes] = field(default_factory=list)
    nets: dict[int, Decimal] = field(default_factory=dict)

    @property
    def contents(self) -> int:
        """How many different bodies there are."""
        return len(set(self.bodies))


def replay(orders: int, seed: int) -> Replay:
    """A store's deliveries about so many orders, a tenth twice; edits, refunds, cancellations."""
    chance = random.Random(seed)
    store = Store()
    made = Replay()
    placed: list[tuple[float, bytes]] = []
    for n in range(orders):
        versions = list(_life(store, chance, n))
        made.nets[1000 + n] = _net(versions[-1])
        bodies = [json.dumps(version).encode() for version in versions]
        if n % 10 == 0:
            bodies.append(bodies[-1])
        placed += [(n + chance.random() * FAR_APART, body) for body in bodies]
    made.bodies = [body for _, body in sorted(placed, key=lambda each: each[0])]
    return made


def _life(store: Store, chance: random.Random, n: int) -> list[Json]:
    """The snapshots of one order, oldest first."""
    state = chance.choice(STATES)
    lines = [
        store.line(
            f"Article {k}",
            Decimal(chance.randrange(100, 500_000)) / 100,
            chance.choice(RATES),
            state=state,
            sku=f"A-{k}",
        )
        for k in range(chance.choice((1, 1, 2, 3)))
    ]
    order = store.order(lines, order_id=1000 + n, state=state)
    later = {"date_modified_gmt": "2026-11-18T07:30:00"}
    match n % 20:
        case 1 | 11:
            more = store.line("One more", "99.90", "18", state=state)
            edited = store.order([*lines, more], order_id=1000 + n, state=state)
            return [order, edited | later]
        case 2:
            given_back = paise(Decimal(order["total"]) / 3)
            refund = {"id": 5_000_000 + n, "total": f"-{given_back}", "reason": ""}
            return [order, order | later | {"refunds": [refund]}]
        case 3:
            return [order, order | later | {"status": "cancelled"}]
    return [order]


def _net(order: dict[str, Any]) -> Decimal:
    if order["status"] == "cancelled":
        return Decimal(0)
    return Decimal(order["total"]) + sum(Decimal(refund["total"]) for refund in order["refunds"])
