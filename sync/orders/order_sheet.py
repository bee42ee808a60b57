"""The list of orders as a sheet to take away, with the filter of its page."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from ledger.models import Company
from ledger.sheets import Column, Kind, Row, Sheet, money
from sync.models import Order, OrderState
from sync.orders.order_list import OrderFilter, orders_of
from sync.words import waits_for

COLUMNS = (
    Column("Order", width=12),
    Column("Store", width=18),
    Column("Placed", Kind.DATE, 12),
    Column("In the store", width=14),
    Column("In the books", width=12),
    Column("Waits for", width=20),
    Column("Why", width=40),
    Column("Currency", width=9),
    money("Store total", is_summed=False),
    money("Refunded in the store", is_summed=False),
    money("Net booked"),
)
"""What the store says is in the order's own currency and not added up; the books have one."""


def orders_sheet(company: Company, wanted: OrderFilter) -> Sheet:
    """All orders that fit, newest first; read when they are written."""
    title = f"Orders of {company.name}"
    return Sheet("Orders", title, COLUMNS, _rows(company, wanted), company.currency)


def _rows(company: Company, wanted: OrderFilter) -> Iterator[Row]:
    zone = ZoneInfo(company.timezone)
    for order in orders_of(company, wanted).order_by("-id").iterator():
        yield _row(order, zone)


def _row(order: Order, zone: ZoneInfo) -> Row:
    is_waiting = order.state == OrderState.WAITING
    return (
        order.number, order.connection.name,
        order.created_at.astimezone(zone).date() if order.created_at else None,
        order.store_status, OrderState(order.state).label,
        waits_for(order.reason_code) if is_waiting else "", order.reason, order.currency,
        order.store_total, order.store_refunded, order.net_booked,
    )  # fmt: skip
