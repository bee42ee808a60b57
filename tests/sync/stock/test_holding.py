"""Orders that want more than is left are held as drafts, and booked once there is enough."""

from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connections.models import Activity, StoreConnection
from ledger import stock
from ledger.models import Company, Draft, Item, StockKind, User, Voucher
from sync.booking import held, pipeline
from sync.booking.reading import POST_NOW
from sync.models import Order, OrderDraft
from sync.orders import acceptance
from tests.orders import Json, Store
from tests.stores import a_connection, an_order, book, deliver
from tests.sync.stock.conftest import Enter, cups, refunded, states

pytestmark = pytest.mark.django_db

OPENING, RECEIPT, ADJUSTMENT = StockKind.OPENING, StockKind.RECEIPT, StockKind.ADJUSTMENT


def drained(store: StoreConnection) -> None:
    pipeline.drain(store.pk, patient=True)


def left(item: Item) -> int:
    return int(stock.left_of([item.pk])[item.pk])


def test_an_order_of_what_is_left_is_booked(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "2")
    book(holding, cups(501, 2))
    assert states(holding) == {501: "booked"}
    assert left(cup) == 0


def test_an_order_of_more_is_held_as_a_draft_that_says_why(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "1")
    book(holding, cups(501, 2))
    order = Order.objects.get()
    assert (order.state, order.reason_code) == ("draft", "short_of_stock")
    assert order.reason == "Short of stock: 2 of CUP wanted, 1 left."
    assert Draft.objects.get().total == 236
    assert not Voucher.objects.exists()
    assert Activity.objects.filter(kind="draft").get().text == (
        "Order #501 kept as a draft · ₹236.00. Short of stock: 2 of CUP wanted, 1 left."
    )
    assert left(cup) == 1


def test_a_store_that_does_not_hold_books_whatever_is_left(
    main_store: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "1")
    book(main_store, cups(501, 2))
    assert states(main_store) == {501: "booked"}
    assert left(cup) == -1


def test_services_unmapped_lines_and_items_without_stock_want_none(
    holding: StoreConnection, company: Company, cup: Item, enter: Enter
) -> None:
    Item.objects.create(company=company, sku="FIX", name="Repair", is_service=True)
    Item.objects.create(company=company, sku="MUG", name="Mug")
    enter(cup, OPENING, "0")
    book(holding, cups(501, sku="FIX"), cups(502, sku="MUG"), cups(503, sku="NOBODY"))
    assert set(states(holding).values()) == {"booked"}


def test_what_was_sold_before_the_opening_wants_none_of_it(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "0")
    book(holding, cups(501, created="2026-11-16T06:00:00"))
    assert states(holding) == {501: "booked"}
    assert left(cup) == 0


def test_orders_of_a_batch_use_up_the_stock_one_after_the_other(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "3")
    book(holding, cups(501, 2), cups(502, 2), cups(503, 1), cups(504, 1))
    assert states(holding) == {
        501: "booked", 502: "short_of_stock", 503: "booked", 504: "short_of_stock",
    }  # fmt: skip
    assert left(cup) == 0


def test_lines_of_one_item_are_wanted_together(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "2")
    lines = [Store().line("Cup", "100", sku="CUP", line_id=n) for n in (1, 2, 3)]
    book(holding, Store().order(lines, order_id=501))
    assert Order.objects.get().reason == "Short of stock: 3 of CUP wanted, 2 left."


def test_every_item_that_is_short_is_named(
    holding: StoreConnection, company: Company, cup: Item, enter: Enter
) -> None:
    mug = Item.objects.create(company=company, sku="MUG", name="Mug")
    enter(cup, OPENING, "1")
    enter(mug, OPENING, "0")
    lines = [
        Store().line("Cup", "200", sku="CUP", quantity=2, line_id=1),
        Store().line("Mug", "100", sku="MUG", line_id=2),
    ]
    book(holding, Store().order(lines, order_id=501))
    assert Order.objects.get().reason == (
        "Short of stock: 2 of CUP wanted, 1 left; 1 of MUG wanted, none left."
    )


def test_an_order_that_stands_is_followed_whatever_the_stock(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "1")
    book(holding, cups(501, 1))
    more = Store().line("Cup", "300", sku="CUP", quantity=3, line_id=5010)
    book(holding, Store().order([more], order_id=501, modified="2026-11-19T06:00:00"))
    assert states(holding) == {501: "booked"}
    assert Order.objects.get().net_booked == 354


def edited(order_id: int, pieces: int, total: str, modified: str = "2026-11-19T06:00:00") -> Json:
    line = Store().line("Cup", total, sku="CUP", quantity=pieces, line_id=order_id * 10)
    return Store().order([line], order_id=order_id, modified=modified)


def test_an_edit_moves_the_pieces_that_it_adds_or_takes(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "10")
    book(holding, cups(501, 2))
    book(holding, edited(501, 5, "500"))
    assert left(cup) == 5
    book(holding, edited(501, 1, "100", "2026-11-20T06:00:00"))
    assert left(cup) == 9
    book(holding, edited(501, 1, "80", "2026-11-21T06:00:00"))
    assert left(cup) == 9
    book(holding, edited(501, 1, "80", "2026-11-21T07:00:00") | {"status": "cancelled"})
    assert Order.objects.get().state == "reversed"


def test_what_is_left_of_an_order_comes_back_with_its_cancellation(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "3")
    book(holding, cups(501, 3))
    returned = refunded(cups(501, 3), 1)
    book(holding, returned)
    assert left(cup) == 1
    gone = {"status": "cancelled", "date_modified_gmt": "2026-11-20T06:00:00"}
    book(holding, returned | gone)
    assert Order.objects.get().net_booked == 0
    assert left(cup) == 3


def test_a_refund_of_all_the_rest_puts_the_rest_back(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    """As the status *Refunded* makes it: an amount without lines, for all that stands."""
    enter(cup, OPENING, "3")
    book(holding, cups(501, 3))
    returned = refunded(cups(501, 3), 1)
    book(holding, returned)
    rest = {"id": 8888, "total": "-236.00"}
    later = {"status": "refunded", "date_modified_gmt": "2026-11-20T06:00:00"}
    book(holding, returned | later | {"refunds": [*returned["refunds"], rest]})
    assert Order.objects.get().net_booked == 0
    assert left(cup) == 3


def test_an_order_that_waits_for_a_person_waits_before_it_is_held(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "0")
    book(holding, cups(501, currency="USD"))
    assert states(holding) == {501: "currency"}


def test_a_receipt_books_the_drafts_of_its_item_the_oldest_first(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "0")
    book(holding, cups(502, created="2026-11-18T07:00:00"), cups(501), cups(503))
    assert enter(cup, RECEIPT, "1") == 3
    drained(holding)
    assert states(holding) == {501: "booked", 502: "short_of_stock", 503: "short_of_stock"}
    enter(cup, ADJUSTMENT, "2")
    drained(holding)
    assert set(states(holding).values()) == {"booked"}
    assert not OrderDraft.objects.exists()
    assert not Draft.objects.exists()
    assert left(cup) == 0


def test_a_receipt_of_another_item_looks_at_nothing(
    holding: StoreConnection, company: Company, cup: Item, enter: Enter
) -> None:
    mug = Item.objects.create(company=company, sku="MUG", name="Mug")
    enter(cup, OPENING, "0")
    book(holding, cups(501))
    assert enter(mug, OPENING, "5") == 0


def test_a_draft_that_is_still_short_says_what_is_left_now(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "0")
    book(holding, cups(501, 3))
    enter(cup, RECEIPT, "2")
    drained(holding)
    assert Order.objects.get().reason == "Short of stock: 3 of CUP wanted, 2 left."


def test_a_credit_note_that_puts_back_books_what_was_held(
    holding: StoreConnection, company: Company, cup: Item, enter: Enter
) -> None:
    """In whatever store of the company, also where the credit note's own store does not hold."""
    other = a_connection(company, "Other store")
    enter(cup, OPENING, "2")
    book(other, cups(901, 2))
    book(holding, cups(501))
    assert states(holding) == {501: "short_of_stock"}
    book(other, refunded(cups(901, 2), 1))
    drained(holding)
    assert states(holding) == {501: "booked"}
    assert left(cup) == 0


def test_a_refund_that_names_no_pieces_puts_nothing_back(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "2")
    book(holding, cups(501, 2))
    refunds = [{"id": 9, "total": "-118.00"}]
    book(holding, cups(501, 2, refunds=refunds, modified="2026-11-19T06:00:00"))
    assert left(cup) == 0


def test_a_cancelled_order_puts_all_back(holding: StoreConnection, cup: Item, enter: Enter) -> None:
    enter(cup, OPENING, "2")
    book(holding, cups(501, 2), cups(502))
    book(holding, cups(501, 2, status="cancelled", modified="2026-11-19T06:00:00"))
    drained(holding)
    assert Order.objects.get(order_id=501).state == "reversed"
    assert states(holding)[502] == "booked"
    assert left(cup) == 1


def test_post_now_books_it_all_the_same(
    holding: StoreConnection, cup: Item, enter: Enter, owner: User
) -> None:
    enter(cup, OPENING, "0")
    book(holding, cups(501))
    acceptance.accept(holding, 501, POST_NOW, {}, owner, at=timezone.now())
    drained(holding)
    assert states(holding) == {501: "booked"}
    assert left(cup) == -1
    assert not Draft.objects.exists()


def test_a_draft_that_is_cancelled_goes(holding: StoreConnection, cup: Item, enter: Enter) -> None:
    enter(cup, OPENING, "0")
    book(holding, cups(501))
    book(holding, cups(501, status="cancelled", modified="2026-11-19T06:00:00"))
    assert states(holding) == {501: "cancelled"}
    assert not Draft.objects.exists()
    assert not Voucher.objects.exists()


def test_an_order_that_was_held_stays_held_on_hold(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    """It was in a booking status once, so it is followed; but it still wants its stock."""
    enter(cup, OPENING, "0")
    book(holding, cups(501))
    book(holding, cups(501, status="on-hold", modified="2026-11-19T06:00:00"))
    assert states(holding) == {501: "short_of_stock"}
    enter(cup, RECEIPT, "1")
    drained(holding)
    assert states(holding) == {501: "booked"}


def test_a_store_that_holds_no_more_looks_again_at_all_that_it_held(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "0")
    book(holding, cups(501), cups(502))
    holding.hold_short_of_stock = False
    holding.save()
    assert held.look_again_of(holding) == 2
    drained(holding)
    assert set(states(holding).values()) == {"booked"}


def test_a_repeat_of_a_held_order_changes_nothing(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "0")
    book(holding, cups(501), cups(501))
    book(holding, cups(501))
    assert states(holding) == {501: "short_of_stock"}
    assert Draft.objects.count() == 1


def _queries(store: StoreConnection, *orders: Any) -> int:
    deliver(store, *orders)
    with CaptureQueriesContext(database) as queries:
        drained(store)
    return len(queries)


def test_holding_costs_a_fixed_number_of_queries(
    main_store: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, OPENING, "1000")
    book(main_store, an_order(1), cups(2))
    off = _queries(main_store, *(cups(n) for n in range(10, 20)))
    main_store.hold_short_of_stock = True
    main_store.save()
    few = _queries(main_store, *(cups(n) for n in range(20, 30)))
    many = _queries(main_store, *(cups(n) for n in range(30, 90)))
    assert few == many == off + 2
