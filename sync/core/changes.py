"""What changed between two snapshots of an order, in words for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sync.core.order import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Change:
    """Something about an order that became something else; empty where it was not or is no more."""

    what: str
    before: str
    after: str


def changes(before: Order, after: Order) -> list[Change]:
    """The differences that matter to the books, in reading order."""
    return [
        *_values(before, after),
        *_lines(before, after),
        *_refunds(before, after),
    ]


def _values(before: Order, after: Order) -> Iterator[Change]:
    pairs = (
        ("Status", before.status, after.status),
        ("Total", _amount(before.total), _amount(after.total)),
        ("Currency", before.currency, after.currency),
        ("Delivery state", before.shipping.state, after.shipping.state),
        ("Billing state", before.billing.state, after.billing.state),
        ("GSTIN", before.buyer_gstin or "", after.buyer_gstin or ""),
    )
    return (Change(what, old, new) for what, old, new in pairs if old != new)


def _lines(before: Order, after: Order) -> Iterator[Change]:
    old = {line.key: line for line in before.lines}
    new = {line.key: line for line in after.lines}
    for key in {**old, **new}:
        was, now = _line(old.get(key)), _line(new.get(key))
        if was != now:
            line = new.get(key) or old[key]
            yield Change(line.name or line.kind.value.title(), was, now)


def _line(line: OrderLine | None) -> str:
    if line is None:
        return ""
    times = f"{line.quantity.normalize():f} for " if line.quantity is not None else ""
    return f"{times}{_amount(line.total)} + {_amount(line.tax)} tax"


def _refunds(before: Order, after: Order) -> Iterator[Change]:
    old = {refund.refund_id: refund.amount for refund in before.refunds}
    new = {refund.refund_id: refund.amount for refund in after.refunds}
    for refund_id in {**old, **new}:
        was, now = old.get(refund_id), new.get(refund_id)
        if was != now:
            yield Change(
                f"Refund {refund_id}",
                "" if was is None else _amount(was),
                "" if now is None else _amount(now),
            )


def _amount(amount: Decimal) -> str:
    return f"{amount:.2f}"
