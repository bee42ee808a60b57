"""Orders that a person chose, brought from the store through the ordinary inbox and pipeline.

First they are asked for by their ids, as they are now; then they are booked, behind what comes in
live. The same rules hold as for every other delivery; each order says which one left it out.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import connection as database
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from connections import activity, lifecycle
from connections.clients.protocol import Gone, StoreClient, Unread
from connections.clients.transport import Limits
from connections.models import StoreConnection
from ledger.models import User
from sync.asking import errands, pulls
from sync.asking.errands import NotPossibleError, Slice
from sync.booking import draining
from sync.models import (
    OPEN_ERRANDS,
    ErrandState,
    ImportedOrder,
    ImportOutcome,
    Lane,
    OrderImport,
)

TOPIC = "import"
MOST_ORDERS = 20_000
MOST_SKUS = 100
BOOKING_SECONDS = 5.0
CANCELLED = "cancelled"
WAS_CANCELLED = "The import was cancelled before this order was asked for."
ASKED, KEPT = ImportOutcome.ASKED, ImportOutcome.KEPT


@transaction.atomic
def begin(
    connection: StoreConnection, numbers: Mapping[int, str], *, by: User, now: datetime
) -> OrderImport:
    """Have these orders brought, `numbers` by id; who asks twice gets the import under way.

    :raises NotPossibleError: when the store cannot be asked, or there are none or too many.
    """
    if not 0 < len(numbers) <= MOST_ORDERS:
        raise NotPossibleError(
            f"Choose up to {MOST_ORDERS:,} orders." if numbers else "Choose the orders to import."
        )
    lifecycle.lock(connection)
    errands.check_can_be_asked(connection)
    found = _under_way(connection, set(numbers))
    if found:
        return found
    made = OrderImport.objects.create(
        company_id=connection.company_id, connection=connection, total=len(numbers),
        made_by=by, made_at=now, next_at=now,
    )  # fmt: skip
    ImportedOrder.objects.bulk_create(
        (
            ImportedOrder(
                company_id=connection.company_id,
                order_import=made,
                order_id=order_id,
                number=number,
            )
            for order_id, number in sorted(numbers.items())
        ),
        batch_size=1000,
    )
    errands.send(made, now)
    return made


def _under_way(connection: StoreConnection, order_ids: set[int]) -> OrderImport | None:
    """A running import of the very same orders."""
    running = OrderImport.objects.filter(connection=connection, state=ErrandState.RUNNING)
    for each in running.filter(total=len(order_ids)):
        if set(each.orders.values_list("order_id", flat=True)) == order_ids:
            return each
    return None


def run(
    order_import: OrderImport,
    *,
    seconds: float = float("inf"),
    limits: Limits = pulls.PATIENCE,
    beat: Callable[[], None] = lambda: None,
) -> Slice:
    """Go on with an import for so many seconds."""

    def step(client: StoreClient) -> bool:
        return _step(order_import, client)

    return errands.run(order_import, step, seconds=seconds, limits=limits, beat=beat)


def counts(order_import: OrderImport) -> dict[str, int]:
    """How many orders came to what; one query."""
    return counts_of([order_import.pk]).get(order_import.pk, {})


def counts_of(import_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """The same of several imports, by their ids; one query."""
    rows = ImportedOrder.objects.filter(order_import__in=import_ids)
    found: dict[int, dict[str, int]] = {}
    told = rows.values_list("order_import_id", "outcome").annotate(count=Count("pk"))
    for import_id, outcome, count in told.order_by("order_import_id", "outcome"):
        found.setdefault(import_id, {})[outcome] = count
    return found


def _step(order_import: OrderImport, client: StoreClient) -> bool:
    """Ask for some orders; once all have come, book. Whether nothing is left to do."""
    rows = _rows(order_import, ASKED).values_list("order_id", flat=True)
    wanted = list(rows[: errands.ASKED_AT_ONCE])
    if wanted:
        _bring(order_import, wanted, client)
        return False
    settle(order_import)
    if _rows(order_import, KEPT).exists():
        draining.drain(order_import.connection_id, seconds=BOOKING_SECONDS, patient=True)
        settle(order_import)
    if _rows(order_import, KEPT).exists():
        return False
    _finish(order_import, timezone.now())
    return True


def _rows(order_import: OrderImport, outcome: ImportOutcome):  # type: ignore[no-untyped-def]
    rows = ImportedOrder.objects.filter(order_import=order_import, outcome=outcome)
    return rows.order_by("order_id")


def _bring(order_import: OrderImport, wanted: Sequence[int], client: StoreClient) -> None:
    """Ask for these orders, and put what comes into the inbox; both at once in the database."""
    asked_at = timezone.now()
    told = errands.orders_of(client, wanted)
    order_import.page_size = client.page_size
    with transaction.atomic():
        connection = StoreConnection.objects.get(pk=order_import.connection_id)
        asked = _rows(order_import, ASKED).filter(order_id__in=told.asked).select_for_update()
        still = set(asked.values_list("order_id", flat=True))  # less what was cancelled meanwhile
        orders = [each for each in told.orders if each["id"] in still]
        OrderImport.objects.filter(pk=order_import.pk).update(
            **errands.told(order_import, len(still))
        )
        pulls.keep(connection, orders, asked_at=asked_at, topic=TOPIC, lane=Lane.BACKFILL)
        came = {order["id"] for order in orders}
        _mark_kept(order_import, came)
        for order_id in still - came:
            _mark_missing(order_import, order_id, told.missing.get(order_id))


def _mark_kept(order_import: OrderImport, order_ids: set[int]) -> None:
    with database.cursor() as cursor:
        cursor.execute(
            _MARK_KEPT,
            {
                "import": order_import.pk,
                "connection": order_import.connection_id,
                "orders": list(order_ids),
                "topic": TOPIC,
            },
        )


# Of two imports at once the later may find the other's delivery: it ends as its own does.
_MARK_KEPT = """
UPDATE sync_importedorder AS r SET outcome = 'kept', delivery_id = d.id
FROM (SELECT order_id, max(id) AS id FROM sync_delivery
      WHERE connection_id = %(connection)s AND order_id = ANY(%(orders)s::bigint[])
        AND topic = %(topic)s
      GROUP BY order_id) AS d
WHERE r.order_import_id = %(import)s AND r.order_id = d.order_id AND r.outcome = 'asked'
"""


def _mark_missing(order_import: OrderImport, order_id: int, told: Gone | Unread | None) -> None:
    code, reason = _why(told)
    ImportedOrder.objects.filter(order_import=order_import, order_id=order_id).update(
        outcome=ImportOutcome.IGNORED if code == "cart" else ImportOutcome.FAILED,
        reason_code=code,
        reason=reason,
    )


def _why(told: Gone | Unread | None) -> tuple[str, str]:
    if isinstance(told, Unread):
        return "unread", "The store could not read this order; another plugin there may be why."
    if told is None or told.is_draft:
        return "cart", "It is a cart in the store, and no order yet."
    return "gone", "The store has no such order any more."


def settle(order_import: OrderImport) -> None:
    """Note what became of the orders that are processed; one statement."""
    with database.cursor() as cursor:
        cursor.execute(_SETTLE, [order_import.pk])


_SETTLE = """
UPDATE sync_importedorder AS r
SET outcome = e.outcome,
    reason_code = CASE WHEN e.outcome = 'booked' THEN '' ELSE e.reason_code END,
    reason = CASE WHEN e.outcome = 'booked' THEN '' ELSE e.reason END,
    number = coalesce(nullif(e.number, ''), r.number)
FROM (
    SELECT i.id, o.number,
        CASE WHEN d.state = 'booked' THEN 'booked'
             WHEN 'internal' IN (d.reason_code, o.reason_code) THEN 'failed'
             WHEN d.state = 'waiting' OR o.state = 'waiting' THEN 'waiting'
             WHEN d.state = 'alarm' OR o.id IS NULL THEN 'failed'
             WHEN o.state = 'draft' THEN 'draft'
             WHEN o.state = 'booked' THEN 'unchanged'
             ELSE 'ignored' END AS outcome,
        CASE WHEN o.id IS NULL OR d.state = 'waiting' THEN d.reason_code ELSE o.reason_code END
            AS reason_code,
        coalesce(nullif(
            CASE WHEN o.id IS NULL OR d.state = 'waiting' THEN d.reason ELSE o.reason END, ''),
            nullif(d.reason, ''), 'Nothing of it is to be booked.') AS reason
    FROM sync_importedorder i
    JOIN sync_delivery d ON d.id = i.delivery_id
    LEFT JOIN sync_order o ON o.connection_id = d.connection_id AND o.order_id = d.order_id
    WHERE i.order_import_id = %s AND i.outcome = 'kept' AND d.state <> 'received'
) AS e
WHERE r.id = e.id
"""


def _finish(order_import: OrderImport, now: datetime) -> None:
    own = OrderImport.objects.filter(pk=order_import.pk, state=ErrandState.RUNNING)
    cancelled = _rows(order_import, ImportOutcome.FAILED).filter(reason_code=CANCELLED)
    state = ErrandState.CANCELLED if cancelled.exists() else ErrandState.DONE
    with transaction.atomic():
        if own.update(state=state, finished_at=now):
            text = told_in_words(counts(order_import))
            activity.note(order_import.connection, text, at=now, kind="import")


def missing_skus(order_import: OrderImport) -> list[str]:
    """The SKUs of its orders that still have no item, those booked without one among them."""
    with database.cursor() as cursor:
        cursor.execute(_MISSING, {"import": order_import.pk, "most": MOST_SKUS})
        return [sku for (sku,) in cursor.fetchall()]


# A SKU is read off the lines; keys of the orders that wait find their spelling in the list of SKUs.
_MISSING = """
WITH orders AS MATERIALIZED (
    SELECT i.connection_id, r.order_id FROM sync_importedorder r
    JOIN sync_orderimport i ON i.id = r.order_import_id
    WHERE i.id = %(import)s AND r.outcome IN ('booked', 'unchanged', 'waiting')
), keys AS (
    SELECT o.connection_id, key FROM orders
    JOIN sync_order o USING (connection_id, order_id), unnest(o.missing_skus) AS key
    WHERE o.missing_skus IS NOT NULL
    UNION
    SELECT orders.connection_id, ledger_spelling_key(l.sku) FROM orders
    JOIN sync_orderdocument d USING (connection_id, order_id)
    JOIN ledger_voucherline l ON l.voucher_id = d.voucher_id
    WHERE l.kind = 'product' AND l.item_id IS NULL AND l.sku <> ''
)
SELECT seen.sku FROM keys JOIN sync_unmatchedsku seen USING (connection_id, key)
WHERE seen.key <> '' AND NOT EXISTS (
    SELECT FROM sync_skumapping mapped
    WHERE mapped.connection_id = keys.connection_id AND mapped.key = keys.key)
ORDER BY seen.sku LIMIT %(most)s
"""


def told_in_words(found: Mapping[str, int]) -> str:
    """Such as `12 orders imported by hand: 10 booked, 2 waiting.`, for the activity log."""
    total = sum(found.values())
    names = (each for each in ImportOutcome if found.get(each))
    parts = ", ".join(f"{found[each]} {each.label.lower()}" for each in names)
    return f"{total} order{'' if total == 1 else 's'} imported by hand: {parts}."


@transaction.atomic
def cancel(order_import: OrderImport, *, now: datetime) -> None:
    """Ask for no more orders; what has come is booked all the same, and then it is over.

    :raises NotPossibleError: when all have been asked for, or it is over already.
    """
    own = OrderImport.objects.filter(pk=order_import.pk, state__in=OPEN_ERRANDS)
    left = _rows(order_import, ASKED).order_by()
    changes = {"outcome": ImportOutcome.FAILED, "reason_code": CANCELLED, "reason": WAS_CANCELLED}
    if not own.exists() or not left.update(**changes):
        raise NotPossibleError("All its orders have been asked for already.")
    own.update(state=ErrandState.RUNNING, next_at=now, failures=0, problem="", problem_code="")
    errands.send(order_import, now)
