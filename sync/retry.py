"""Trying again: orders that wait, and deliveries that a person replays.

Both put new deliveries of snapshots that are there already into the inbox, marked as replays: the
pipeline then looks at the order anew, although its content is known.
"""

from collections.abc import Collection
from functools import partial

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from connections.models import StoreConnection
from sync.inbox import wake
from sync.models import Order, OrderState

TOPIC = "retry"


def retry(
    connection: StoreConnection,
    *,
    reason_code: str | None = None,
    order_ids: Collection[int] | None = None,
) -> int:
    """Look again at waiting orders: all, those that wait for one reason, or the named ones.

    Returns how many; an order that does not wait any more is not among them.
    """
    orders = Order.objects.filter(connection=connection, state=OrderState.WAITING)
    if reason_code is not None:
        orders = orders.filter(reason_code=reason_code)
    if order_ids is not None:
        orders = orders.filter(order_id__in=order_ids)
    return look_again(connection, orders.values_list("order_id", flat=True))


def look_again(connection: StoreConnection, order_ids: Collection[int]) -> int:
    """Process the newest snapshot of these orders again, whatever state they are in."""
    return _put(connection, _NEWEST, list(order_ids))


def replay(connection: StoreConnection, delivery_ids: Collection[int]) -> int:
    """Process these deliveries again, as they were; returns how many had an order in them."""
    return _put(connection, _SAME, list(delivery_ids))


@transaction.atomic
def _put(connection: StoreConnection, statement: str, ids: list[int]) -> int:
    with database.cursor() as cursor:
        cursor.execute(
            statement,
            {"connection": connection.pk, "ids": ids, "now": timezone.now(), "topic": TOPIC},
        )
        count = cursor.rowcount
    if count:
        transaction.on_commit(partial(wake, connection.pk))
    return count


_COLUMNS = """
INSERT INTO sync_delivery
    (company_id, connection_id, received_at, topic, store_delivery_id, order_id, snapshot_id,
     is_repeat, is_replay, lane, state, reason_code, reason)
"""

_NEWEST = f"""{_COLUMNS}
SELECT company_id, connection_id, %(now)s, %(topic)s, '', order_id, snapshot_id, true, true, 0,
       'received', '', ''
FROM sync_order WHERE connection_id = %(connection)s AND order_id = ANY(%(ids)s)
"""

_SAME = f"""{_COLUMNS}
SELECT company_id, connection_id, %(now)s, topic, store_delivery_id, order_id, snapshot_id, true,
       true, lane, 'received', '', ''
FROM sync_delivery
WHERE connection_id = %(connection)s AND id = ANY(%(ids)s) AND snapshot_id IS NOT NULL
ORDER BY id
"""
