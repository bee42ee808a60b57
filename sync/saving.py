"""What a batch writes: vouchers through the ledger, and its own rows, all with bulk statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection as database

from connections.models import Activity, StoreConnection
from ledger import posting
from ledger.models import Item
from sync import storytelling
from sync.core.arrivals import Arrival, Fate
from sync.core.terms import ItemFacts
from sync.deciding import Case
from sync.models import Delivery, DeliveryState, Order, OrderDocument, OrderDraft, OrderState
from ledger.core.gst import Taxability

INTERNAL = "internal"
"""The reason code of an order that broke something: our fault, kept for a person."""


def save(connection: StoreConnection, cases: Sequence[Case], now: datetime) -> int:
    """Write a batch's decisions; returns how many documents were posted."""
    planned = [(case, each) for case in cases if case.plan for each in case.plan.documents]
    posted = posting.post(
        connection.company, [each.document for _, each in planned], posted_at=now
    ) if planned else []  # fmt: skip
    OrderDocument.objects.bulk_create(
        OrderDocument(
            company_id=connection.company_id,
            connection_id=connection.pk,
            order_id=case.order_id,
            voucher_id=voucher.id,
            kind=each.cause,
            refund_id=each.refund_id,
        )
        for (case, each), voucher in zip(planned, posted, strict=True)
    )
    vouchers = {voucher.source_key: voucher.id for voucher in posted}
    _save_drafts(connection, cases, now)
    _save_orders(connection, cases, now)
    _supersede_waiting(connection, cases, now)
    _save_deliveries(cases, now)
    Activity.objects.bulk_create(
        Activity(company_id=connection.company_id, connection_id=connection.pk, at=now, **line)
        for case in cases
        for line in storytelling.lines_about(case, vouchers)
    )
    return len(posted)


def _save_drafts(connection: StoreConnection, cases: Sequence[Case], now: datetime) -> None:
    """Keep the drafts that plans ask for, drop those of orders that need none any more."""
    kept = [(case, case.plan.draft) for case in cases if case.plan and case.plan.draft]
    gone = [
        case.order_id
        for case in cases
        if case.plan and not case.plan.draft and case.known and case.known.may_have_draft
    ]
    if gone:
        rows = OrderDraft.objects.filter(connection_id=connection.pk, order_id__in=gone)
        keys = list(rows.values_list("draft__source_key", flat=True))
        rows.delete()
        posting.drop_drafts(connection.company, keys)
    if not kept:
        return
    ids = posting.save_drafts(
        connection.company,
        [draft for _, draft in kept],
        is_sales_order=connection.post_as == "sales_order",
        at=now,
    )
    OrderDraft.objects.bulk_create(
        (
            OrderDraft(
                company_id=connection.company_id,
                connection_id=connection.pk,
                order_id=case.order_id,
                draft_id=draft_id,
            )
            for (case, _), draft_id in zip(kept, ids, strict=True)
        ),
        update_conflicts=True,
        unique_fields=["connection", "order_id"],
        update_fields=["draft"],
    )


_ORDER_FIELDS = (
    "number", "store_status", "currency", "store_total", "store_refunded", "net_booked", "state",
    "reason_code", "reason", "snapshot_id", "version", "is_deleted", "created_at", "updated_at",
)  # fmt: skip


def _save_orders(connection: StoreConnection, cases: Iterable[Case], now: datetime) -> None:
    rows = [_order_row(connection, case, now) for case in cases if _has_news(case)]
    Order.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["connection", "order_id"],
        update_fields=[name.removesuffix("_id") for name in _ORDER_FIELDS],
    )


def _has_news(case: Case) -> bool:
    """Repeats and superseded deliveries leave the order's row alone, unless they made it post."""
    return case.newest is not None and (case.counts or bool(case.plan and case.plan.documents))


def _order_row(connection: StoreConnection, case: Case, now: datetime) -> Order:
    newest, order, plan, problem = case.newest, case.order, case.plan, case.problem
    assert newest is not None  # _has_news
    total = order.total if order else 0
    return Order(
        company_id=connection.company_id,
        connection_id=connection.pk,
        order_id=case.order_id,
        number=order.number if order else str(case.order_id),
        store_status=order.status if order else str(newest.payload.get("status", ""))[:60],
        currency=order.currency if order else connection.company.currency,
        store_total=total,
        store_refunded=order.refunded if order else 0,
        net_booked=plan.net if plan else case.books.standing().total,
        state=OrderState.WAITING if problem else OrderState(plan.state if plan else "ignored"),
        reason_code=problem.code if problem else (plan.rule if plan else ""),
        reason=problem.sentence if problem else storytelling.rule_in_words(plan.rule if plan else ""),
        snapshot_id=newest.snapshot_id,
        version=newest.version,
        is_deleted=newest.is_deleted,
        created_at=order.created_at if order else None,
        first_seen_at=case.first_seen_at,
        updated_at=now,
    )


def _supersede_waiting(connection: StoreConnection, cases: Iterable[Case], now: datetime) -> None:
    """What waited so far waits no longer where a newer snapshot counts."""
    state, code, reason = storytelling.SUPERSEDED
    Delivery.objects.filter(
        connection_id=connection.pk,
        order_id__in=[case.order_id for case in cases if case.newest and case.counts],
        state=DeliveryState.WAITING,
    ).update(state=state, reason_code=code, reason=reason, finished_at=now)


def _save_deliveries(cases: Iterable[Case], now: datetime) -> None:
    rows = [
        (delivery_id, *storytelling.end_of(case, fate))
        for case in cases
        for delivery_id, fate in case.settled.fates.items()
    ]
    _finish_deliveries(rows, now)


def _finish_deliveries(rows: Sequence[tuple[int, str, str, str]], now: datetime) -> None:
    """Set (id, state, reason code, reason) in one statement."""
    ids, states, codes, reasons = (list(column) for column in zip(*rows, strict=True))
    with database.cursor() as cursor:
        cursor.execute(_FINISH, [now, ids, states, codes, reasons])


_FINISH = """
UPDATE sync_delivery d
SET state = e.state, reason_code = e.code, reason = e.reason, finished_at = %s
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS e(id, state, code, reason)
WHERE d.id = e.id
"""


def set_aside(
    connection: StoreConnection,
    order_id: int,
    arrivals: Sequence[Arrival],
    error: Exception,
    now: datetime,
) -> None:
    """Let an order's deliveries wait because processing them broke something."""
    reason = storytelling.internal_error(error)
    _finish_deliveries(
        [(arrival.delivery_id, DeliveryState.WAITING, INTERNAL, reason) for arrival in arrivals], now
    )
    Order.objects.filter(connection_id=connection.pk, order_id=order_id).update(
        state=OrderState.WAITING, reason_code=INTERNAL, reason=reason, updated_at=now
    )
    Activity.objects.create(
        company_id=connection.company_id,
        connection_id=connection.pk,
        at=now,
        kind="waiting",
        text=f"Order #{order_id} waits: {reason}",
        status="failed",
        order_id=order_id,
    )


def create_items(
    company_id: int, cases: Iterable[Case], known: Mapping[str, Any]
) -> dict[str, ItemFacts]:
    """Open an item for every SKU that has none; its rate and HSN are for a person to add."""
    lines = {
        line.sku: line.name
        for case in cases
        if case.order
        for line in case.order.lines
        if line.sku and line.sku not in known
    }
    if not lines:
        return {}
    Item.objects.bulk_create(
        (Item(company_id=company_id, sku=sku, name=name or sku) for sku, name in lines.items()),
        ignore_conflicts=True,
    )
    created = Item.objects.filter(company_id=company_id, sku__in=lines)
    return {item.sku: ItemFacts(item.pk, "", Taxability(item.taxability), ()) for item in created}
