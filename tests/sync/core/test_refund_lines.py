"""Refunds that do not say their lines: a person says them, exactly, or they are spread."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.documents import Flag
from sync.core.waiting import LineLeft, OrderWaitsError, RefundAsked, WaitsFor
from tests.orders import Json, Store
from tests.sync.core.shop import Books, kinds

LATER = "2026-11-19T06:00:00"
PAISA = Decimal("0.01")


def tea_and_lamp(store: Store, refund: str = "-236.00", **facts: Any) -> Json:
    """₹1,000 at 18 % and ₹400 at 5 %: 1,180 + 420 with tax."""
    lines = [store.line("Lamp", "1000", line_id=11), store.line("Tea", "400", "5", line_id=12)]
    return store.order(lines, refunds=[{"id": 9, "total": refund}], modified=LATER, **facts)


def allocated(**amounts: str) -> dict[int, dict[str, Decimal]]:
    return {9: {key.replace("_", ":"): Decimal(amount) for key, amount in amounts.items()}}


def test_without_the_option_it_is_spread_and_flagged() -> None:
    note = Books().deliver(tea_and_lamp(Store()))[-1]
    assert {line.key for line in note.body.lines} == {"line:11", "line:12"}
    assert Flag.ALLOCATED in note.flags


def test_with_the_option_it_waits_and_says_what_stands() -> None:
    with pytest.raises(OrderWaitsError, match=r"Refund 9 over ₹\s?236.00") as waits:
        Books(waits_for_refund_lines=True).deliver(tea_and_lamp(Store()))
    assert waits.value.code is WaitsFor.REFUND_LINES
    assert waits.value.refund == RefundAsked(
        9,
        Decimal("236.00"),
        (
            LineLeft("line:11", "Lamp", Decimal("1180.00")),
            LineLeft("line:12", "Tea", Decimal("420.00")),
        ),
    )


@pytest.mark.parametrize("waits", [True, False])
def test_an_allocation_credits_the_lines_that_it_names(*, waits: bool) -> None:
    """236 of the lamp is 200 and 18 + 18, whatever stood of the tea."""
    books = Books(waits_for_refund_lines=waits)
    note = books.deliver(tea_and_lamp(Store()), allocations=allocated(line_11="236.00"))[-1]
    [line] = note.body.lines
    assert (line.key, line.taxable_value) == ("line:11", Decimal("200.00"))
    assert note.body.tax("CGST") == note.body.tax("SGST") == Decimal("18.00")
    assert note.body.total == Decimal("236.00")
    assert Flag.ALLOCATED not in note.flags


def test_a_refund_of_all_that_stands_asks_nobody() -> None:
    books = Books(waits_for_refund_lines=True)
    assert kinds(books.deliver(tea_and_lamp(Store(), "-1600.00")))[-1] == (
        "credit_note",
        "1600.00",
    )


def test_a_refund_of_an_order_of_one_line_asks_nobody() -> None:
    store, books = Store(), Books(waits_for_refund_lines=True)
    one = store.order([store.line("Lamp", "1000")], refunds=[{"id": 9, "total": "-118.00"}])
    assert kinds(books.deliver(one))[-1] == ("credit_note", "118.00")


@pytest.mark.parametrize(
    ("amounts", "problem"),
    [
        ({"line_11": "235.99"}, "come to 235.99"),
        ({"line_11": "236.01"}, "come to 236.01"),
        ({"line_11": "-200.00", "line_12": "436.00"}, "more than stands"),
        ({"line_12": "420.01", "line_11": "-184.01"}, "more than stands"),
        ({"line_77": "236.00"}, "not in the order"),
    ],
)
def test_an_allocation_that_does_not_fit_asks_again(amounts: dict[str, str], problem: str) -> None:
    with pytest.raises(OrderWaitsError, match=problem) as waits:
        Books().deliver(tea_and_lamp(Store()), allocations=allocated(**amounts))
    assert waits.value.code is WaitsFor.REFUND_LINES


def test_a_refund_whose_total_changed_asks_again() -> None:
    with pytest.raises(OrderWaitsError, match="the refund is 300"):
        Books().deliver(tea_and_lamp(Store(), "-300.00"), allocations=allocated(line_11="236.00"))


def test_a_discount_is_given_back_with_what_it_lowered() -> None:
    """A fee of −100 without tax: 1,180 of the lamp less 100 is 1,080."""
    store = Store()
    order = store.order(
        [store.line("Lamp", "1000", line_id=11), store.line("Tea", "400", "5", line_id=12)],
        fees=[{**store.fee("Discount", "-100", "5"), "id": 13}],
        refunds=[{"id": 9, "total": "-1075.00"}],
    )
    books = Books(waits_for_refund_lines=True)
    books.deliver(order, allocations=allocated(line_11="1180.00", fee_13="-105.00"))
    assert books.net == Decimal("1600.00") - 105 - Decimal("1075.00")


RATES = {"5": Decimal(5), "12": Decimal(12), "18": Decimal(18)}


@given(
    lines=st.lists(
        st.tuples(st.integers(100, 500_000), st.sampled_from(sorted(RATES)), st.integers(0, 100)),
        min_size=2,
        max_size=5,
    )
)
def test_every_allocation_that_adds_up_is_booked_to_the_paisa(
    lines: list[tuple[int, str, int]],
) -> None:
    """The oracle: each line gives back amount × 100 ÷ (100 + rate), the note the refund itself."""
    store = Store(home="MH")
    order_lines = [
        store.line(f"L{i}", Decimal(paise) / 100, rate, line_id=11 + i)
        for i, (paise, rate, _) in enumerate(lines)
    ]
    books = Books()
    plain = store.order(order_lines)
    books.deliver(plain)
    stands = {line.key: line.taxable_value for line in books.documents[0].body.lines}
    amounts = {
        f"line:{11 + i}": (
            stands[f"line:{11 + i}"] * (100 + RATES[rate]) / 100 * share / 100
        ).quantize(PAISA, ROUND_HALF_UP)
        - PAISA
        for i, (_, rate, share) in enumerate(lines)
    }
    amounts = {key: amount for key, amount in amounts.items() if amount > 0}
    total = sum(amounts.values(), Decimal(0))
    before = books.net
    refunded = store.order(order_lines, refunds=[{"id": 9, "total": f"-{total}"}], modified=LATER)
    allocation = {9: amounts} if amounts else {}
    notes = books.deliver(refunded, allocations=allocation)
    assert books.net == before - total
    assert not books.deliver(refunded, allocations=allocation)
    for line in notes[0].body.lines if notes and len(amounts) > 1 else ():
        rate = RATES[lines[int(line.key.removeprefix("line:")) - 11][1]]
        exact = amounts[line.key] * 100 / (100 + rate)
        assert abs(line.taxable_value - exact) <= PAISA * 2
