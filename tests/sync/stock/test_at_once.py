"""Several at once, in threads and transactions of their own: nothing is sold twice or forgotten."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections, transaction

from connections.models import StoreConnection
from ledger import stock
from ledger.models import Company, Item, StockLevel, StockMovement, User
from sync.booking import pipeline
from sync.models import Order, OrderState
from tests.stores import a_connection, book, deliver
from tests.sync.stock.conftest import cups, entered_by, refunded, states

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

STORES = 4
ROUNDS = 6


def at_once(work: list[Callable[[], object]]) -> None:
    """Run these in threads that start together; raise what any of them raised."""
    start = Barrier(len(work))

    def run(each: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            each()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        list(pool.map(run, work))


@pytest.fixture
def shops(company: Company) -> list[StoreConnection]:
    """Stores of one company, all of which hold."""
    made = [a_connection(company, f"Store {number}") for number in range(STORES)]
    StoreConnection.objects.filter(company=company).update(hold_short_of_stock=True)
    return made


@pytest.fixture
def cup(company: Company) -> Item:
    return Item.objects.create(company=company, sku="CUP", name="Cup")


def left(item: Item) -> Decimal:
    return stock.left_of([item.pk])[item.pk]


def drain(store: StoreConnection) -> Callable[[], object]:
    return lambda: pipeline.drain(store.pk, patient=True)


def test_stores_that_drain_at_once_do_not_both_sell_the_last_piece(
    shops: list[StoreConnection], cup: Item, owner: User
) -> None:
    entered_by(owner, cup, "opening", "0")
    for number in range(1, ROUNDS + 1):
        entered_by(owner, cup, "receipt", "1")
        for store in shops:
            deliver(store, cups(number))
        at_once([drain(store) for store in shops])
        assert Order.objects.filter(state=OrderState.BOOKED).count() == number
        assert left(cup) == 0


def test_a_piece_that_comes_back_meanwhile_is_not_forgotten(
    shops: list[StoreConnection], company: Company, cup: Item, owner: User
) -> None:
    """One store holds an order at the moment at which another, that holds none, takes one back."""
    open_shop = a_connection(company, "Open store")
    entered_by(owner, cup, "opening", str(ROUNDS))
    book(open_shop, *(cups(number) for number in range(1, ROUNDS + 1)))
    assert left(cup) == 0
    for number in range(1, ROUNDS + 1):
        deliver(shops[0], cups(100 + number))
        deliver(open_shop, refunded(cups(number), 1))
        at_once([drain(shops[0]), drain(open_shop)])
        pipeline.drain(shops[0].pk, patient=True)
        assert states(shops[0])[100 + number] == "booked"
        assert left(cup) == 0


def test_an_opening_counts_what_is_being_posted_just_then(
    shops: list[StoreConnection], cup: Item, owner: User
) -> None:
    """It waits for whoever has the books, and sees the lines that were written meanwhile."""
    deliver(shops[0], cups(1, 3))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            stock.hold(cup.company_id)
            pipeline.drain(shops[0].pk, patient=True)
            entered = pool.submit(_in_a_thread, lambda: entered_by(owner, cup, "opening", "10"))
            _until(lambda: entered.done() or _somebody_waits_for_a_lock())
        entered.result(timeout=10)
    assert left(cup) == 7


def _in_a_thread(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connection.close()


def _until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < ends


def _somebody_waits_for_a_lock() -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        (waiting,) = cursor.fetchone()
    return bool(waiting)


def test_a_level_loses_no_line_of_those_who_post_at_once(
    shops: list[StoreConnection], cup: Item, owner: User
) -> None:
    StoreConnection.objects.update(hold_short_of_stock=False)
    entered_by(owner, cup, "opening", "1000")
    for store in shops:
        deliver(store, *(cups(number) for number in range(1, 21)))
    receipts = [lambda: entered_by(owner, cup, "receipt", "1")] * STORES
    at_once([*map(drain, shops), *receipts])
    assert left(cup) == 1000 - STORES * 20 + STORES


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE ledger_stockmovement SET quantity = 9", "never changed: enter an adjustment"),
        ("DELETE FROM ledger_stockmovement", "never changed: enter an adjustment"),
        ("TRUNCATE ledger_stockmovement", "never changed: enter an adjustment"),
        ("UPDATE ledger_stocklevel SET entered = 9", "nobody else writes them"),
        ("DELETE FROM ledger_stocklevel", "nobody else writes them"),
        ("TRUNCATE ledger_stocklevel", "nobody else writes them"),
    ],
)
def test_not_even_the_owner_of_the_database_changes_the_stock(
    cup: Item, owner: User, statement: str, refusal: str
) -> None:
    entered_by(owner, cup, "opening", "1")
    with (
        pytest.raises(IntegrityError, match=refusal),
        transaction.atomic("owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(statement)
    assert StockMovement.objects.count() == StockLevel.objects.count() == 1
