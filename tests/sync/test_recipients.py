"""Which address stands on a document: what was known when it was posted, and it stays."""

import pytest

from connections.models import StoreConnection
from ledger.core.particulars import Cause
from ledger.models import Voucher
from ledger.papers.recipient import Recipient
from sync.booking import pipeline
from sync.books.recipients import Buyer, buyers_of
from tests.factories import a_sale, posted
from tests.orders import Json
from tests.papers.stage import BENGALURU, PUNE, Shop, a_shop, living_at
from tests.stores import an_order, deliver

pytestmark = pytest.mark.django_db

LATER, LAST = "2026-11-19T06:00:00", "2026-11-20T06:00:00"


def _recipient(shop: Shop) -> Recipient:
    sale = Voucher.objects.get(company=shop.company, type="sales")
    return buyers_of([sale])[sale.pk].recipient


def _order(address: Json | None = None, **facts: str) -> Json:
    return living_at(an_order(501, **facts), address) if address else an_order(501, **facts)


def test_the_address_known_at_posting_stays_whatever_comes_later() -> None:
    shop = a_shop(shares_contact=True)
    shop.book(_order(PUNE))
    shop.book(_order(BENGALURU, modified=LATER))
    assert _recipient(shop).billing.lines == ("Flat 4, Lake View", "Baner", "Pune 411045")


def test_of_the_addresses_known_at_posting_the_newest_counts() -> None:
    shop = a_shop(shares_contact=True)
    shop.book(_order(PUNE, status="on-hold"))
    shop.book(_order(BENGALURU, modified=LATER))
    assert _recipient(shop).billing.lines == ("12 Residency Road", "Bengaluru 560025")


def test_an_address_that_is_shared_late_fills_the_gap_and_stays() -> None:
    shop = a_shop()
    shop.book(_order(PUNE))
    assert _recipient(shop).billing.lines == ()
    StoreConnection.objects.update(share_contact_details=True)
    shop.connection.refresh_from_db()
    shop.book(_order(BENGALURU, modified=LATER))
    shop.book(_order(PUNE, modified=LAST))
    assert _recipient(shop).billing.lines == ("12 Residency Road", "Bengaluru 560025")


def test_why_there_is_no_address_is_known() -> None:
    shop = a_shop()
    shop.book(_order(PUNE))
    assert _recipient(shop).no_address is Cause.NOT_SHARED
    StoreConnection.objects.update(share_contact_details=True)
    assert _recipient(shop).no_address is Cause.NOT_SENT


def test_a_state_and_a_country_are_known_without_any_sharing() -> None:
    shop = a_shop()
    shop.book(_order(PUNE))
    assert (_recipient(shop).billing.state, _recipient(shop).billing.country) == ("MH", "IN")


def test_a_deletion_takes_no_address_away() -> None:
    shop = a_shop()
    shop.book(_order())
    deliver(shop.connection, {"id": 501}, topic="order.deleted")
    pipeline.drain(shop.connection.pk, patient=True)
    reversal = Voucher.objects.get(type="credit_note")
    assert buyers_of([reversal])[reversal.pk].recipient.billing.state == "MH"


def test_the_store_is_named() -> None:
    shop = a_shop()
    shop.book(_order())
    sale = Voucher.objects.get()
    assert buyers_of([sale])[sale.pk].store_name == "asha.example"


def test_a_voucher_that_stands_for_no_order_has_no_recipient_but_its_name() -> None:
    shop = a_shop()
    (sale,) = posted(shop.company, a_sale())
    voucher = Voucher.objects.get(pk=sale.id)
    assert buyers_of([voucher]) == {}
    assert Buyer().recipient.no_address is Cause.NO_ORDER
