"""Waiting orders tried again together: put to the worker at once, followed until all are done.

The orders' deliveries go the ordinary way, one drain per store: nothing is posted here, and nothing
twice. A run remembers which orders they were; how far it is, their deliveries say.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.models import QuerySet

from connections.models import Status, StoreConnection
from ledger.models import Company, User
from sync.booking import retry
from sync.models import Order, OrderState, RetryRun


@transaction.atomic
def retry_together(
    company: Company, orders: QuerySet[Order], user: User, title: str, *, at: datetime
) -> RetryRun | None:
    """Try those of these orders again that wait; None where none does.

    A fixed number of statements for each store, whatever the number of orders.
    """
    waiting = orders.filter(company=company, state=OrderState.WAITING)
    waiting = waiting.exclude(connection__status=Status.DELETED)
    rows = list(waiting.order_by("pk").values_list("pk", "connection_id", "order_id"))
    if not rows:
        return None
    by_store: defaultdict[UUID, list[int]] = defaultdict(list)
    for _, connection_id, order_id in rows:
        by_store[connection_id].append(order_id)
    stores = StoreConnection.objects.filter(company=company).in_bulk(list(by_store))
    for connection_id, order_ids in sorted(by_store.items()):
        retry.retry(stores[connection_id], order_ids=order_ids)
    return RetryRun.objects.create(
        company=company, user=user, title=title[:200], orders=[row[0] for row in rows], begun_at=at
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: its orders, those the worker has still to look at, and where all stand.

    `stands` counts orders by state and, of those that wait, by the code of what they wait for.
    """

    total: int
    left: int
    stands: Mapping[tuple[str, str], int]

    @property
    def done(self) -> int:
        """How many the worker has looked at."""
        return self.total - self.left

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to look at."""
        return not self.left

    @property
    def waiting(self) -> int:
        """How many wait still, or again."""
        return sum(
            count for (state, _), count in self.stands.items() if state == OrderState.WAITING
        )


def progress_of(run: RetryRun) -> Progress:
    """How far a run is, in one query."""
    with database.cursor() as cursor:
        cursor.execute(_PROGRESS, [run.company_id, run.orders])
        rows = cursor.fetchall()
    stands: Counter[tuple[str, str]] = Counter()
    left = 0
    for state, code, is_left, count in rows:
        left += count if is_left else 0
        stands[state, code] += count
    return Progress(len(run.orders), left, dict(stands.most_common()))


_PROGRESS = """
SELECT o.state, CASE WHEN o.state = 'waiting' THEN o.reason_code ELSE '' END, EXISTS (
    SELECT FROM sync_delivery d
    WHERE d.connection_id = o.connection_id AND d.order_id = o.order_id AND d.state = 'received'
), count(*)
FROM sync_order o
WHERE o.company_id = %s AND o.id = ANY(%s)
GROUP BY 1, 2, 3
"""
