"""What is in stock: movements that people enter, and what vouchers move of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, IntegrityError, connection, transaction

from ledger import items, stock
from ledger.core.documents import VoucherType
from ledger.core.gst import local_group
from ledger.models import Company, Item, StockKind, StockLevel, StockMovement, User
from ledger.period_lock import lock_until
from ledger.stock import Movement, UnfitMovementError
from tests.factories import NOW, TODAY, a_company, a_line, a_note, a_sale, posted

pytestmark = pytest.mark.django_db

BEGUN = date(2026, 11, 18)


@pytest.fixture
def cup(company: Company) -> Item:
    return Item.objects.create(company=company, sku="CUP", name="Cup")


def moved(
    item: Item, kind: StockKind, quantity: str, owner: User, *, day: date = BEGUN, note: str = "why"
) -> None:
    movement = Movement(kind, Decimal(quantity), day, note, uuid4())
    stock.enter(item, movement, by=owner, at=NOW)


def opened(item: Item, quantity: str, owner: User, *, day: date = BEGUN) -> None:
    moved(item, StockKind.OPENING, quantity, owner, day=day)


def left(item: Item) -> Decimal:
    return stock.left_of([item.pk])[item.pk]


def cups(item: Item, quantity: str, *, price: str = "100", key: str = "line:1") -> Any:
    pieces = Decimal(quantity)
    return replace(a_line(str(pieces * Decimal(price)), key=key), item_id=item.pk, quantity=pieces)


def plain_sum(item: Item) -> Any:
    """By hand: all movements, less sales and debit notes, plus credit notes, at the sale's price.

    The lines of these tests move pieces; those that only correct a value say so by their key.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(quantity), 0) FROM ledger_stockmovement WHERE item_id = %s",
            [item.pk],
        )
        (entered,) = cursor.fetchone()
        cursor.execute(
            "SELECT v.type, l.quantity FROM ledger_voucherline l"
            " JOIN ledger_voucher v ON v.id = l.voucher_id"
            " WHERE l.item_id = %s AND v.date >= %s",
            [item.pk, StockLevel.objects.get(item=item).since],
        )
        rows = cursor.fetchall()
    booked = sum(quantity if type_ == "credit_note" else -quantity for type_, quantity in rows)
    return Decimal(entered) + booked


def test_an_item_keeps_stock_from_its_opening_on(cup: Item, owner: User) -> None:
    assert stock.left_of([cup.pk]) == {}
    opened(cup, "10", owner)
    moved(cup, StockKind.RECEIPT, "5", owner)
    moved(cup, StockKind.ADJUSTMENT, "-2", owner)
    assert left(cup) == 13


def test_sales_take_and_returns_put_back(company: Company, cup: Item, owner: User) -> None:
    opened(cup, "10", owner)
    posted(company, a_sale(cups(cup, "3")))
    assert left(cup) == 7
    posted(company, a_note(cups(cup, "1")))
    assert left(cup) == 8
    more = a_note(cups(cup, "2"), key="more", type_=VoucherType.DEBIT_NOTE)
    posted(company, more)
    assert left(cup) == 6 == plain_sum(cup)


def test_a_note_that_corrects_a_value_moves_nothing(
    company: Company, cup: Item, owner: User
) -> None:
    opened(cup, "10", owner)
    posted(company, a_sale(cups(cup, "3")), a_note(cups(cup, "3", price="10")))
    assert left(cup) == 7


def test_a_line_in_parts_by_rate_counts_its_pieces_once(
    company: Company, cup: Item, owner: User
) -> None:
    opened(cup, "10", owner)
    other = replace(cups(cup, "3", price="20"), group=local_group(Decimal(5), "27"))
    posted(company, a_sale(cups(cup, "3"), other))
    assert left(cup) == 7


def test_the_opening_counts_what_was_sold_on_its_day_and_later(
    company: Company, cup: Item, owner: User
) -> None:
    posted(company, a_sale(cups(cup, "4"), key="before", day=date(2026, 11, 17)))
    posted(company, a_sale(cups(cup, "3"), key="on", day=BEGUN))
    opened(cup, "10", owner)
    assert left(cup) == 7
    posted(company, a_sale(cups(cup, "2"), key="late", day=date(2026, 11, 1)))
    assert left(cup) == 7
    posted(company, a_sale(cups(cup, "1"), key="after"))
    assert left(cup) == 6 == plain_sum(cup)


def test_a_document_of_a_locked_period_moves_on_its_own_day(
    company: Company, cup: Item, owner: User
) -> None:
    opened(cup, "10", owner, day=TODAY)
    lock_until(company, date(2026, 11, 20), reason="filed")
    posted(company, a_sale(cups(cup, "3"), day=date(2026, 11, 19)))
    assert left(cup) == 10


def test_a_form_that_is_sent_twice_moves_once(cup: Item, owner: User) -> None:
    opened(cup, "10", owner)
    receipt = Movement(StockKind.RECEIPT, Decimal(5), BEGUN, "", uuid4())
    stock.enter(cup, receipt, by=owner, at=NOW)
    stock.enter(cup, receipt, by=owner, at=NOW)
    assert left(cup) == 15


@pytest.mark.parametrize(
    ("kind", "quantity", "day", "note", "sentence"),
    [
        (StockKind.OPENING, "1", BEGUN, "", "has its opening already"),
        (StockKind.RECEIPT, "1", date(2026, 11, 17), "", "choose that day or a later one"),
        (StockKind.RECEIPT, "0", BEGUN, "", "a receipt is above it"),
        (StockKind.RECEIPT, "-1", BEGUN, "", "a receipt is above it"),
        (StockKind.ADJUSTMENT, "0", BEGUN, "why", "an adjustment is not zero"),
        (StockKind.ADJUSTMENT, "-1", BEGUN, "", "Say why"),
        (StockKind.RECEIPT, "1", date(2199, 1, 1), "", "this century"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    cup: Item, owner: User, kind: StockKind, quantity: str, day: date, note: str, sentence: str
) -> None:
    opened(cup, "10", owner)
    with pytest.raises(UnfitMovementError, match=sentence):
        moved(cup, kind, quantity, owner, day=day, note=note)
    assert left(cup) == 10


def test_the_stock_begins_with_an_opening(cup: Item, owner: User) -> None:
    with pytest.raises(UnfitMovementError, match="begins with an opening"):
        moved(cup, StockKind.RECEIPT, "1", owner)
    with pytest.raises(UnfitMovementError, match="not below zero"):
        opened(cup, "-1", owner)


def test_a_service_keeps_no_stock(company: Company, cup: Item, owner: User) -> None:
    repair = Item.objects.create(company=company, sku="FIX", name="Repair", is_service=True)
    with pytest.raises(UnfitMovementError, match="A service keeps no stock"):
        opened(repair, "1", owner)
    opened(cup, "1", owner)
    cup.is_service = True
    with pytest.raises(items.UnfitItemError, match="keeps stock"):
        items.save(cup)


def test_an_item_in_stock_is_not_deleted(cup: Item, owner: User) -> None:
    opened(cup, "1", owner)
    with pytest.raises(items.UnfitItemError, match="is used and stays"):
        items.remove(cup)


def test_a_movement_is_of_an_item_of_its_own_company(cup: Item, owner: User) -> None:
    other = a_company(name="Other")
    with pytest.raises(IntegrityError, match="stock_movement_item_of_same_company"):
        StockMovement.objects.create(
            company=other, item=cup, kind="opening", quantity=1, day=BEGUN, key=uuid4(),
            made_by=owner, at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_stockmovement SET quantity = 9",
        "DELETE FROM ledger_stockmovement",
        "TRUNCATE ledger_stockmovement",
        "UPDATE ledger_stocklevel SET entered = 9",
        "DELETE FROM ledger_stocklevel",
        "INSERT INTO ledger_stocklevel VALUES (1, '2026-11-18', 9, 0)",
    ],
)
def test_nobody_changes_what_was_entered_or_what_follows_from_it(
    cup: Item, owner: User, statement: str
) -> None:
    opened(cup, "1", owner)
    with (
        pytest.raises(Error, match=r"permission denied|nobody else writes them"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
