"""The day from which a store's orders are booked: what was created earlier stays outside."""

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection as database
from django.db import transaction

from connections import activity, lifecycle
from connections.models import StoreConnection
from ledger.periods import beginning_of, written
from sync.booking.held import AGAIN
from sync.booking.inbox import wake
from sync.models import Lane

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


@transaction.atomic
def go_live(connection: StoreConnection, day: date | None, *, now: datetime) -> int:
    """Book the store's orders created from this day on, in the company's zone; None: all.

    Orders of which nothing is booked are looked at again where the day changes what becomes of
    them; how many is returned. What is booked stays booked, and is followed.
    """
    lifecycle.lock(connection)
    StoreConnection.objects.filter(pk=connection.pk).update(go_live_date=day)
    connection.go_live_date = day
    activity.note(connection, _told(day), at=now)
    count = _look_again(connection, beginning_of(connection.company, day) if day else ALWAYS, now)
    transaction.on_commit(lambda: wake(connection.pk))
    return count


def _told(day: date | None) -> str:
    if day is None:
        return "All orders are booked, whenever they were created."
    return f"Orders are booked if they were created on {written(day)} or later."


def _look_again(connection: StoreConnection, start: datetime, now: datetime) -> int:
    values: dict[str, Any] = {
        "connection": connection.pk, "start": start, "now": now, "topic": AGAIN,
        "lane": int(Lane.BACKFILL),
    }  # fmt: skip
    with database.cursor() as cursor:
        cursor.execute(_LOOK_AGAIN, values)
        return int(cursor.rowcount)


# As `sync.booking.retry` does it, for any number of orders at once, and behind what comes in live.
_LOOK_AGAIN = """
INSERT INTO sync_delivery
    (company_id, connection_id, received_at, topic, store_delivery_id, order_id, snapshot_id,
     is_repeat, is_replay, built_at, lane, state, reason_code, reason)
SELECT company_id, connection_id, %(now)s, %(topic)s, '', order_id, snapshot_id,
       true, true, '', %(lane)s, 'received', '', ''
FROM sync_order
WHERE connection_id = %(connection)s
  AND ((state = 'ignored' AND reason_code = 'before_go_live' AND created_at >= %(start)s)
    OR (state IN ('draft', 'waiting') AND created_at < %(start)s))
ORDER BY order_id
"""
