"""A SKU that is mapped, unmapped or mapped otherwise moves nothing of what is booked."""

from datetime import date
from decimal import Decimal

import pytest

from ledger.core.gst import Taxability
from sync.core.terms import ItemFacts
from sync.core.waiting import OrderWaitsError, WaitsFor
from tests.orders import Json, Store
from tests.sync.core.shop import Books, kinds

SINCE = date(2025, 9, 22)
LATER, LATEST = "2026-11-19T06:00:00", "2026-11-20T06:00:00"
TAXED = ItemFacts(1, "8516", Taxability.TAXABLE, ((SINCE, Decimal(18)),))
BOOK = ItemFacts(2, "4901", Taxability.NIL_RATED, ())


def untaxed_order(store: Store, **given: object) -> Json:
    """₹1,180 on which the store charged no tax: what that means is for the item to say."""
    return store.order([store.line("Thing", "1180", "0", sku="X", line_id=11)], **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("item", [TAXED, BOOK])
def test_an_order_booked_unmapped_posts_nothing_when_its_sku_is_mapped(item: ItemFacts) -> None:
    store, books = Store(), Books()
    [sale] = books.deliver(untaxed_order(store))
    assert (sale.body.lines[0].item_id, sale.body.lines[0].group.taxability) == (None, "exempt")
    assert not books.deliver(untaxed_order(store, modified=LATER), items={"X": item})


def test_an_order_booked_with_an_item_posts_nothing_when_that_is_another_or_none() -> None:
    store, books = Store(), Books()
    [sale] = books.deliver(untaxed_order(store), items={"X": TAXED})
    assert (sale.body.taxable_value, sale.body.tax("CGST")) == (Decimal(1000), Decimal(90))
    assert not books.deliver(untaxed_order(store, modified=LATER), items={"X": BOOK, "OLD": TAXED})
    assert not books.deliver(untaxed_order(store, modified=LATEST), items={"OLD": TAXED})


def test_a_refund_of_a_line_keeps_the_item_it_was_booked_with() -> None:
    store, books = Store(), Books()
    books.deliver(untaxed_order(store))
    refund = {"id": 900, "total": "-180.00"}
    refunded = untaxed_order(store, modified=LATER, refunds=[refund])
    [note] = books.deliver(refunded, items={"X": TAXED})
    assert kinds([note]) == [("credit_note", "180.00")]
    assert (note.body.lines[0].item_id, str(note.body.tax("CGST"))) == (None, "0.00")


def test_a_line_that_an_edit_adds_is_matched_as_things_are_then() -> None:
    store, books = Store(), Books()
    books.deliver(untaxed_order(store))
    lines = [
        store.line("Thing", "1180", "0", sku="X", line_id=11),
        store.line("Thing", "1180", "0", sku="X", line_id=12),
    ]
    [note] = books.deliver(store.order(lines, modified=LATER), items={"X": TAXED})
    assert kinds([note]) == [("debit_note", "1180.00")]
    assert (note.body.lines[0].item_id, note.body.taxable_value) == (1, Decimal(1000))


def test_an_order_that_stands_does_not_wait_for_the_sku_it_was_booked_without() -> None:
    store, books = Store(), Books()
    books.deliver(untaxed_order(store))
    strict = Books(waits_for_sku=True)
    strict.posted = books.posted
    assert not strict.deliver(untaxed_order(store, modified=LATER))
    with pytest.raises(OrderWaitsError) as waits:
        Books(waits_for_sku=True).deliver(untaxed_order(store))
    assert waits.value.code is WaitsFor.SKU


def test_a_sale_after_a_reversal_is_matched_anew() -> None:
    store, books = Store(), Books()
    books.deliver(untaxed_order(store))
    books.deliver(untaxed_order(store, status="cancelled", modified=LATER), items={"X": TAXED})
    [again] = books.deliver(untaxed_order(store, modified=LATEST), items={"X": TAXED})
    assert (again.body.lines[0].item_id, again.body.taxable_value) == (1, Decimal(1000))


def test_a_sale_at_another_place_of_supply_is_matched_anew() -> None:
    store, books = Store(), Books()
    books.deliver(untaxed_order(store))
    moved = untaxed_order(store, state="KA", modified=LATER)
    reversal, sale = books.deliver(moved, items={"X": TAXED})
    assert reversal.body.lines[0].item_id is None
    assert (sale.body.lines[0].item_id, sale.body.tax("IGST")) == (1, Decimal(180))
    assert sale.body.lines[0].description == "Thing"
