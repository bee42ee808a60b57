"""What came from stores, and where it stands."""

from sync.models.delivery import Delivery, DeliveryState, Lane, Snapshot, Wakeup
from sync.models.heartbeat import Heartbeat
from sync.models.order import (
    Acceptance,
    DocumentKind,
    Order,
    OrderDocument,
    OrderDraft,
    OrderState,
)

__all__ = [
    "Acceptance",
    "Delivery",
    "DeliveryState",
    "DocumentKind",
    "Heartbeat",
    "Lane",
    "Order",
    "OrderDocument",
    "OrderDraft",
    "OrderState",
    "Snapshot",
    "Wakeup",
]
