"""Which deliveries a batch takes: those of so many orders, live ones before history."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection as database

from sync.booking.reading import load_json
from sync.core.arrivals import Arrival

ORDERS_PER_BATCH = 100
DELIVERIES_PER_ORDER = 4
"""So many deliveries are looked at for each order of a batch; more come along where they exist."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Deliveries to process, by order, in the order of arrival; `is_all` if none is left behind.

    What arrives later asks for a drain of its own.
    """

    arrivals: dict[int, list[Arrival]]
    is_all: bool


def claim(connection_id: UUID, size: int) -> Claim:
    """The deliveries of up to `size` orders, the oldest first; back-fill only where none is live.

    Live orders do not share a batch with history, or they would have to wait for it. What came
    several times is read once.
    """
    values: dict[str, UUID | int] = {
        "connection": connection_id, "limit": size, "deliveries": DELIVERIES_PER_ORDER * size,
    }  # fmt: skip
    with database.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        rows = cursor.fetchall()
    payloads: dict[int, Any] = {}
    arrivals: dict[int, list[Arrival]] = defaultdict(list)
    for order_id, delivery_id, snapshot_id, at, topic, repeat, replay, read, gone, text, _ in rows:
        if snapshot_id not in payloads:
            payloads[snapshot_id] = {} if gone else load_json(text)
        arrivals[order_id].append(
            Arrival(
                delivery_id,
                snapshot_id,
                at,
                topic,
                payloads[snapshot_id],
                is_deletion=gone,
                is_repeat=repeat,
                is_replay=replay,
                built_at=read,
            )
        )
    return Claim(dict(arrivals), is_all=not rows or not rows[0][-1])


_CLAIM = """
WITH oldest AS (
    SELECT order_id, id FROM sync_delivery
    WHERE connection_id = %(connection)s AND state = 'received'
      AND lane = (SELECT lane FROM sync_delivery
                  WHERE connection_id = %(connection)s AND state = 'received'
                  ORDER BY lane, id LIMIT 1)
    ORDER BY id LIMIT %(deliveries)s
), batch AS (
    SELECT order_id FROM oldest GROUP BY order_id ORDER BY min(id) LIMIT %(limit)s
)
SELECT d.order_id, d.id, d.snapshot_id, d.received_at, d.topic, d.is_repeat, d.is_replay,
       d.built_at, s.is_deletion, s.payload::text,
       EXISTS (
            SELECT FROM sync_delivery
            WHERE connection_id = %(connection)s AND state = 'received'
              AND order_id NOT IN (SELECT order_id FROM batch))
FROM batch
CROSS JOIN LATERAL (
    -- OFFSET keeps the state outside: before statistics know of a back-fill, the planner would take
    -- the index on what is to process, and read all of it once for each order.
    SELECT * FROM sync_delivery
    WHERE connection_id = %(connection)s AND order_id = batch.order_id OFFSET 0
) d
JOIN sync_snapshot s ON s.id = d.snapshot_id
WHERE d.state = 'received'
ORDER BY d.id
"""
