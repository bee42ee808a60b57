"""Notes against a sale: dated and taxed as the law has it, each under a key of its own."""

from dataclasses import dataclass
from datetime import date, timedelta

from ledger.core.documents import Body, Document, Flag, VoucherType, without_tax
from ledger.core.numbering import last_day_for_tax_note
from sync.core.books import Cause, OrderBooks, Posted
from sync.core.terms import Terms


@dataclass(frozen=True, slots=True)
class Note:
    """A note to be planned. `number` ends its source key; `day` is its own, before any rule."""

    cause: Cause
    number: int
    type: VoucherType
    body: Body
    day: date
    reason: str
    refund_id: int | None = None
    flags: frozenset[Flag] = frozenset()


def source_key(connection: str, order_id: int, cause: Cause, number: int, books: OrderBooks) -> str:
    """What a document of an order is known by; a refund that is booked again counts on."""
    key = f"{connection}/{order_id}/{cause.replace('_', '-')}/{number}"
    if cause not in (Cause.REFUND, Cause.REFUND_UNDONE):
        return key
    before = books.count_of_refund(cause, number)
    return f"{key}/{before + 1}" if before else key


def against_sale(
    note: Note, books: OrderBooks, terms: Terms, *, key: str, reference: str, is_accepted: bool
) -> Document:
    """A note against the standing sale: its place, its split, never before its date."""
    sale = books.sale
    if sale is None:
        raise ValueError("a note needs a sale to be against")
    day = max(note.day, sale.date)
    flags = note.flags | ({Flag.TAX_AS_CHARGED} if is_accepted else set())
    body, by_law = _by_law(note, sale, day, terms)
    return Document(
        type=note.type,
        source_key=key,
        date=day,
        reference=reference,
        header=sale.header,
        body=body,
        money_account=terms.clearing_account,
        against=sale.source_key,
        reason=note.reason,
        flags=flags | by_law,
    )


def _by_law(note: Note, sale: Posted, day: date, terms: Terms) -> tuple[Body, frozenset[Flag]]:
    """A credit note may come too late to reduce tax, or need the buyer to act (s.34(2))."""
    if note.type is not VoucherType.CREDIT_NOTE or not terms.collects_gst:
        return note.body, frozenset()
    if issued_on(day, terms) > last_day_for_tax_note(sale.date):
        return without_tax(note.body), frozenset({Flag.FINANCIAL_NOTE})
    if sale.header.buyer_gstin:
        return note.body, frozenset({Flag.CREDIT_REVERSAL_UNCONFIRMED})
    return note.body, frozenset()


def issued_on(day: date, terms: Terms) -> date:
    """The day of posting: a note in a locked period moves to the first open day."""
    locked_until = terms.locked_until
    return max(day, locked_until + timedelta(days=1)) if locked_until else day
