"""Answers that solve each reason to wait: kept with who and when, acted upon, withdrawn."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from connections.models import BareRefund, StoreConnection
from ledger.models import User, Voucher
from sync.booking import pipeline
from sync.booking.reading import LEFT_OUT
from sync.models import Acceptance, Order, OrderState
from sync.orders.acceptance import UnfitAnswerError, accept, withdraw
from tests.factories import NOW, a_copy
from tests.orders import Json, Store
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db


def two_lines(**facts: Any) -> Json:
    """1,000 at 18 % and 400 at 5 %: 1,600 with tax."""
    store = Store()
    lines = [store.line("Lamp", "1000", line_id=11), store.line("Tea", "400", "5", line_id=12)]
    return store.order(lines, **facts)


@pytest.fixture
def asking(main_store: StoreConnection) -> StoreConnection:
    """Lets refunds without lines wait; one of 236.00 does."""
    main_store.bare_refund = BareRefund.WAIT
    main_store.save()
    refund = {"id": 9, "total": "-236.00"}
    book(main_store, two_lines())
    book(main_store, two_lines(refunds=[refund], modified="2026-11-19T06:00:00"))
    return main_store


def say(store: StoreConnection, code: str, user: User, value: dict[str, str]) -> Order:
    accept(store, 501, code, value, user, at=NOW)
    pipeline.drain(store.pk)
    return Order.objects.get(connection=store)


def test_a_refund_without_lines_waits_and_what_was_sold_stands(asking: StoreConnection) -> None:
    order = Order.objects.get()
    assert (order.state, order.reason_code) == (OrderState.WAITING, "refund_lines")
    assert "the store does not say its lines" in order.reason
    assert order.net_booked == Decimal("1600.00")


def test_an_allocation_is_booked_and_kept_under_its_refund(
    asking: StoreConnection, owner: User
) -> None:
    order = say(asking, "refund_lines", owner, {"line:11": "118.00", "line:12": "118.00"})
    assert (order.state, order.net_booked) == (OrderState.BOOKED, Decimal("1364.00"))
    note = Voucher.objects.get(type="credit_note")
    # 118 at 18 % is 100; 118 at 5 % is 112.38.
    assert {line.source_line: str(line.taxable_value) for line in note.lines.all()} == {
        "line:11": "100.00",
        "line:12": "112.38",
    }
    assert "allocated" not in note.flags
    kept = Acceptance.objects.get()
    assert (kept.code, kept.user, kept.at) == ("refund_lines:9", owner, NOW)


@pytest.mark.parametrize(
    "value",
    [{}, {"line:11": "236.01"}, {"line:12": "421"}, {"line:11": "lots"}, {"line:11": "NaN"}],
)
def test_an_allocation_that_does_not_add_up_is_refused(
    asking: StoreConnection, owner: User, value: dict[str, str]
) -> None:
    with pytest.raises(UnfitAnswerError):
        accept(asking, 501, "refund_lines", value, owner, at=NOW)
    assert not Acceptance.objects.exists()


def test_a_rate_is_one_of_gst(main_store: StoreConnection, owner: User) -> None:
    store = Store()
    order = store.order([{**store.line("Lamp", "1000"), "total_tax": "77.00", "taxes": []}])
    book(main_store, {**order, "total": "1077.00"})
    with pytest.raises(UnfitAnswerError, match="not a GST rate"):
        accept(main_store, 501, "rate", {"rate": "7"}, owner, at=NOW)
    assert say(main_store, "rate", owner, {"rate": "5"}).reason_code == "difference"
    assert say(main_store, "difference", owner, {}).net_booked == Decimal("1077.00")


def test_a_refund_that_came_back_is_booked_again(main_store: StoreConnection, owner: User) -> None:
    refund = {"id": 9, "total": "-118.00"}
    book(main_store, an_order(refunds=[refund]))
    book(main_store, an_order(modified="2026-11-19T06:00:00"))
    book(main_store, an_order(modified="2026-11-20T06:00:00", refunds=[refund]))
    assert Order.objects.get().reason_code == "refund_reappeared"
    order = say(main_store, "refund_reappeared", owner, {})
    assert (order.state, order.net_booked) == (OrderState.BOOKED, Decimal("1062.00"))
    assert Voucher.objects.count() == 4


def test_what_is_left_out_waits_no_longer_until_it_changes(
    main_store: StoreConnection, owner: User
) -> None:
    book(main_store, an_order(currency="USD"))
    seen = Order.objects.get().snapshot_id
    value = {"snapshot": str(seen), "why": "a test order"}
    order = say(main_store, LEFT_OUT, owner, value)
    assert (order.state, order.reason_code) == (OrderState.IGNORED, "left_out")
    book(main_store, an_order(currency="USD", value="2.00", modified="2026-11-19T06:00:00"))
    assert Order.objects.get().state == OrderState.WAITING


def test_leaving_out_moves_nothing_that_stands(asking: StoreConnection, owner: User) -> None:
    value = {"snapshot": str(Order.objects.get().snapshot_id), "why": "settled by hand"}
    order = say(asking, LEFT_OUT, owner, value)
    assert (order.state, order.net_booked) == (OrderState.BOOKED, Decimal("1600.00"))
    assert Voucher.objects.count() == 1


@pytest.mark.parametrize("value", [{"why": ""}, {"why": "x", "snapshot": "0"}, {"why": "x"}])
def test_nobody_leaves_out_without_a_reason_or_what_he_has_not_seen(
    main_store: StoreConnection, owner: User, value: dict[str, str]
) -> None:
    book(main_store, an_order(currency="USD"))
    with pytest.raises(UnfitAnswerError):
        accept(main_store, 501, LEFT_OUT, value, owner, at=NOW)


def test_only_what_waits_is_left_out(main_store: StoreConnection, owner: User) -> None:
    book(main_store, an_order())
    value = {"snapshot": str(Order.objects.get().snapshot_id), "why": "x"}
    with pytest.raises(UnfitAnswerError, match="does not wait"):
        accept(main_store, 501, LEFT_OUT, value, owner, at=NOW)


def test_an_answer_is_withdrawn_while_nothing_is_booked_on_it(
    main_store: StoreConnection, owner: User
) -> None:
    book(main_store, an_order(currency="USD"))
    value = {"snapshot": str(Order.objects.get().snapshot_id), "why": "a test order"}
    say(main_store, LEFT_OUT, owner, value)
    withdraw(main_store, 501, Acceptance.objects.get().pk, owner, at=NOW)
    pipeline.drain(main_store.pk)
    assert Order.objects.get().state == OrderState.WAITING
    assert list(Acceptance.objects.values_list("is_withdrawal", flat=True)) == [False, True]
    with pytest.raises(UnfitAnswerError, match="no such answer any more"):
        withdraw(main_store, 501, Acceptance.objects.latest("pk").pk, owner, at=NOW)


def test_an_answer_that_was_superseded_is_not_withdrawn(
    main_store: StoreConnection, owner: User
) -> None:
    book(main_store, an_order(currency="USD"))
    accept(main_store, 501, "currency", {"rate": "80"}, owner, at=NOW)
    accept(main_store, 501, "currency", {"rate": "81"}, owner, at=NOW)
    with pytest.raises(UnfitAnswerError, match="no such answer any more"):
        withdraw(main_store, 501, Acceptance.objects.earliest("pk").pk, owner, at=NOW)


def test_the_database_withdraws_only_what_holds(main_store: StoreConnection, owner: User) -> None:
    facts = {
        "company": main_store.company, "connection": main_store, "order_id": 501,
        "code": "currency", "value": {"rate": "80"}, "user": owner, "at": NOW,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="that holds"), transaction.atomic():
        Acceptance.objects.create(**facts, is_withdrawal=True)
    Acceptance.objects.create(**facts)
    Acceptance.objects.create(**facts, is_withdrawal=True)
    with pytest.raises(IntegrityError, match="that holds"), transaction.atomic():
        Acceptance.objects.create(**facts, is_withdrawal=True)


def test_an_answer_that_was_booked_on_stays(main_store: StoreConnection, owner: User) -> None:
    book(main_store, an_order(currency="USD"))
    say(main_store, "currency", owner, {"rate": "80"})
    answer = Acceptance.objects.get()
    with pytest.raises(UnfitAnswerError, match="it stays"):
        withdraw(main_store, 501, answer.pk, owner, at=NOW)
    with pytest.raises(IntegrityError, match="booked on stays"), transaction.atomic():
        a_copy(answer, is_withdrawal=True).save()
    assert Acceptance.objects.get().value == {"rate": "80"}


def test_the_database_wants_to_know_why_an_order_is_left_out(
    main_store: StoreConnection, owner: User
) -> None:
    for value in ({}, {"why": "x"}, {"why": "", "snapshot": "1"}):
        with pytest.raises(IntegrityError, match="left_out_says_why"), transaction.atomic():
            Acceptance.objects.create(
                company=main_store.company, connection=main_store, order_id=501,
                code=LEFT_OUT, value=value, user=owner, at=NOW,
            )  # fmt: skip


def test_the_database_knows_both_ways_with_bare_refunds(main_store: StoreConnection) -> None:
    main_store.bare_refund = "guess"
    with pytest.raises(IntegrityError, match="bare_refund_is_known"), transaction.atomic():
        main_store.save()
