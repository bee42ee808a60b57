"""What a look, the certificate and a new mapping make of orders that are held."""

from typing import Any

import pytest
from django.utils import timezone

from connections.models import StoreConnection
from ledger import stock
from ledger.models import Company, Item, User
from sync.asking import sighting
from sync.booking import pipeline
from sync.core.certificate import in_store
from sync.items import sku_mapping
from sync.models import Order
from sync.reconciliation import reconcile
from tests.stores import book
from tests.sync.stock.conftest import Enter, cups, states

pytestmark = pytest.mark.django_db(transaction=True)


def seen(store: StoreConnection, *orders: Any) -> list[tuple[str, str, str, str]]:
    connection = StoreConnection.objects.select_related("company__books_lock").get(pk=store.pk)
    found = [each.found for each in sighting.see(connection, orders, asked_at=timezone.now())]
    return [(each.outcome, each.code, each.reason, each.verdict) for each in found]


def test_a_look_says_which_orders_would_be_held(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, "opening", "1")
    assert seen(holding, cups(501), cups(502)) == [
        ("booked", "", "", "booked"),
        (
            "draft",
            "short_of_stock",
            "Short of stock: 1 of CUP wanted, none left.",
            "excluded",
        ),
    ]
    assert stock.left_of([cup.pk]) == {cup.pk: 1}


def test_a_look_and_the_pipeline_agree(holding: StoreConnection, cup: Item, enter: Enter) -> None:
    enter(cup, "opening", "3")
    orders = [cups(501, 2), cups(502, 2), cups(503, 1)]
    looked = [(outcome, reason) for outcome, _, reason, _ in seen(holding, *orders)]
    book(holding, *orders)
    rows = Order.objects.order_by("order_id").values_list("state", "reason")
    assert list(rows) == looked


def test_the_certificate_counts_held_orders_by_their_rule(
    holding: StoreConnection, cup: Item, enter: Enter
) -> None:
    enter(cup, "opening", "1")
    orders = [cups(501), cups(502)]
    book(holding, *orders)
    told = [in_store({"id": order["id"], "order": order}) for order in orders]
    certificate = reconcile(holding, told)
    assert certificate.is_complete
    assert certificate.excluded == {"short_of_stock": 1}
    assert certificate.counts == {"booked": 1, "excluded": 1}
    assert certificate.difference == 0


def test_an_order_is_held_for_the_item_that_its_sku_stands_for_now(
    holding: StoreConnection, company: Company, cup: Item, enter: Enter, owner: User
) -> None:
    mug = Item.objects.create(company=company, sku="MUG", name="Mug")
    enter(cup, "opening", "0")
    enter(mug, "opening", "1")
    book(holding, cups(501))
    assert states(holding) == {501: "short_of_stock"}
    sku_mapping.map_sku(holding, "CUP", mug, user=owner, at=timezone.now())
    pipeline.drain(holding.pk, patient=True)
    assert states(holding) == {501: "booked"}
    assert stock.left_of([cup.pk, mug.pk]) == {cup.pk: 0, mug.pk: 0}
