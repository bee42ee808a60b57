"""Rules of a sweep: which orders say the same, and when too many are gone to be believed."""

from ledger.core.documents import LineKind
from ledger.core.money import ZERO
from sync.core.certificate import LEFT_OUT, Finding, InBooks, Verdict
from sync.core.order import Order

FEW_GONE = 20
"""So many orders may be deleted in a store at once without anybody asking why."""

BAD = (Verdict.MISSING, Verdict.DIFFERENT)
"""What keeps the books from being complete."""

OTHER_CONTENT = "The amounts agree, but the order’s lines or details differ from what was booked."
UNREAD = "The store could not read this order, so it could not be compared."
MANY_GONE = "Not repaired: so many orders are gone from the store at once that a person must agree."


def says_the_same(known: Order, told: Order) -> bool:
    """Whether two readings of an order say the same of what the books show.

    Times are left aside, and what refunds give back line by line: webhooks tell neither.
    """
    return _substance(known) == _substance(told)


def _substance(order: Order) -> tuple[object, ...]:
    return (
        order.status,
        order.currency,
        order.total,
        {(line.key, LineKind(line.kind), line.total, line.taxes, line.quantity, line.sku)
         for line in order.lines},
        {(refund.refund_id, refund.amount) for refund in order.refunds},
        order.billing,
        order.shipping,
        order.buyer_name,
        order.buyer_gstin,
    )  # fmt: skip


def too_many_gone(gone: int, known: int) -> bool:
    """Whether so many of the orders that should be there are gone that it is no everyday deletion.

    A store that was set back to an old copy, or another store at the same address, lists few
    orders: nobody wants all others reversed over night.
    """
    return gone > FEW_GONE and gone * 5 > known


def unread(order_id: int, books: InBooks | None) -> Finding:
    """The verdict on an order that the store could not read: never a good one."""
    if books is None:
        return Finding(order_id, Verdict.MISSING, ZERO, ZERO, UNREAD)
    if books.state == "waiting":
        return Finding(order_id, Verdict.WAITING, ZERO, books.net, books.reason)
    if books.rule == LEFT_OUT and not books.net:
        return Finding(order_id, Verdict.EXCLUDED, ZERO, ZERO, LEFT_OUT)
    return Finding(order_id, Verdict.DIFFERENT, ZERO, books.net, UNREAD)
