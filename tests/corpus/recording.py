"""The recording of a real store: its deliveries, and what it held at the end."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connections import lifecycle
from connections.models import StoreConnection
from ledger.companies import Founding, found_company
from sync import door
from tests import deliveries as recordings
from tests.factories import a_user

POSTING = frozenset({"processing", "completed", "refunded"})
CANCELLING = frozenset({"cancelled", "failed", "trash"})

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One delivery as it arrived."""

    received_at: datetime
    headers: dict[str, str]
    body: bytes

    @property
    def order_id(self) -> int:
        """The order it is about."""
        return int(json.loads(self.body)["id"])

    @property
    def is_bare_deletion(self) -> bool:
        """It says only that the order was deleted."""
        return self.headers["X-WC-Webhook-Topic"] == "order.deleted"


def deliveries() -> list[Recorded]:
    """All deliveries, in the order of arrival."""
    return [
        Recorded(
            datetime.fromisoformat(row["received_at"]),
            dict(row["headers"]),
            recordings.body_of(row),
        )
        for row in recordings.corpus_deliveries()
    ]


def final_orders() -> dict[int, Json]:
    """The store's truth at the end, by order id."""
    return {row["id"]: row for row in recordings.final_orders()}


def a_connection() -> StoreConnection:
    """A fresh company in Maharashtra, and the recorded store connected to it."""
    founding = Founding(name="Asha Traders", state="27")
    company = found_company(founding, owner=a_user(), today=date(2026, 11, 21))
    return lifecycle.connect(company, name="Recorded store", secret=recordings.CORPUS_SECRET)


def send(connection: StoreConnection, recorded: Iterable[Recorded]) -> None:
    """Put deliveries through the door's own code, signature checked."""
    for each in recorded:
        status, _ = door.receive(
            door.Hook(
                connection_id=connection.pk,
                received_at=each.received_at,
                body=each.body,
                signature=each.headers["X-WC-Webhook-Signature"],
                topic=each.headers["X-WC-Webhook-Topic"],
                resource=each.headers["X-WC-Webhook-Resource"],
                store_delivery_id=each.headers["X-WC-Webhook-Delivery-ID"],
            )
        )
        assert status == 200


def expected_net(row: Json, *, is_booked: bool) -> Decimal:
    """What the books should show for an order, from the store's JSON alone."""
    order = row["order"]
    left = Decimal(order["total"]) - sum(Decimal(each["amount"]) for each in row["refunds"])
    if order["status"] in CANCELLING:
        return Decimal(0)
    return left if order["status"] in POSTING or is_booked else Decimal(0)
