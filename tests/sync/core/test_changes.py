"""What changed between two snapshots, in words."""

from dataclasses import replace
from typing import Any

from sync.core.changes import Change, changes
from sync.core.order import Order
from sync.core.parse import parse_order
from tests.orders import Store


def _order(**facts: Any) -> Order:
    store = Store()
    shirt = store.line("Blue shirt", "1000.00", sku="SHIRT-B", line_id=1)
    return parse_order(store.order([shirt], **facts))


def test_the_same_order_has_not_changed() -> None:
    assert changes(_order(), _order()) == []


def test_a_status_and_a_total_are_told_before_and_after() -> None:
    assert changes(_order(), _order(status="completed", total="1200.00")) == [
        Change("Status", "processing", "completed"),
        Change("Total", "1180.00", "1200.00"),
    ]


def test_a_line_that_came_and_one_that_went() -> None:
    store = Store()
    shirt = store.line("Blue shirt", "1000.00", line_id=1)
    scarf = store.line("Red scarf", "500.00", line_id=2, quantity=2)
    before, after = parse_order(store.order([shirt])), parse_order(store.order([scarf]))
    lines = [change for change in changes(before, after) if "s" in change.what.lower()[:6]]
    assert Change("Blue shirt", "1 for 1000.00 + 180.00 tax", "") in lines
    assert Change("Red scarf", "", "2 for 500.00 + 90.00 tax") in lines


def test_refunds_that_came_and_went() -> None:
    refunded = _order(refunds=[{"id": 9, "total": "-118.00"}])
    assert changes(_order(), refunded) == [Change("Refund 9", "", "118.00")]
    assert changes(refunded, _order()) == [Change("Refund 9", "118.00", "")]


def test_a_buyers_number_that_became_known() -> None:
    known = replace(_order(), buyer_gstin="27AAPFU0939F1ZV")
    assert changes(_order(), known) == [Change("GSTIN", "", "27AAPFU0939F1ZV")]
