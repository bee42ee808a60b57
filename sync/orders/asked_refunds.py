"""Refunds that wait for their lines: what each could be taken from, as the books stand now."""

from collections.abc import Iterable

from connections.models import StoreConnection
from sync.booking.retry import planned_anew
from sync.core.waiting import RefundAsked, WaitsFor
from sync.models import Order, OrderState


def refunds_asked(connection: StoreConnection, orders: Iterable[Order]) -> dict[int, RefundAsked]:
    """What the orders that wait for a refund's lines ask for, by order id.

    Planned anew without writing: a fixed number of queries, none where no order waits for that.
    """
    ids = [
        order.order_id
        for order in orders
        if order.state == OrderState.WAITING and order.reason_code == WaitsFor.REFUND_LINES
    ]
    if not ids:
        return {}
    problems = {case.order_id: case.problem for case in planned_anew(connection, ids)}
    return {i: each.refund for i, each in problems.items() if each and each.refund}
