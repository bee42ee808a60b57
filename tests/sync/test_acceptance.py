"""People's answers: checked, kept, noted, and acted upon."""

import pytest

from connections.models import Activity, PostAs, StoreConnection
from ledger.models import Draft, User, Voucher
from sync.booking import pipeline
from sync.booking.reading import POST_NOW
from sync.models import Acceptance, Order, OrderState
from sync.orders.acceptance import UnfitAnswerError, accept
from tests.factories import NOW
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db


def _accept(connection: StoreConnection, code: str, user: User, **value: str) -> Order:
    accept(connection, 501, code, value, user, at=NOW)
    pipeline.drain(connection.pk)
    return Order.objects.get(connection=connection)


def test_an_exchange_rate_books_an_order_in_another_currency(
    main_store: StoreConnection, owner: User
) -> None:
    book(main_store, an_order(currency="USD", value="100.00"))
    order = _accept(main_store, "currency", owner, rate="83.25")
    assert (order.state, str(order.net_booked)) == (OrderState.BOOKED, "9823.50")
    kept = Acceptance.objects.get()
    assert (kept.value, kept.user, kept.at) == ({"rate": "83.25"}, owner, NOW)
    note = Activity.objects.get(kind="accepted")
    assert note.text == "Order #501: the exchange rate is 83.25."
    assert (note.order_id, note.at) == (501, NOW)


def test_a_state_books_an_order_from_an_unknown_one(
    main_store: StoreConnection, owner: User
) -> None:
    order = an_order()
    order["shipping"] = order["billing"] = {"country": "IN", "state": "Nowhere"}
    book(main_store, order)
    _accept(main_store, "place_of_supply", owner, state="29")
    assert Voucher.objects.get().place_of_supply == "29"


def test_a_difference_is_booked_as_charged(main_store: StoreConnection, owner: User) -> None:
    book(main_store, an_order(total="1500.00"))
    assert Order.objects.get().reason_code == "difference"
    order = _accept(main_store, "difference", owner)
    assert str(order.net_booked) == "1500.00"
    assert "tax_as_charged" in Voucher.objects.get().flags


def test_another_total_asks_again(main_store: StoreConnection, owner: User) -> None:
    book(main_store, an_order(total="1500.00"))
    _accept(main_store, "difference", owner)
    edited = an_order(total="9000.00") | {"date_modified_gmt": "2026-11-20T06:00:00"}
    book(main_store, edited)
    order = Order.objects.get()
    assert (order.state, order.reason_code) == (OrderState.WAITING, "difference")
    assert str(order.net_booked) == "1500.00"


def test_a_draft_is_posted_now(main_store: StoreConnection, owner: User) -> None:
    main_store.post_as = PostAs.SALES_ORDER
    main_store.save()
    book(main_store, an_order())
    assert Draft.objects.get().is_sales_order
    order = _accept(main_store, POST_NOW, owner)
    assert order.state == OrderState.BOOKED
    assert not Draft.objects.exists()


def test_a_second_answer_supersedes_the_first_and_both_stay(
    main_store: StoreConnection, owner: User
) -> None:
    book(main_store, an_order(currency="USD"))
    accept(main_store, 501, "currency", {"rate": "80"}, owner, at=NOW)
    accept(main_store, 501, "currency", {"rate": "81"}, owner, at=NOW)
    rates = Acceptance.objects.order_by("pk").values_list("value__rate", flat=True)
    assert list(rates) == ["80", "81"]
    pipeline.drain(main_store.pk)
    assert str(Voucher.objects.get().exchange_rate) == "81.00000000"


@pytest.mark.parametrize(
    "rate", ["", "0", "-1", "NaN", "Infinity", "eighty", "1e9", "0.123456789", "1e-400"]
)
def test_an_absurd_rate_is_refused(main_store: StoreConnection, owner: User, rate: str) -> None:
    book(main_store, an_order(currency="USD"))
    with pytest.raises(UnfitAnswerError):
        accept(main_store, 501, "currency", {"rate": rate}, owner, at=NOW)
    assert not Acceptance.objects.exists()


@pytest.mark.parametrize("state", ["", "00", "MH", "Karnataka"])
def test_only_a_state_code_is_a_state(main_store: StoreConnection, owner: User, state: str) -> None:
    order = an_order()
    order["shipping"] = order["billing"] = {"country": "IN", "state": "Nowhere"}
    book(main_store, order)
    with pytest.raises(UnfitAnswerError):
        accept(main_store, 501, "place_of_supply", {"state": state}, owner, at=NOW)


def test_an_answer_that_nobody_asked_for_is_refused(
    main_store: StoreConnection, owner: User
) -> None:
    book(main_store, an_order())
    for code, value in (("currency", {"rate": "80"}), (POST_NOW, {}), ("below_zero", {})):
        with pytest.raises(UnfitAnswerError):
            accept(main_store, 501, code, value, owner, at=NOW)
    with pytest.raises(UnfitAnswerError, match="never received"):
        accept(main_store, 999, POST_NOW, {}, owner, at=NOW)
