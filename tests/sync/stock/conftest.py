"""A company whose stores hold orders for want of stock, and the orders that they send."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from connections.models import StoreConnection
from ledger.models import Company, Item, StockKind, User
from ledger.stock import Movement
from sync.items import stock_entry
from sync.models import Order
from tests.orders import Json, Store

BEGUN = date(2026, 11, 18)
Enter = Callable[..., int]


@pytest.fixture
def cup(company: Company) -> Item:
    """What is sold."""
    return Item.objects.create(company=company, sku="CUP", name="Cup")


@pytest.fixture
def holding(main_store: StoreConnection) -> StoreConnection:
    """Holds orders that are short of stock."""
    main_store.hold_short_of_stock = True
    main_store.save()
    return main_store


@pytest.fixture
def enter(owner: User) -> Enter:
    """Enter a movement of an item as its page does; how many orders are looked at again."""

    def entered(item: Item, kind: StockKind, quantity: str, day: date = BEGUN) -> int:
        return entered_by(owner, item, kind, quantity, day)

    return entered


def entered_by(owner: User, item: Item, kind: str, quantity: str, day: date = BEGUN) -> int:
    """Enter a movement as a person; how many orders are looked at again."""
    movement = Movement(StockKind(kind), Decimal(quantity), day, "counted", uuid4())
    return stock_entry.enter(item, movement, by=owner, at=timezone.now())


def cups(order_id: int, pieces: int = 1, *, sku: str = "CUP", **facts: object) -> Json:
    """An order of so many pieces at 100.00 each."""
    line = Store().line("Cup", str(100 * pieces), sku=sku, quantity=pieces, line_id=order_id * 10)
    return Store().order([line], order_id=order_id, **facts)  # type: ignore[arg-type]


def refunded(order: Json, pieces: int) -> Json:
    """The same order with so many pieces given back, at their price."""
    (line,) = order["line_items"]
    share = Store().line("Cup", str(100 * pieces))
    back = {
        "id": 9, "quantity": -pieces, "total": f"-{share['total']}",
        "total_tax": f"-{share['total_tax']}",
        "meta_data": [{"key": "_refunded_item_id", "value": str(line["id"])}],
        "taxes": [{"id": tax["id"], "total": f"-{tax['total']}"} for tax in share["taxes"]],
    }  # fmt: skip
    total = f"-{100 * pieces * 118 // 100}.00"
    refund = {"id": order["id"] * 7, "total": total, "line_items": [back]}
    return order | {"refunds": [refund], "date_modified_gmt": "2026-11-19T06:00:00"}


def states(store: StoreConnection) -> dict[int, str]:
    """Each order's state; a draft's reason besides."""
    rows = Order.objects.filter(connection=store).order_by("order_id")
    return {row.order_id: row.reason_code or row.state for row in rows}
