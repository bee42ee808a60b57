"""The core foresees to the piece what the database then counts, whatever happens to an order."""

import pytest
from django.db import connection as database
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connections.models import StoreConnection
from ledger.models import Item, StockLevel
from sync.booking import known_items, pipeline
from sync.booking.claiming import claim
from sync.booking.reading import terms_of
from sync.core.stock import left_after
from tests.factories import a_company, a_user
from tests.orders import Json, Store
from tests.stores import a_connection, deliver
from tests.sync.stock.conftest import BEGUN, cups, entered_by, refunded

pytestmark = pytest.mark.django_db

PRICE = 100
STEPS = ("edit", "cheaper", "return", "amount", "cancel", "revive")


def _told(step: str, pieces: int, before: Json, minute: int) -> Json:
    """What the store says next of the order, a minute later."""
    at = {"date_modified_gmt": f"2026-11-19T06:{minute:02}:00"}
    match step:
        case "edit" | "cheaper":
            price = PRICE - 20 if step == "cheaper" else PRICE
            line = Store().line("Cup", str(price * pieces), sku="CUP", quantity=pieces, line_id=10)
            return Store().order([line], order_id=1) | {"refunds": before["refunds"]} | at
        case "return":
            return before | {"refunds": refunded(before, 1)["refunds"]} | at
        case "amount":
            return before | {"refunds": [{"id": 77, "total": "-11.80"}]} | at
        case "cancel":
            return before | {"status": "cancelled"} | at
    return before | {"status": "processing"} | at


def _foreseen(store: StoreConnection, item: Item) -> object:
    """What the core says will be left once what has arrived is booked."""
    connection = StoreConnection.objects.select_related("company__books_lock").get(pk=store.pk)
    arrivals = claim(store.pk, 100).arrivals
    left = known_items.stock_of([item.pk])
    for case in pipeline.decided(connection, terms_of(connection), arrivals):
        left = left_after(left, case.moves())
    return left[item.pk].left


def _plain_sum(item: Item) -> object:
    """Added up anew, without the level."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT sum(quantity) FROM ledger_stockmovement WHERE item_id = %(item)s)"
            " + ledger_booked_stock(%(item)s, %(since)s)",
            {"item": item.pk, "since": BEGUN},
        )
        return cursor.fetchone()[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    pieces=st.integers(1, 4),
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 5)), max_size=6),
)
def test_what_the_core_foresees_is_what_the_database_counts(
    db: None, pieces: int, steps: list[tuple[str, int]]
) -> None:
    owner = a_user()
    company = a_company(owner=owner)
    item = Item.objects.create(company=company, sku="CUP", name="Cup")
    store = a_connection(company)
    entered_by(owner, item, "opening", "100")
    order = cups(1, pieces) | {"refunds": []}
    deliver(store, order)
    for minute, (step, count) in enumerate([("", 0), *steps]):
        if step:
            order = _told(step, count, order, minute)
            deliver(store, order)
        foreseen = _foreseen(store, item)
        pipeline.drain(store.pk, patient=True)
        assert StockLevel.objects.get(item=item).left == foreseen == _plain_sum(item)
