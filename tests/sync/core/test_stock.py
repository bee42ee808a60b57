"""What documents move of the stock, and what an order is short of: figures worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ledger.core.documents import Document, VoucherType
from sync.core.books import OrderBooks
from sync.core.stock import (
    Kept,
    Move,
    Shortage,
    in_words,
    left_after,
    moves_of,
    put_back,
    shortages,
)
from tests.factories import TODAY, a_line, a_note, a_sale

CUP, MUG = 1, 2
BEGUN = date(2026, 11, 18)
NOTHING = OrderBooks(())


def some(item_id: int, pieces: int, value: str, *, key: str = "line:1") -> object:
    return replace(a_line(value, key=key), item_id=item_id, quantity=Decimal(pieces))


def moved(*documents: Document) -> list[tuple[int, int]]:
    return [(move.item_id, int(move.pieces)) for move in moves_of(documents, NOTHING)]


def kept(left: int) -> Kept:
    return Kept(BEGUN, Decimal(left))


def test_a_sale_takes_and_a_credit_note_at_its_price_puts_back() -> None:
    sale = a_sale(some(CUP, 3, "300"), some(MUG, 1, "50", key="line:2"))  # type: ignore[arg-type]
    note = a_note(some(CUP, 2, "200"))  # type: ignore[arg-type]
    assert moved(sale, note) == [(CUP, -3), (MUG, -1), (CUP, 2)]


def test_a_debit_note_takes_once_more() -> None:
    sale = a_sale(some(CUP, 3, "300"))  # type: ignore[arg-type]
    note = a_note(some(CUP, 1, "100"), type_=VoucherType.DEBIT_NOTE)  # type: ignore[arg-type]
    assert moved(sale, note) == [(CUP, -3), (CUP, -1)]


def test_a_note_at_another_price_moves_nothing() -> None:
    sale = a_sale(some(CUP, 3, "300"))  # type: ignore[arg-type]
    assert moved(sale, a_note(some(CUP, 3, "30"))) == [(CUP, -3)]  # type: ignore[arg-type]


def test_lines_without_an_item_or_a_quantity_move_nothing() -> None:
    without = replace(a_line(), item_id=CUP, quantity=None)
    assert moved(a_sale(a_line(), without)) == []


def test_what_is_sold_before_the_stock_begins_takes_none_of_it() -> None:
    early, late = Move(CUP, date(2026, 11, 17), Decimal(-5)), Move(CUP, BEGUN, Decimal(-2))
    assert left_after({CUP: kept(3)}, [early, late]) == {CUP: kept(1)}
    assert shortages({CUP: kept(3)}, [early, late]) == []


def test_more_than_is_left_is_short_and_all_that_is_left_is_not() -> None:
    stock = {CUP: kept(2), MUG: kept(1)}
    both = [Move(CUP, TODAY, Decimal(-2)), Move(MUG, TODAY, Decimal(-3))]
    assert shortages(stock, both) == [Shortage(MUG, Decimal(3), Decimal(1))]


def test_an_order_that_takes_nothing_of_an_item_sold_beyond_it_is_not_short() -> None:
    stock = {CUP: kept(-4), MUG: kept(1)}
    assert shortages(stock, [Move(MUG, TODAY, Decimal(-1))]) == []
    assert shortages(stock, [Move(CUP, TODAY, Decimal(-1))])


def test_only_what_comes_back_on_balance_is_put_back() -> None:
    moves = [Move(CUP, TODAY, Decimal(n)) for n in (2, -2)]
    assert put_back([*moves, Move(MUG, TODAY, Decimal(1))]) == [MUG]


def test_the_sentence_names_each_item_with_what_is_wanted_and_left() -> None:
    short = [
        Shortage(CUP, Decimal("2.5000"), Decimal("1.0000")),
        Shortage(MUG, Decimal(10), Decimal(-3)),
    ]
    assert in_words(short, {CUP: "CUP", MUG: "MUG"}) == (
        "Short of stock: 2.5 of CUP wanted, 1 left; 10 of MUG wanted, none left."
    )


@given(st.lists(st.integers(-5, 5), max_size=12), st.integers(0, 12), st.integers(0, 20))
def test_what_is_left_does_not_depend_on_where_a_batch_ends(
    pieces: list[int], cut: int, opening: int
) -> None:
    moves = [Move(CUP, TODAY, Decimal(n)) for n in pieces]
    stock = {CUP: kept(opening)}
    in_two = left_after(left_after(stock, moves[:cut]), moves[cut:])
    assert in_two == left_after(stock, moves) == {CUP: kept(opening + sum(pieces))}
