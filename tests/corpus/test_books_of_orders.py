"""Whole lists of vouchers of recorded orders, as an accountant reads them.

Each file in `books/` was checked by hand against what was done to the order in the store: created,
edited, refunded, cancelled, in which order. `UPDATE_BOOKS=1` writes them anew; read the difference.
"""

import os
from pathlib import Path

import pytest

from ledger.models import Voucher
from sync.booking import pipeline
from tests.corpus import recording
from tests.journal_text import journal_text

BOOKS = Path(__file__).parent / "books"
ORDERS = (137, 139, 147, 150, 200, 221, 257, 282, 286, 305, 317, 319)


@pytest.mark.django_db
@pytest.mark.parametrize("order_id", ORDERS)
def test_the_vouchers_of_an_order(order_id: int) -> None:
    """Deliveries are processed one by one, so that every step of the order's life shows."""
    connection = recording.a_connection()
    for each in recording.deliveries():
        if each.order_id == order_id:
            recording.send(connection, [each])
            pipeline.drain(connection.pk, patient=True)
    vouchers = Voucher.objects.filter(order_document__connection=connection).order_by("id")
    order = connection.orders.get()
    text = journal_text(vouchers.prefetch_related("lines", "entries__account"))
    text += f"\n{order.state}  net {order.net_booked}\n"
    if order.reason:
        text += f"{order.reason}\n"
    path = BOOKS / f"{order_id}.txt"
    if os.environ.get("UPDATE_BOOKS"):
        path.write_text(text)
    assert text == path.read_text()
