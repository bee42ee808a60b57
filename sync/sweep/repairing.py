"""Orders that differ though the store says nothing new: processed again as they are known."""

from collections.abc import Collection

from django.db import transaction

from connections.models import StoreConnection
from sync.booking import retry
from sync.models import Order, OrderState

FOLLOWS = (OrderState.BOOKED, OrderState.REVERSED, OrderState.DRAFT, OrderState.IGNORED)


@transaction.atomic
def look_again(connection: StoreConnection, order_ids: Collection[int]) -> None:
    """Process those again for which something would be posted now, as after changed options.

    Nothing is queued for the others, so that a sweep that finds nothing to do does nothing.
    """
    rows = Order.objects.filter(
        connection=connection, order_id__in=order_ids, state__in=FOLLOWS, is_deleted=False
    )
    for order_id in _posting(connection, list(rows.values_list("order_id", flat=True))):
        retry.look_again(connection, order_id)


def _posting(connection: StoreConnection, order_ids: list[int]) -> list[int]:
    """Planned as it would be, and rolled back: where the options say so, planning opens items."""
    if not order_ids:
        return []
    with transaction.atomic():
        cases = retry.planned_anew(connection, order_ids)
        transaction.set_rollback(True)
    return [case.order_id for case in cases if case.plan and case.plan.documents]
