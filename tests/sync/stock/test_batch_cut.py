"""However the inbox is cut into batches, the same orders are booked and the same stock is left."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connections.models import StoreConnection
from ledger import stock
from ledger.models import Item, Voucher
from sync.booking import pipeline
from sync.models import Order
from tests.factories import a_company, a_user
from tests.stores import a_connection, book, deliver
from tests.sync.stock.conftest import BEGUN, cups, entered_by, refunded, states

pytestmark = pytest.mark.django_db

NEW, RETURN, CANCEL = "new", "return", "cancel"
LATER = "2026-11-19T06:00:00"
SOLD_BEFORE = 6
PIECES_BEFORE = 2
events = st.lists(
    st.tuples(st.sampled_from([NEW, NEW, RETURN, CANCEL]), st.integers(1, 3)), max_size=10
)


def _shop(opening: int) -> tuple[StoreConnection, Item]:
    """A store that holds, with some orders booked before, and then so much left."""
    owner = a_user()
    company = a_company(owner=owner)
    item = Item.objects.create(company=company, sku="CUP", name="Cup")
    store = a_connection(company)
    store.hold_short_of_stock = True
    store.save()
    entered_by(owner, item, "opening", str(opening + SOLD_BEFORE * PIECES_BEFORE), BEGUN)
    book(store, *(cups(n, PIECES_BEFORE) for n in range(1, SOLD_BEFORE + 1)))
    return store, item


def _arrive(store: StoreConnection, told: list[tuple[str, int]]) -> None:
    """Each order is told of once: new ones, and returns and cancellations of earlier ones."""
    earlier = iter(range(1, SOLD_BEFORE + 1))
    for number, (kind, pieces) in enumerate(told):
        order_id = next(earlier, 0) if kind != NEW else 0
        if kind == RETURN and order_id:
            deliver(store, refunded(cups(order_id, PIECES_BEFORE), min(pieces, PIECES_BEFORE)))
        elif kind == CANCEL and order_id:
            deliver(store, cups(order_id, PIECES_BEFORE, status="cancelled", modified=LATER))
        else:
            deliver(store, cups(100 + number, pieces))


def _counted_by_hand(store: StoreConnection, item: Item, opening: int) -> Decimal:
    """What was there, less the pieces of the sales, with those of the notes."""
    left = Decimal(opening + SOLD_BEFORE * PIECES_BEFORE)
    for voucher in Voucher.objects.filter(company=store.company).prefetch_related("lines"):
        for line in voucher.lines.all():
            assert line.quantity is not None
            left += line.quantity if voucher.type == "credit_note" else -line.quantity
    return left


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(told=events, opening=st.integers(0, 4), size=st.integers(1, 4))
def test_one_by_one_or_together_the_same_is_booked(
    monkeypatch: pytest.MonkeyPatch, told: list[tuple[str, int]], opening: int, size: int
) -> None:
    found = []
    for orders_per_batch in (100, 1, size):
        store, item = _shop(opening)
        _arrive(store, told)
        monkeypatch.setattr(pipeline, "ORDERS_PER_BATCH", orders_per_batch)
        pipeline.drain(store.pk, patient=True)
        left = stock.left_of([item.pk])[item.pk]
        assert left == _counted_by_hand(store, item, opening)
        assert left >= 0
        found.append((states(store), left))
    assert found[0] == found[1] == found[2]
    assert Order.objects.exists()
