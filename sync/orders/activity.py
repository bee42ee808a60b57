"""What happened at a store lately, each line with the number of its voucher."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from connections.models import Activity, StoreConnection
from ledger.models import Voucher


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """A line of the activity log; `number` is its voucher's, if it has one."""

    pk: int
    at: datetime
    text: str
    status: str
    order_id: int | None
    voucher: int | None
    number: str | None


def recent_activity(connection: StoreConnection, count: int) -> list[ActivityLine]:
    """The newest lines; two queries."""
    return _lines(Activity.objects.filter(connection=connection), count)


def activity_of(connection: StoreConnection, order_id: int, count: int) -> list[ActivityLine]:
    """The newest lines about an order; two queries."""
    return _lines(Activity.objects.filter(connection=connection, order_id=order_id), count)


def _lines(found: QuerySet[Activity], count: int) -> list[ActivityLine]:
    lines = list(found.order_by("-id")[:count])
    vouchers = Voucher.objects.filter(pk__in=[line.voucher for line in lines if line.voucher])
    numbers = dict(vouchers.values_list("pk", "number"))
    return [
        ActivityLine(
            line.pk,
            line.at,
            line.text,
            line.status,
            line.order_id,
            line.voucher,
            numbers.get(line.voucher or 0),
        )
        for line in lines
    ]
