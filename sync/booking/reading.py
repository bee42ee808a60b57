"""What a batch reads: orders as known, their vouchers, and people's answers.

A fixed number of queries, whatever the number of orders.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection as database

from connections.models import BareRefund, StoreConnection, UnmappedSku
from ledger.core.documents import Header, Line, LineKind, VoucherType
from ledger.core.gst import group_of
from sync.core.arrivals import Newest
from sync.core.books import Cause, OrderBooks, Posted
from sync.core.desired import Answers
from sync.core.order import Order as ParsedOrder
from sync.core.terms import DEFAULT_ACTIONS, Action, TaxNames, Terms
from sync.core.waiting import Reallocation, WaitsFor
from sync.models import Acceptance, OrderState

POST_NOW = "post_now"
"""The code of the answer “post this order whatever the connection's options say”."""

LEFT_OUT = "left_out"
"""The code of the answer “leave this snapshot out, the books stay as they are”."""

REFUND_LINES = f"{WaitsFor.REFUND_LINES}:"
"""What the codes of allocated refunds begin with; the refund's id follows."""


def load_json(text: str) -> Any:
    """JSON with every fraction as Decimal: money is never a float."""
    return json.loads(text, parse_float=Decimal)


def terms_of(connection: StoreConnection) -> Terms:
    """The company's tax standing and the connection's options as the core wants them."""
    company = connection.company
    actions = {status: Action(action) for status, action in connection.status_mapping.items()}
    return Terms(
        connection=str(connection.pk),
        country=company.country,
        state=company.state,
        is_regular=company.scheme == "regular",
        has_lut=company.has_lut,
        currency=company.currency,
        zone=ZoneInfo(company.timezone),
        clearing_account=f"clearing:{connection.pk}",
        post_as=connection.post_as,
        rounds_to_rupee=connection.rounds_to_rupee,
        waits_for_sku=connection.unmapped_sku == UnmappedSku.WAIT,
        waits_for_refund_lines=connection.bare_refund == BareRefund.WAIT,
        locked_until=company.books_lock.locked_until,
        go_live_date=connection.go_live_date,
        actions={**DEFAULT_ACTIONS, **actions},
        tax_names=tax_names_of(connection),
    )


def tax_names_of(connection: StoreConnection) -> TaxNames:
    """The connection's tax mapping as the core wants it: rate ids are numbers there."""
    former = tuple((last, _by_rate(names)) for last, names in connection.former_tax_mappings)
    return TaxNames(_by_rate(connection.tax_mapping), former)


def _by_rate(names: Mapping[str, str]) -> dict[int, str]:
    return {int(rate_id): name for rate_id, name in names.items()}


@dataclass(frozen=True, slots=True)
class Known:
    """An order as the last batch left it."""

    newest: Newest
    state: str
    has_documents: bool
    first_seen_at: datetime

    @property
    def may_have_draft(self) -> bool:
        """Whether a draft of the order may have to go."""
        return self.state in (OrderState.DRAFT, OrderState.WAITING)


def known_orders(connection_id: UUID, order_ids: Collection[int]) -> dict[int, Known]:
    """The orders among these that were seen before."""
    with database.cursor() as cursor:
        cursor.execute(_KNOWN, [connection_id, list(order_ids)])
        rows = cursor.fetchall()
    return {
        order_id: Known(
            Newest(snapshot_id, version, load_json(payload), is_deleted, seen_at),
            state,
            state in (OrderState.BOOKED, OrderState.REVERSED, OrderState.WAITING),
            first_seen_at,
        )
        for (
            order_id, snapshot_id, version, payload, is_deleted, seen_at, state, first_seen_at,
        ) in rows
    }  # fmt: skip


_KNOWN = """
SELECT o.order_id, o.snapshot_id, o.version, s.payload::text, o.is_deleted, o.seen_at, o.state,
       o.first_seen_at
FROM sync_order o JOIN sync_snapshot s ON s.id = o.snapshot_id
WHERE o.connection_id = %s AND o.order_id = ANY(%s)
"""


def books_of(connection_id: UUID, order_ids: Sequence[int]) -> dict[int, OrderBooks]:
    """What is posted for each of these orders, in one query."""
    if not order_ids:
        return {}
    with database.cursor() as cursor:
        cursor.execute(_BOOKS, [connection_id, list(order_ids)])
        rows = cursor.fetchall()
    posted: dict[int, list[Posted]] = defaultdict(list)
    for order_id, text in rows:
        posted[order_id].append(_posted(load_json(text)))
    return {order_id: OrderBooks(documents) for order_id, documents in posted.items()}


_BOOKS = """
SELECT d.order_id, json_build_object(
    'id', v.id, 'cause', d.kind, 'refund_id', d.refund_id, 'type', v.type, 'key', v.source_key,
    'date', v.date, 'total', v.total, 'place', v.place_of_supply, 'by', v.place_decided_by,
    'name', v.buyer_name, 'gstin', v.buyer_gstin, 'currency', v.original_currency,
    'own_currency', v.currency, 'exchange_rate', v.exchange_rate,
    'lines', (SELECT json_agg(json_build_array(
            l.source_line, l.kind, l.description, l.taxable_value, l.taxability, l.rate,
            l.tax_names, l.tax_rates, l.taxes, l.sku, l.item_id, l.hsn, l.quantity
        ) ORDER BY l.position) FROM ledger_voucherline l WHERE l.voucher_id = v.id)
)::text
FROM sync_orderdocument d JOIN ledger_voucher v ON v.id = d.voucher_id
WHERE d.connection_id = %s AND d.order_id = ANY(%s)
ORDER BY v.id
"""


def _posted(row: Mapping[str, Any]) -> Posted:
    """Only supplies under GST have a place of supply."""
    is_indian = row["place"] is not None
    header = Header(
        buyer_name=row["name"],
        buyer_gstin=row["gstin"],
        place_of_supply=row["place"],
        place_decided_by=row["by"],
        currency=row["currency"] or row["own_currency"],
        exchange_rate=row["exchange_rate"],
    )
    return Posted(
        cause=Cause(row["cause"]),
        type=VoucherType(row["type"]),
        source_key=row["key"],
        date=datetime.fromisoformat(row["date"]).date(),
        header=header,
        lines=tuple(_line(line, is_indian=is_indian) for line in row["lines"] or ()),
        total=Decimal(row["total"]),
        refund_id=row["refund_id"],
        voucher_id=row["id"],
    )


def _line(facts: Sequence[Any], *, is_indian: bool) -> Line:
    """A stored line, its facts in the order of `_BOOKS`.

    JSON writes a whole numeric without a point; Decimal() makes both kinds of number alike.
    """
    key, kind, description, value, taxability, rate, names, rates, taxes, *about = facts
    sku, item_id, hsn, quantity = about
    components = tuple(names), tuple(map(Decimal, rates))
    return Line(
        key=key,
        kind=LineKind(kind),
        description=description,
        taxable_value=Decimal(value),
        group=group_of(taxability, Decimal(rate), *components, is_indian=is_indian),
        quantity=None if quantity is None else Decimal(quantity),
        sku=sku,
        item_id=item_id,
        hsn=hsn,
        taxes=tuple(map(Decimal, taxes)),
    )


def answers_for(connection_id: UUID, order_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """People's decisions that hold about these orders, by code."""
    if not order_ids:
        return {}
    rows = Acceptance.objects.filter(connection_id=connection_id, order_id__in=order_ids)
    newest = rows.order_by("order_id", "code", "-id").distinct("order_id", "code")
    answers: dict[int, dict[str, Any]] = defaultdict(dict)
    facts = newest.values_list("order_id", "code", "value", "is_withdrawal")
    for order_id, code, value, is_withdrawal in facts:
        if not is_withdrawal:
            answers[order_id][code] = value
    return answers


def core_answers(answers: Mapping[str, Any], order: ParsedOrder) -> Answers:
    """Those decisions that the core knows; a difference was accepted for one total alone."""
    return {
        WaitsFor(code): value
        for code, value in answers.items()
        if code in set(WaitsFor)
        and (code != WaitsFor.DIFFERENCE or Decimal(value["total"]) == order.total)
    }


def allocations_in(answers: Mapping[str, Any]) -> dict[int, dict[str, Decimal]]:
    """What people said refunds give back: by refund id and line key, in the company's currency."""
    return {
        int(code.removeprefix(REFUND_LINES)): {
            key: Decimal(amount) for key, amount in value.items() if key not in _ABOUT_THE_NOTE
        }
        for code, value in answers.items()
        if code.startswith(REFUND_LINES)
    }


_ABOUT_THE_NOTE = ("note", "day")
"""What an allocation holds besides lines, whose keys have a colon, where it replaces a note."""


def reallocations_in(answers: Mapping[str, Any]) -> dict[int, Reallocation]:
    """Which booked notes people's allocations replace, by refund id."""
    return {
        int(code.removeprefix(REFUND_LINES)): Reallocation(
            value["note"], date.fromisoformat(value["day"])
        )
        for code, value in answers.items()
        if code.startswith(REFUND_LINES) and "note" in value
    }


def is_left_out(answers: Mapping[str, Any], snapshot_id: int) -> bool:
    """Whether a person left out this very snapshot; another one asks again."""
    answer = answers.get(LEFT_OUT)
    return answer is not None and answer["snapshot"] == str(snapshot_id)


def statuses_seen(
    connection_id: UUID, order_ids: Collection[int]
) -> dict[int, list[Mapping[str, Any]]]:
    """Every snapshot of these orders, as payloads; nothing of orders that were ever deleted.

    A deletion has no age: nobody can say which snapshots came before it.
    """
    if not order_ids:
        return {}
    with database.cursor() as cursor:
        cursor.execute(_HISTORY, [connection_id, list(order_ids)])
        rows = cursor.fetchall()
    history: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for order_id, text in rows:
        history[order_id].append(load_json(text))
    return history


_HISTORY = """
SELECT s.order_id, s.payload::text FROM sync_snapshot s
WHERE s.connection_id = %s AND s.order_id = ANY(%s) AND NOT EXISTS (
    SELECT FROM sync_snapshot d
    WHERE d.connection_id = s.connection_id AND d.order_id = s.order_id AND d.is_deletion
)
"""


def refunds_seen_before(
    connection_id: UUID, order_ids: Collection[int]
) -> dict[int, dict[int, datetime]]:
    """When each refund of these orders was first heard of, over all snapshots ever received."""
    if not order_ids:
        return {}
    with database.cursor() as cursor:
        cursor.execute(_REFUNDS, [connection_id, list(order_ids)])
        rows = cursor.fetchall()
    seen: dict[int, dict[int, datetime]] = defaultdict(dict)
    for order_id, refund_id, at in rows:
        if refund_id.isdecimal():
            seen[order_id][int(refund_id)] = at
    return seen


_REFUNDS = """
SELECT s.order_id, refund->>'id', min(s.first_seen_at)
FROM sync_snapshot s, jsonb_array_elements(s.payload->'refunds') AS refund
WHERE s.connection_id = %s AND s.order_id = ANY(%s) AND NOT s.is_deletion
  AND jsonb_typeof(s.payload->'refunds') = 'array' AND refund->>'id' IS NOT NULL
GROUP BY 1, 2
"""
