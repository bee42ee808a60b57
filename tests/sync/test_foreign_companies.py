"""Another country's books: taxes as the store names them, whatever they are called."""

from decimal import Decimal

import pytest

from connections import lifecycle
from ledger.companies import Founding, found_company
from ledger.models import Voucher
from sync.booking import pipeline
from sync.models import Order, OrderState
from tests import deliveries
from tests.factories import TODAY, a_user
from tests.orders import Store


@pytest.mark.django_db
@pytest.mark.parametrize("label", ["VAT", "IGST"])
def test_an_edit_and_a_refund_are_booked_as_the_store_charged(label: str) -> None:
    founding = Founding(
        name="Lamps Ltd", state="", country="GB", currency="GBP", timezone="Europe/London"
    )
    company = found_company(founding, owner=a_user(), today=TODAY)
    connection = lifecycle.connect(company, name="London")
    store = deliveries.Store(connection.pk, lifecycle.secret_of(connection))
    # Three lines whose taxes, rounded one by one, are not the tax on their sum.
    recorded, refund = Store(), {"id": 900, "total": "-5.00"}
    paid = Decimal(0)
    for hour, last in (("06", "33.36"), ("07", "43.36")):
        lines = [
            recorded.line("Tea", total, state="KA", line_id=line_id)
            for line_id, total in ((11, "0.03"), (12, "0.03"), (13, "0.03"), (14, last))
        ]
        order = recorded.order(
            lines,
            currency="GBP",
            state="",
            country="GB",
            modified=f"2026-11-18T{hour}:00:00",
            refunds=[refund] if hour == "07" else [],
        )
        for tax_line in order["tax_lines"]:
            tax_line["label"] = label
        store.send(order)
        paid = Decimal(order["total"])
        pipeline.drain(connection.pk)
    known = Order.objects.get(connection=connection)
    assert known.state == OrderState.BOOKED, known.reason
    vouchers = Voucher.objects.filter(company=company)
    net = sum((-v.total if v.type == "credit_note" else v.total for v in vouchers), Decimal(0))
    assert net == paid - 5
