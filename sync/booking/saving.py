"""What a batch writes: vouchers through the ledger, and its own rows, all with bulk statements."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection as database

from connections.models import Activity, ActivityStatus, StoreConnection
from ledger import posting
from ledger.core.gst import Taxability
from ledger.models import Item
from sync.booking import storytelling
from sync.booking.deciding import Case
from sync.booking.unmatched import unmatched_skus
from sync.core.arrivals import Arrival, Newest
from sync.core.matching import CatalogueItem
from sync.core.people import Person, buyer_of
from sync.core.planning import Planned
from sync.core.terms import ItemFacts
from sync.core.waiting import INTERNAL
from sync.customers import following
from sync.models import Delivery, DeliveryState, Order, OrderDraft, OrderState

Row = dict[str, Any]
ITEM_NAME = 250
"""So much of a product's name an item keeps."""


def save(connection: StoreConnection, cases: Sequence[Case], now: datetime) -> int:
    """Write a batch's decisions; returns how many documents were posted."""
    planned = [(case, each) for case in cases if case.plan for each in case.plan.documents]
    posted = posting.post(
        connection.company,
        [each.document for _, each in planned],
        posted_at=now,
        labels={f"clearing:{connection.pk}": connection.name},
    )
    _drop_drafts(connection, cases)
    _keep_drafts(connection, cases, now)
    vouchers = {voucher.source_key: voucher.id for voucher in posted}
    values = {
        "company": connection.company_id,
        "connection": connection.pk,
        "now": now,
        "documents": _json(_document(case, each, vouchers) for case, each in planned),
        "activity": _json(_activity(connection, cases, vouchers)),
        "orders": _json(_orders(connection, cases)),
        "unmatched": _json(unmatched_skus(cases)),
        "renewed": [case.order_id for case in cases if case.newest and case.counts],
        **_ends(cases),
    }
    with database.cursor() as cursor:
        cursor.execute(_WRITE, values)
    if connection.share_contact_details:
        following.keep_buyers(connection, dict(_buyers(cases)), now)
    return len(posted)


def _buyers(cases: Iterable[Case]) -> Iterator[tuple[int, Person]]:
    """Who bought, of orders with news; an order that names no e-mail address says nothing."""
    for case in cases:
        if case.newest and _has_news(case) and (buyer := buyer_of(case.newest.payload)):
            yield case.order_id, buyer


def _json(rows: Iterable[Row]) -> str:
    return json.dumps(list(rows), default=str)


def _document(case: Case, planned: Planned, vouchers: Mapping[str, int]) -> Row:
    return {
        "order_id": case.order_id,
        "voucher_id": vouchers[planned.document.source_key],
        "kind": planned.cause,
        "refund_id": planned.refund_id,
    }


def _activity(
    connection: StoreConnection, cases: Iterable[Case], vouchers: Mapping[str, int]
) -> Iterator[Row]:
    for case in cases:
        yield from storytelling.lines_about(case, vouchers, connection.company.currency)


def _ends(cases: Iterable[Case]) -> dict[str, Any]:
    """How each delivery ends, column by column; and how those end that a newer one replaces."""
    ends = [
        (delivery_id, *storytelling.end_of(case, fate))
        for case in cases
        for delivery_id, fate in case.settled.fates.items()
    ]
    columns = map(list, zip(*ends, strict=True))
    state, code, reason = storytelling.SUPERSEDED
    return dict(zip(("ends", "states", "codes", "reasons"), columns, strict=True)) | {
        "superseded_state": state,
        "superseded_code": code,
        "superseded_reason": reason,
    }


def _drop_drafts(connection: StoreConnection, cases: Sequence[Case]) -> None:
    """Drop the drafts of orders that need none any more."""
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


def _keep_drafts(connection: StoreConnection, cases: Sequence[Case], now: datetime) -> None:
    """Keep the drafts that plans ask for, each in place of the order's former one."""
    kept = [(case, case.plan.draft) for case in cases if case.plan and case.plan.draft]
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


def _has_news(case: Case) -> bool:
    """Repeats and superseded deliveries leave the order's row alone, unless they made it post.

    Or the plugin read the same content later: what was read in between is then older.
    """
    if case.counts or (case.plan and case.plan.documents):
        return True
    return bool(case.known and case.newest and case.newest.version != case.known.newest.version)


def _orders(connection: StoreConnection, cases: Iterable[Case]) -> Iterator[Row]:
    for case in cases:
        if case.newest and _has_news(case):
            yield _order(connection, case, case.newest)


def _order(connection: StoreConnection, case: Case, newest: Newest) -> Row:
    order, plan, problem = case.order, case.plan, case.problem
    rule = plan.rule if plan else ""
    return {
        "order_id": case.order_id,
        "number": order.number if order else str(case.order_id),
        "store_status": order.status if order else str(newest.payload.get("status", ""))[:60],
        "currency": order.currency if order else connection.company.currency,
        "store_total": order.total if order else 0,
        "store_refunded": order.refunded if order else 0,
        "net_booked": plan.net if plan else case.books.standing().total,
        "state": OrderState.WAITING if problem else OrderState(plan.state if plan else "ignored"),
        "reason_code": problem.code if problem else rule,
        "reason": problem.sentence if problem else storytelling.why(plan) if plan else "",
        "missing_skus": sorted(case.missing) or None,
        "snapshot_id": newest.snapshot_id,
        "version": newest.version,
        "is_deleted": newest.is_deleted,
        "created_at": order.created_at if order else None,
        "first_seen_at": case.first_seen_at,
        "seen_at": newest.seen_at,
    }


# One statement for all that is not a voucher or a draft: an order that stands alone goes through it
# as well, and then every round trip counts.
_WRITE = """
WITH documents AS (
    INSERT INTO sync_orderdocument
        (company_id, connection_id, order_id, voucher_id, kind, refund_id)
    SELECT %(company)s, %(connection)s, order_id, voucher_id, kind, refund_id
    FROM json_populate_recordset(NULL::sync_orderdocument, %(documents)s)
), activity AS (
    INSERT INTO connections_activity
        (company_id, connection_id, at, kind, text, status, order_id, voucher)
    SELECT %(company)s, %(connection)s, %(now)s, kind, text, status, order_id, voucher
    FROM json_populate_recordset(NULL::connections_activity, %(activity)s)
), orders AS (
    INSERT INTO sync_order
        (company_id, connection_id, order_id, number, store_status, currency, store_total,
         store_refunded, net_booked, state, reason_code, reason, missing_skus, snapshot_id, version,
         is_deleted, created_at, first_seen_at, seen_at, updated_at)
    SELECT %(company)s, %(connection)s, order_id, number, store_status, currency, store_total,
         store_refunded, net_booked, state, reason_code, reason, missing_skus, snapshot_id, version,
         is_deleted, created_at, first_seen_at, seen_at, %(now)s
    FROM json_populate_recordset(NULL::sync_order, %(orders)s)
    ON CONFLICT (connection_id, order_id) DO UPDATE SET
        (number, store_status, currency, store_total, store_refunded, net_booked, state,
         reason_code, reason, missing_skus, snapshot_id, version, is_deleted, created_at, seen_at,
         updated_at)
        = (excluded.number, excluded.store_status, excluded.currency, excluded.store_total,
           excluded.store_refunded, excluded.net_booked, excluded.state, excluded.reason_code,
           excluded.reason, excluded.missing_skus, excluded.snapshot_id, excluded.version,
           excluded.is_deleted, excluded.created_at, excluded.seen_at, excluded.updated_at)
), unmatched AS (
    INSERT INTO sync_unmatchedsku AS known
        (company_id, connection_id, key, sku, name, lines, last_order_id, last_number, last_at)
    SELECT %(company)s, %(connection)s, key, sku, name, lines, last_order_id, last_number, last_at
    FROM json_populate_recordset(NULL::sync_unmatchedsku, %(unmatched)s)
    ON CONFLICT (connection_id, key) DO UPDATE SET
        lines = known.lines + excluded.lines,
        (sku, name, last_order_id, last_number, last_at) = (
            SELECT each.sku, each.name, each.order_id, each.number, each.at FROM (VALUES
                (1, excluded.sku, excluded.name, excluded.last_order_id, excluded.last_number,
                 excluded.last_at),
                (2, known.sku, known.name, known.last_order_id, known.last_number, known.last_at)
            ) AS each (turn, sku, name, order_id, number, at)
            ORDER BY each.at DESC, each.turn LIMIT 1)
), superseded AS (
    -- What waited so far waits no longer where a newer snapshot counts.
    UPDATE sync_delivery
    SET state = %(superseded_state)s, reason_code = %(superseded_code)s,
        reason = %(superseded_reason)s, finished_at = %(now)s
    WHERE connection_id = %(connection)s AND state = 'waiting'
      AND order_id = ANY(%(renewed)s)
)
UPDATE sync_delivery d
SET state = e.state, reason_code = e.reason_code, reason = e.reason, finished_at = %(now)s
-- Arrays, unlike JSON, tell the planner how many rows they hold.
FROM unnest(%(ends)s::bigint[], %(states)s::text[], %(codes)s::text[], %(reasons)s::text[])
    AS e (id, state, reason_code, reason)
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
    Delivery.objects.filter(pk__in=[arrival.delivery_id for arrival in arrivals]).update(
        state=DeliveryState.WAITING, reason_code=INTERNAL, reason=reason, finished_at=now
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
        status=ActivityStatus.FAILED,
        order_id=order_id,
    )


def create_items(company_id: int, names: Mapping[str, str]) -> list[CatalogueItem]:
    """Open an item for each SKU, with its name; rate and HSN are for a person to add."""
    if not names:
        return []
    Item.objects.bulk_create(
        (
            Item(company_id=company_id, sku=sku, name=(name or sku)[:ITEM_NAME])
            for sku, name in names.items()
        ),
        ignore_conflicts=True,
    )
    created = Item.objects.filter(company_id=company_id, sku__in=names)
    return [
        CatalogueItem(
            ItemFacts(item.pk, item.hsn, Taxability(item.taxability), ()),
            item.sku,
            item.lookup_code,
            item.name,
            item.is_active,
        )
        for item in created
    ]
