"""A refund that was spread over an order's lines, allocated by a person once it is booked.

The note that spread it is taken back by a debit note, and a new credit note says the lines: the sum
stays, the tax moves between rates. So it is done only while that is lawful and changes no filed
month: before the note's period is locked, and before the last day on which a credit note may still
reduce tax (s.34(2) CGST).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from connections import activity, lifecycle
from connections.models import StoreConnection
from ledger.core.documents import Flag
from ledger.core.numbering import last_day_for_tax_note
from ledger.models import User, Voucher
from ledger.period_lock import locked_until
from ledger.periods import today_in, written
from sync.booking.reading import REFUND_LINES, books_of
from sync.booking.retry import look_again
from sync.core.refunds import could_be_allocated
from sync.core.waiting import RefundAsked
from sync.models import Acceptance, DocumentKind, Order, OrderDocument, OrderState
from sync.orders.acceptance import UnfitAnswerError


@dataclass(frozen=True, slots=True)
class SpreadRefund:
    """A refund that was spread, and what it could be taken from; or why it stays as it is."""

    asked: RefundAsked
    note: Voucher
    stays_because: str = ""


def spread_refunds(connection: StoreConnection, order: Order, at: datetime) -> list[SpreadRefund]:
    """The booked refunds of an order that nobody said the lines of; none where no line differs."""
    if order.state != OrderState.BOOKED:
        return []
    notes = _spread_notes(order)
    if not notes:
        return []
    books = books_of(connection.pk, [order.order_id])[order.order_id]
    currency = connection.company.currency
    live = {each.source_key for each in books.live_refunds().values()}
    found = []
    for refund_id, note in notes.items():
        asked = could_be_allocated(books, refund_id, currency)
        if asked is not None and note.source_key in live:
            found.append(SpreadRefund(asked, note, _why_it_stays(connection, note, at)))
    return found


def _spread_notes(order: Order) -> dict[int, Voucher]:
    rows = OrderDocument.objects.filter(
        connection=order.connection_id,
        order_id=order.order_id,
        kind=DocumentKind.REFUND,
        voucher__flags__contains=[Flag.ALLOCATED.value],
    ).select_related("voucher__against")
    return {row.refund_id: row.voucher for row in rows.order_by("voucher_id") if row.refund_id}


def _why_it_stays(connection: StoreConnection, note: Voucher, at: datetime) -> str:
    """What forbids to allocate it now; empty where nothing does."""
    locked = locked_until(connection.company)
    if locked and note.date <= locked:
        return f"The books are locked until {written(locked)}, and the note is of before."
    if Flag.FINANCIAL_NOTE in note.flags:
        return "It came too late to reduce tax, so no tax hangs on the lines."
    last = last_day_for_tax_note(_sale_date(note))
    if connection.company.country == "IN" and today_in(connection.company, at) > last:
        return f"A credit note could reduce tax until {written(last)} only (s.34(2) CGST)."
    return ""


def _sale_date(note: Voucher) -> date:
    return note.against.date if note.against else note.date


@transaction.atomic
def reallocate(
    connection: StoreConnection,
    order_id: int,
    refund_id: int,
    amounts: Mapping[str, Decimal],
    user: User,
    *,
    at: datetime,
) -> None:
    """Keep how much of each line a spread refund gives back; the order is corrected by two notes.

    :raises UnfitAnswerError: where it is not spread (any more), may not be moved, or does not fit.
    """
    lifecycle.lock(connection)
    order = Order.objects.filter(connection=connection, order_id=order_id).first()
    found = spread_refunds(connection, order, at) if order else []
    refund = next((each for each in found if each.asked.refund_id == refund_id), None)
    if refund is None:
        raise UnfitAnswerError("This refund is not spread over the lines any more.")
    for problem in filter(None, (refund.stays_because, *refund.asked.problems(amounts))):
        raise UnfitAnswerError(problem)
    about = {"note": refund.note.source_key, "day": today_in(connection.company, at).isoformat()}
    Acceptance.objects.create(
        company_id=connection.company_id,
        connection=connection,
        order_id=order_id,
        code=f"{REFUND_LINES}{refund_id}",
        value={key: str(amount) for key, amount in amounts.items()} | about,
        user=user,
        at=at,
    )
    text = f"Order #{refund.note.reference}: refund {refund_id} is allocated by line."
    activity.note(connection, text, at=at, kind="accepted")
    look_again(connection, order_id)
