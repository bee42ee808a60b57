"""Orders that are held as drafts for want of stock: looked at again once there may be some.

Without a delivery of the store, like what waited for a SKU; oldest order first, in all stores of
the company.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from connections.models import StoreConnection
from sync.booking.inbox import wake
from sync.core.waiting import SHORT_OF_STOCK

AGAIN = "retry"
"""The topic of an order that is looked at again without a delivery of the store."""


def look_again_for(company_id: int, items: Sequence[int]) -> int:
    """Look again at the orders held for these items, in the caller's transaction; how many.

    Those that are held for the first item go first, as if each item had come alone.
    """
    if not items:
        return 0
    return _look_again(_OF_ITEMS, {"company": company_id, "items": list(items)})


def look_again_of(connection: StoreConnection) -> int:
    """Look again at all that a store's orders are held for; how many."""
    values = {"company": connection.company_id, "connection": connection.pk}
    return _look_again(_OF_STORE, values)


def _look_again(which: str, values: dict[str, Any]) -> int:
    about = {"rule": SHORT_OF_STOCK, "topic": AGAIN, "now": timezone.now()}
    with database.cursor() as cursor:
        cursor.execute(_LOOK_AGAIN.format(which=which), values | about)
        stores: list[UUID] = [row[0] for row in cursor.fetchall()]
    for store in set(stores):
        transaction.on_commit(partial(wake, store))
    return len(stores)


_OF_STORE = """
SELECT o.*, 0 AS turn FROM sync_order AS o WHERE o.connection_id = %(connection)s
"""
# A draft's lines say which items it is about.
_OF_ITEMS = """
SELECT o.*, wanted.turn
FROM connections_storeconnection AS store
    JOIN sync_order AS o ON o.connection_id = store.id
    CROSS JOIN LATERAL (
        SELECT min(array_position(%(items)s::bigint[], (line->>'item_id')::bigint)) AS turn
        FROM sync_orderdraft AS own JOIN ledger_draft AS draft ON draft.id = own.draft_id
            CROSS JOIN LATERAL jsonb_array_elements(draft.lines) AS line
        WHERE own.connection_id = o.connection_id AND own.order_id = o.order_id
    ) AS wanted
WHERE store.company_id = %(company)s AND wanted.turn IS NOT NULL
"""
_LOOK_AGAIN = """
INSERT INTO sync_delivery
    (company_id, connection_id, received_at, topic, store_delivery_id, order_id, snapshot_id,
     is_repeat, is_replay, built_at, lane, state, reason_code, reason)
SELECT o.company_id, o.connection_id, %(now)s, %(topic)s, '', o.order_id, o.snapshot_id,
       true, true, '', 0, 'received', '', ''
FROM ({which} AND o.state = 'draft' AND o.reason_code = %(rule)s) AS o
ORDER BY o.turn, o.created_at, o.order_id
RETURNING connection_id
"""
