"""The stock of an item on its page, in the list, and behind an order that is held."""

import html
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import StoreConnection
from ledger import stock
from ledger.models import Company, Edit, Item, StockMovement
from sync.booking import pipeline
from sync.models import Delivery, DeliveryState, Order, OrderDraft
from tests.orders import Json, Store
from tests.stores import book

pytestmark = pytest.mark.django_db


@pytest.fixture
def cup(company: Company) -> Item:
    return Item.objects.create(company=company, sku="CUP", name="Cup")


@pytest.fixture
def holding(store: StoreConnection) -> StoreConnection:
    store.hold_short_of_stock = True
    store.save()
    return store


def cups(order_id: int, pieces: int = 1) -> Json:
    line = Store().line("Cup", str(100 * pieces), sku="CUP", quantity=pieces, line_id=order_id)
    return Store().order([line], order_id=order_id)


def page_of(client: Client, item: Item) -> str:
    answer = client.get(reverse("item", args=[item.company_id, item.pk]))
    return html.unescape(answer.content.decode())


def entered(client: Client, item: Item, kind: str, quantity: str, **given: str) -> str:
    values = {"kind": kind, "quantity": quantity, "day": "2026-11-18", "key": str(uuid4())}
    address = reverse("enter_stock", args=[item.company_id, item.pk])
    answer = client.post(address, values | given, follow=True)
    return html.unescape(answer.content.decode())


def test_the_first_movement_is_the_opening(browser: Client, cup: Item) -> None:
    assert "No stock is kept of it" in page_of(browser, cup)
    assert "Receipt" not in page_of(browser, cup)
    page = entered(browser, cup, "opening", "12.5", note="Counted")
    assert "12.5 NOS of CUP left." in page
    assert "Counted" in page
    assert "Begin to keep stock" not in page


def test_what_comes_later_is_a_receipt_or_an_adjustment(browser: Client, cup: Item) -> None:
    entered(browser, cup, "opening", "10")
    entered(browser, cup, "receipt", "5")
    page = entered(browser, cup, "adjustment", "-2", note="Broken")
    assert "13 NOS of CUP left." in page
    assert "Broken" in page


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("receipt", {"quantity": "0"}, "a receipt is above it"),
        ("receipt", {"quantity": "many"}, "Enter a number"),
        ("receipt", {"day": "2026-11-17"}, "choose that day or a later one"),
        ("receipt", {"day": "2199-01-01"}, "That day is still to come."),
        ("adjustment", {}, "Say why"),
        ("opening", {}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form(
    browser: Client, cup: Item, kind: str, given: dict[str, str], sentence: str
) -> None:
    entered(browser, cup, "opening", "10")
    page = entered(browser, cup, kind, **{"quantity": "1", **given})
    assert sentence in page
    assert stock.left_of([cup.pk]) == {cup.pk: 10}


def test_a_second_click_moves_nothing(browser: Client, cup: Item) -> None:
    key = str(uuid4())
    entered(browser, cup, "opening", "10")
    entered(browser, cup, "receipt", "5", key=key)
    entered(browser, cup, "receipt", "5", key=key)
    assert stock.left_of([cup.pk]) == {cup.pk: 15}


def test_a_service_has_no_form(browser: Client, company: Company) -> None:
    repair = Item.objects.create(company=company, sku="FIX", name="Repair", is_service=True)
    page = page_of(browser, repair)
    assert "A service keeps none." in page
    assert reverse("enter_stock", args=[company.pk, repair.pk]) not in page
    assert "A service keeps no stock." in entered(browser, repair, "opening", "1")


def test_a_viewer_sees_and_enters_nothing(browser: Client, viewer: Client, cup: Item) -> None:
    entered(browser, cup, "opening", "10")
    page = page_of(viewer, cup)
    assert "left now" in page
    assert "Enter the movement" not in page
    address = reverse("enter_stock", args=[cup.company_id, cup.pk])
    assert viewer.post(address, {"kind": "receipt", "quantity": "1"}).status_code == 403
    assert StockMovement.objects.count() == 1


def test_to_a_stranger_there_is_no_such_item(stranger: Client, cup: Item) -> None:
    address = reverse("enter_stock", args=[cup.company_id, cup.pk])
    assert stranger.post(address, {"kind": "opening", "quantity": "1"}).status_code == 404


def test_the_stock_of_another_companys_item_is_not_entered(
    browser: Client, company: Company, stranger: Client
) -> None:
    other = Company.objects.exclude(pk=company.pk).get()
    theirs = Item.objects.create(company=other, sku="CUP", name="Cup")
    address = reverse("enter_stock", args=[company.pk, theirs.pk])
    assert browser.post(address, {"kind": "opening", "quantity": "1"}).status_code == 404


def test_the_list_shows_what_is_left(
    browser: Client, company: Company, cup: Item, store: StoreConnection
) -> None:
    entered(browser, cup, "opening", "10")
    book(store, cups(501, 3))
    page = browser.get(reverse("items", args=[company.pk])).content.decode()
    assert '<td class="amount wide-only">7</td>' in page


def test_an_item_in_stock_offers_no_deletion(browser: Client, cup: Item) -> None:
    assert "Delete CUP" in page_of(browser, cup)
    entered(browser, cup, "opening", "0")
    assert "Delete CUP" not in page_of(browser, cup)


def test_a_receipt_says_how_many_orders_are_looked_at_again(
    browser: Client, cup: Item, holding: StoreConnection
) -> None:
    entered(browser, cup, "opening", "0")
    book(holding, cups(501), cups(502))
    page = entered(browser, cup, "receipt", "1")
    assert "2 orders that were held for it are looked at again." in page


def test_the_drafts_that_are_short_stand_together(
    browser: Client, company: Company, cup: Item, holding: StoreConnection
) -> None:
    address = reverse("drafts", args=[company.pk])
    held_back = cups(503) | {"status": "on-hold"}
    entered(browser, cup, "opening", "0")
    book(holding, held_back)
    assert "Short of stock" not in browser.get(address).content.decode()
    book(holding, cups(501), cups(502))
    page = browser.get(address).content.decode()
    assert "Short of stock (2)" in page
    assert "#503" in page
    short = browser.get(address, {"reason": "short_of_stock"}).content.decode()
    assert "#501" in short
    assert "#503" not in short


def test_the_list_of_orders_filters_by_it(
    browser: Client, company: Company, cup: Item, holding: StoreConnection
) -> None:
    entered(browser, cup, "opening", "1")
    book(holding, cups(501), cups(502))
    address = reverse("all_orders", args=[company.pk])
    page = browser.get(address, {"reason": "short_of_stock"}).content.decode()
    assert "#502" in page
    assert "#501" not in page


def test_a_draft_says_which_items_are_short_and_leads_to_their_stock(
    browser: Client, company: Company, cup: Item, holding: StoreConnection
) -> None:
    entered(browser, cup, "opening", "1")
    book(holding, cups(501, 3))
    draft = OrderDraft.objects.get().draft_id
    page = html.unescape(browser.get(reverse("draft", args=[company.pk, draft])).content.decode())
    assert "Short of stock: 3 of CUP wanted, 1 left." in page
    assert f'href="{reverse("item", args=[company.pk, cup.pk])}#stock"' in page
    assert "Post it now" in page


def test_the_switch_is_an_option_whose_changes_are_logged_and_looked_after(
    browser: Client, company: Company, cup: Item, holding: StoreConnection
) -> None:
    entered(browser, cup, "opening", "0")
    book(holding, cups(501))
    address = reverse("store_options", args=[company.pk, holding.pk])
    given = {"name": holding.name, "is_enabled": "on", "post_as": "sale", "unmapped_sku": "post"}
    assert "Hold orders that are short of stock" in browser.get(address).content.decode()
    browser.post(address, given | {"bare_refund": "spread"})
    holding.refresh_from_db()
    assert not holding.hold_short_of_stock
    assert Edit.objects.filter(new__has_key="hold_short_of_stock").exists()
    assert Delivery.objects.filter(state=DeliveryState.RECEIVED).count() == 1
    pipeline.drain(holding.pk, patient=True)
    assert Order.objects.get().state == "booked"
    assert stock.left_of([cup.pk]) == {cup.pk: -1}
