"""The plugin's *Test connection*: is it reachable, and what has arrived."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connections import pairing
from connections.models import Status, StoreConnection
from connections.site import Condition
from connections.wire import (
    UNPAIRED,
    Call,
    RefusedError,
    as_moment,
    posted,
    present_package,
    signer_of,
)
from sync.models import Order, OrderState


@posted("the store's signature")
def status(call: Call) -> Mapping[str, Any]:
    """Tell a paired store how it stands, and keep what it tells about itself."""
    signer = signer_of(call)
    connection = signer.connection
    if connection.status != Status.ACTIVE:
        raise RefusedError(UNPAIRED)
    if signer.has_present_secret:
        pairing.note_condition(connection, Condition.read(call.told, now=call.now), now=call.now)
    booked = Order.objects.filter(connection=connection, state=OrderState.BOOKED)
    return {
        "reachable": True,
        "connection_name": connection.name,
        "orders_booked": booked.count(),
        "last_order_at": as_moment(_last_order_at(connection)),
        "plugin": {"latest": present_package().version},
        "share_contact_details": connection.share_contact_details,
        "gstin_fields": connection.gstin_fields,
        "server_time": as_moment(call.now),
    }


def _last_order_at(connection: StoreConnection) -> datetime | None:
    """When the newest order was placed, or seen first where the store did not say."""
    newest = Order.objects.filter(connection=connection).order_by("-order_id").first()
    return (newest.created_at or newest.first_seen_at) if newest else None
