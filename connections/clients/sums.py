"""What a sweep compares of an order, from its JSON."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from connections.clients.protocol import OrderSum
from connections.clients.sequence import id_of, time_of


def sum_of(order: Mapping[str, Any]) -> OrderSum:
    """Reduce an order; its refunds may be in full (`amount`) or in short (negative `total`).

    What cannot be read is "" or None, and so differs from the books: the order itself is then asked
    for, and says why.

    :raises UnexpectedError: when it lacks an id.
    """
    refunds = [each for each in order.get("refunds") or () if isinstance(each, dict)]
    amounts = tuple((_refund_id(each), _refunded(each)) for each in refunds)
    return OrderSum(
        order_id=id_of(order),
        status=str(order.get("status", "")),
        currency=str(order.get("currency", "")),
        total=str(order.get("total", "")),
        refunded=_added_up([amount for _, amount in amounts]),
        refunds=amounts,
        created_at=time_of(order, "date_created_gmt"),
        modified_at=time_of(order, "date_modified_gmt"),
    )


def _refund_id(refund: Mapping[str, Any]) -> int:
    return refund["id"] if type(refund.get("id")) is int else 0


def _refunded(refund: Mapping[str, Any]) -> str:
    try:
        amount = Decimal(str(refund.get("amount", refund.get("total"))))
    except InvalidOperation:
        return ""
    return str(abs(amount)) if amount.is_finite() else ""


def _added_up(amounts: Sequence[str]) -> str:
    return str(sum(map(Decimal, amounts), Decimal("0.00"))) if all(amounts) else ""
