"""What a sweep compares of an order, from its JSON."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from connections.clients.errors import UnexpectedError
from connections.clients.protocol import OrderSum
from connections.clients.sequence import id_of, time_of


def sum_of(order: Mapping[str, Any]) -> OrderSum:
    """Reduce an order; its refunds may be in full (`amount`) or in short (negative `total`).

    :raises UnexpectedError: when it lacks an id or a date.
    """
    order_id = id_of(order)
    created_at = time_of(order, "date_created_gmt") or time_of(order, "date_modified_gmt")
    modified_at = time_of(order, "date_modified_gmt")
    if created_at is None or modified_at is None:
        raise UnexpectedError(f"order {order_id} has no date")
    refunds = [each for each in order.get("refunds") or () if isinstance(each, dict)]
    amounts = tuple((id_of(each), str(_refunded(each))) for each in refunds)
    return OrderSum(
        order_id=order_id,
        status=str(order.get("status", "")),
        currency=str(order.get("currency", "")),
        total=str(order.get("total", "")),
        refunded=str(sum((Decimal(amount) for _, amount in amounts), Decimal("0.00"))),
        refunds=amounts,
        created_at=created_at,
        modified_at=modified_at,
    )


def _refunded(refund: Mapping[str, Any]) -> Decimal:
    value = refund.get("amount", refund.get("total"))
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise UnexpectedError(f"refund {refund.get('id')} has no amount")
    return abs(amount)
