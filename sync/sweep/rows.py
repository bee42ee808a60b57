"""Rows of a sweep: written in sets, each order once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection as database

from ledger.core.money import to_paise
from sync.core.certificate import Finding, InStore
from sync.models import SweepRun, SweptOrder
from sync.sweep.hearing import Heard

MOST = Decimal(10) ** 13
"""Amounts beyond this are nonsense, and would not fit; they are shown as this."""


def keep_found(
    run: SweepRun,
    said: Sequence[Heard],
    findings: Mapping[int, Finding],
    *,
    put: frozenset[int],
    unjudged: frozenset[int],
    is_open: frozenset[int],
) -> None:
    """What a page showed. An order that comes again, as pages may repeat it, is as it is now."""
    rows = [
        {
            **_facts(each, findings[each.order_id]),
            "found": "" if each.order_id in unjudged else findings[each.order_id].verdict,
            "found_net": findings[each.order_id].books_net,
            "found_reason": findings[each.order_id].reason,
            "is_open": each.order_id in is_open,
            "is_put": each.order_id in put,
        }
        for each in said
    ]
    _execute(_KEEP, run, rows)


def keep_settled(
    run: SweepRun,
    said: Iterable[Heard],
    findings: Mapping[int, Finding],
    *,
    put: frozenset[int] = frozenset(),
) -> None:
    """How orders stand in the end; what was found before stays, or is this where nothing was."""
    rows = [
        {**_facts(each, findings[each.order_id]), "is_put": each.order_id in put} for each in said
    ]
    _execute(_SETTLE, run, rows)


def said_before(row: SweptOrder) -> Heard:
    """What the store said of an order, from its row: the amounts, without the content."""
    if row.is_unread:
        return Heard(InStore(row.order_id, status=row.status), is_unread=True)
    store = InStore(row.order_id, row.created_at, row.status or None, row.total, tuple(row.refunds))
    return Heard(store)


def _facts(said: Heard, finding: Finding) -> dict[str, Any]:
    store = said.store
    return {
        "order_id": said.order_id,
        "status": store.status or "",
        "created_at": store.created_at,
        "total": _fitting(store.total),
        "refunds": [str(_fitting(amount)) for amount in store.refunds],
        "verdict": finding.verdict,
        "store_net": _fitting(finding.store_net),
        "books_net": finding.books_net,
        "reason": finding.reason,
        "is_unread": said.is_unread,
    }


def _fitting(amount: Decimal) -> Decimal:
    return to_paise(max(-MOST, min(MOST, amount)))


def _execute(statement: str, run: SweepRun, rows: list[dict[str, Any]]) -> None:
    if rows:
        given = json.dumps(rows, default=str)
        values: dict[str, int | str] = {"company": run.company_id, "run": run.pk, "rows": given}
        with database.cursor() as cursor:
            cursor.execute(statement, values)


_GIVEN = """
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (
        order_id bigint, status text, created_at timestamptz, total numeric, refunds jsonb,
        found text, found_net numeric, found_reason text, verdict text, store_net numeric,
        books_net numeric, reason text, is_open boolean, is_put boolean, is_unread boolean
    )
"""
_REFUNDS = "ARRAY(SELECT each::numeric FROM jsonb_array_elements_text(given.refunds) AS each)"

_KEEP = f"""
WITH given AS ({_GIVEN})
INSERT INTO sync_sweptorder AS known
    (company_id, run_id, order_id, status, created_at, total, refunds, found, found_net,
     found_reason, verdict, store_net, books_net, reason, is_open, is_put, is_unread)
SELECT %(company)s, %(run)s, order_id, status, created_at, total, {_REFUNDS}, found, found_net,
     found_reason, verdict, store_net, books_net, reason, is_open, is_put, is_unread
FROM (SELECT DISTINCT ON (order_id) * FROM given ORDER BY order_id) AS given
ON CONFLICT (run_id, order_id) DO UPDATE SET
    (status, created_at, total, refunds, verdict, store_net, books_net, reason, is_open, is_put,
     is_unread)
    = (excluded.status, excluded.created_at, excluded.total, excluded.refunds, excluded.verdict,
       excluded.store_net, excluded.books_net, excluded.reason,
       excluded.is_open OR known.is_open, excluded.is_put OR known.is_put, excluded.is_unread)
"""  # noqa: S608 -- put together from constants

_SETTLE = f"""
WITH given AS ({_GIVEN})
UPDATE sync_sweptorder AS known SET
    status = given.status, created_at = coalesce(given.created_at, known.created_at),
    total = given.total, refunds = {_REFUNDS},
    verdict = given.verdict, store_net = given.store_net, books_net = given.books_net,
    reason = given.reason, is_unread = given.is_unread, is_put = known.is_put OR given.is_put,
    found = CASE known.found WHEN '' THEN given.verdict ELSE known.found END,
    found_net = CASE known.found WHEN '' THEN given.books_net ELSE known.found_net END,
    found_reason = CASE known.found WHEN '' THEN given.reason ELSE known.found_reason END,
    is_open = false
FROM given
WHERE known.run_id = %(run)s AND known.order_id = given.order_id
"""  # noqa: S608 -- put together from constants
