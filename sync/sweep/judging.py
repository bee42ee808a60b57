"""Verdicts on a batch of orders: amounts first, then what else the books show of them.

A fixed number of queries for a batch, whatever its size.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from connections.models import StoreConnection
from sync.booking import pipeline
from sync.booking.reading import load_json
from sync.core.arrivals import Arrival
from sync.core.certificate import Finding, InBooks, Verdict, compare
from sync.core.order import Order
from sync.core.parse import UnreadableOrderError, parse_order
from sync.core.sweep import BAD, OTHER_CONTENT, says_the_same, unread
from sync.core.terms import Terms
from sync.models import Delivery, DeliveryState
from sync.reconciliation import in_books
from sync.sweep.hearing import TOPIC, Heard


@dataclass(frozen=True, slots=True)
class Standing:
    """How some orders stand here: in the books, by their newest content, on their way in.

    `contents` are snapshots that count, or wait: (id, digest). `deleted` are known to be gone from
    the store; `pending` have deliveries that nobody has processed yet.
    """

    books: Mapping[int, InBooks]
    contents: Mapping[int, tuple[int, bytes]] = field(default_factory=dict)
    deleted: frozenset[int] = frozenset()
    pending: frozenset[int] = frozenset()

    def is_news(self, said: Heard) -> bool:
        """Whether the inbox should hear it: it says what is not known yet."""
        if said.body is None:
            return False
        if said.is_gone:
            return said.order_id in self.books and said.order_id not in self.deleted
        known = self.contents.get(said.order_id)
        return known is None or known[1] != said.digest or said.order_id in self.deleted


def standing_of(connection_id: UUID, order_ids: Sequence[int]) -> Standing:
    """How these orders stand; four queries."""
    books = in_books(connection_id, order_ids)
    with database.cursor() as cursor:
        cursor.execute(_CONTENTS, {"connection": connection_id, "ids": list(order_ids)})
        rows = cursor.fetchall()
    pending = Delivery.objects.filter(
        connection_id=connection_id, order_id__in=order_ids, state=DeliveryState.RECEIVED
    ).values_list("order_id", flat=True)
    return Standing(
        books,
        {order_id: (snapshot_id, bytes(digest)) for order_id, snapshot_id, digest, _ in rows},
        frozenset(order_id for order_id, *_, is_deleted in rows if is_deleted),
        frozenset(order_id for order_id in pending if order_id is not None),
    )


_CONTENTS = """
SELECT DISTINCT ON (order_id) order_id, snapshot_id, digest, is_deleted FROM (
    SELECT o.order_id, o.snapshot_id, s.digest, o.is_deleted, 0 AS turn, 0 AS id
    FROM sync_order o JOIN sync_snapshot s ON s.id = o.snapshot_id
    WHERE o.connection_id = %(connection)s AND o.order_id = ANY(%(ids)s)
    UNION ALL
    -- What cannot be read counts for nothing, but came, and waits.
    SELECT d.order_id, d.snapshot_id, s.digest, false, -1, -d.id
    FROM sync_delivery d JOIN sync_snapshot s ON s.id = d.snapshot_id
    WHERE d.connection_id = %(connection)s AND d.order_id = ANY(%(ids)s) AND d.state = 'waiting'
) each
ORDER BY order_id, turn, id
"""


def judged(
    connection: StoreConnection, terms: Terms, said: Sequence[Heard], standing: Standing
) -> dict[int, Finding]:
    """The verdict on each order.

    One whose amounts agree is different all the same where the pipeline would post something for
    what the store says now: it is asked, and nothing is written.
    """
    findings = {each.order_id: judge(each, standing.books.get(each.order_id), terms)
                for each in said}  # fmt: skip
    for each in _with_other_content(connection, terms, said, findings, standing):
        found = findings[each.order_id]
        findings[each.order_id] = replace(found, verdict=Verdict.DIFFERENT, reason=OTHER_CONTENT)
    return findings


def judge(said: Heard, books: InBooks | None, terms: Terms) -> Finding:
    """The verdict on one order by what it comes to."""
    return unread(said.order_id, books) if said.is_unread else compare(said.store, books, terms)


def is_bad(finding: Finding) -> bool:
    """Whether it keeps the books from being complete."""
    return finding.verdict in BAD


def _with_other_content(
    connection: StoreConnection,
    terms: Terms,
    said: Sequence[Heard],
    findings: Mapping[int, Finding],
    standing: Standing,
) -> list[Heard]:
    news = [
        each
        for each in said
        if findings[each.order_id].verdict is Verdict.BOOKED
        and each.order_id not in standing.pending
        and standing.is_news(each)
    ]
    known = _known_orders(standing, news)
    changed = [each for each in news if not _is_known(known.get(each.order_id), each.order)]
    would_change = _would_change(connection, terms, changed)
    return [each for each in changed if each.order_id in would_change]


def _known_orders(standing: Standing, said: Sequence[Heard]) -> dict[int, Order]:
    """The orders as they count now; those that cannot be read are left out."""
    ids = [standing.contents[each.order_id][0] for each in said
           if each.order_id in standing.contents]  # fmt: skip
    found: dict[int, Order] = {}
    with database.cursor() as cursor:
        cursor.execute("SELECT payload::text FROM sync_snapshot WHERE id = ANY(%s)", [ids])
        for (text,) in cursor.fetchall() if ids else ():
            with suppress(UnreadableOrderError):
                order = parse_order(load_json(text))
                found[order.order_id] = order
    return found


def _is_known(known: Order | None, told: Order | None) -> bool:
    return known is not None and told is not None and says_the_same(known, told)


def _would_change(connection: StoreConnection, terms: Terms, said: Sequence[Heard]) -> set[int]:
    """For which of these orders the pipeline would post something, or let them wait.

    Planned as it would be, and rolled back: where the options say so, planning opens items.
    """
    if not said:
        return set()
    now = timezone.now()
    arrivals = {
        each.order_id: [Arrival(0, 0, now, TOPIC, each.content)] for each in said if each.content
    }
    with transaction.atomic():
        cases = pipeline.decided(connection, terms, arrivals)
        transaction.set_rollback(True)
    return {case.order_id for case in cases if case.problem or (case.plan and case.plan.documents)}
