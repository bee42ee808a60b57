"""The SKU mapping of a store on the screen: lists, mapping in place, opening an item."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connections.models import StoreConnection
from ledger.models import Company, Item, ItemRate, User
from sync.booking import pipeline
from sync.items import sku_mapping
from sync.models import Delivery, Order, SkuMapping
from tests.factories import NOW
from tests.orders import Store
from tests.stores import an_order, book
from tests.sync.skus.files import applied, items, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def cup(company: Company) -> Item:
    """An item to map to."""
    (item,) = items(company, "CUP-1")
    Item.objects.filter(pk=item.pk).update(name="Teacup", hsn="6911")
    return Item.objects.get(pk=item.pk)


def _address(store: StoreConnection, name: str = "store_skus") -> str:
    return reverse(name, args=[store.company_id, store.pk])


def _page(browser: Client, store: StoreConnection, query: str = "", **headers: str) -> str:
    return browser.get(f"{_address(store)}{query}", headers=headers).content.decode()


def _map(browser: Client, store: StoreConnection, **data: str) -> Any:
    return browser.post(_address(store, "map_sku"), {"sku": "SHIRT-B", **data}, follow=True)


def test_a_store_without_orders_says_what_the_page_is_for(
    browser: Client, store: StoreConnection
) -> None:
    page = _page(browser, store)
    assert "Nothing is mapped yet" in page
    assert "No unmapped SKU" in _page(browser, store, "?show=unmapped")
    assert "No import yet" in _page(browser, store, "?show=imports")


def test_unmapped_skus_are_shown_first_with_lines_and_last_order(
    browser: Client, store: StoreConnection
) -> None:
    book(store, an_order(501), an_order(502))
    page = _page(browser, store)
    for text in ("SHIRT-B", "Blue shirt", "#502", "18 Nov 2026", 'class="count warn">1<'):
        assert text in page
    assert f'href="{_address(store)}"' in _overview(browser, store)


def _overview(browser: Client, store: StoreConnection) -> str:
    return browser.get(reverse("store", args=[store.company_id, store.pk])).content.decode()


def test_a_sku_is_mapped_in_place(browser: Client, store: StoreConnection, cup: Item) -> None:
    book(store, an_order(501), an_order(502))
    answer = _map(browser, store, item="cup-1", show="unmapped")
    page = answer.content.decode()
    assert "SHIRT-B is mapped to CUP-1 · Teacup. 2 booked lines follow it." in page
    assert "No unmapped SKU" in page
    assert SkuMapping.objects.get().item == cup


def test_orders_that_wait_go_on_when_their_sku_is_mapped(
    browser: Client, store: StoreConnection, cup: Item
) -> None:
    StoreConnection.objects.update(unmapped_sku="wait")
    book(store, an_order())
    waiting = browser.get(reverse("store_waiting", args=[store.company_id, store.pk]))
    in_place = reverse("map_waiting_sku", args=[store.company_id, store.pk, 501])
    assert f'action="{in_place}"' in waiting.content.decode()
    page = _map(browser, store, item="CUP-1").content.decode()
    assert "1 waiting order is tried again." in page
    pipeline.drain(store.pk)
    assert Order.objects.get().state == "booked"


def test_a_switch_that_may_help_lets_waiting_orders_be_tried_again(
    browser: Client, store: StoreConnection, cup: Item
) -> None:
    StoreConnection.objects.update(unmapped_sku="wait")
    Item.objects.update(lookup_code="shirt-b")
    book(store, an_order())
    options = reverse("store_options", args=[store.company_id, store.pk])
    form = {"name": "Main store", "is_enabled": "on", "post_as": "sale", "unmapped_sku": "wait"}
    form["bare_refund"] = "spread"
    browser.post(options, form)
    assert not Delivery.objects.filter(state="received").exists()
    browser.post(options, form | {"matches_lookup_code": "on"})
    pipeline.drain(store.pk)
    assert Order.objects.get().state == "booked"


def test_htmx_gets_the_list_as_it_is_then_and_the_message_beside_it(
    browser: Client, store: StoreConnection, cup: Item
) -> None:
    book(store, an_order())
    answer = browser.post(
        _address(store, "map_sku"),
        {"sku": "SHIRT-B", "item": "CUP-1", "show": "unmapped"},
        headers={"HX-Request": "true"},
    )
    part = answer.content.decode()
    assert "<html" not in part
    assert "No unmapped SKU" in part
    assert 'hx-swap-oob="beforeend:.toasts"' in part
    assert "Bulk import via CSV" in part
    assert "SHIRT-B is mapped to CUP-1" in part


@pytest.mark.parametrize("is_part", [True, False])
def test_what_fits_several_items_is_asked_on_a_page(
    browser: Client, store: StoreConnection, cup: Item, is_part: bool
) -> None:
    items(store.company, "TEE")
    Item.objects.filter(sku="TEE").update(name="teacup")
    headers = {"HX-Request": "true"} if is_part else {}
    answer = browser.post(
        _address(store, "map_sku"), {"sku": "SHIRT-B", "item": "TEACUP"}, headers=headers
    )
    target = answer["HX-Redirect"] if is_part else answer["Location"]
    page = browser.get(target).content.decode()
    assert "“TEACUP” fits several items: CUP-1, TEE. Choose one." in page
    assert page.count("Map to this") == 2
    assert not SkuMapping.objects.exists()


def test_what_fits_no_item_is_asked_on_a_page_that_offers_to_create_it(
    browser: Client, store: StoreConnection
) -> None:
    page = _map(browser, store, item="nothing").content.decode()
    assert "No item fits “nothing”" in page
    assert f"{_address(store, 'create_item')}?sku=SHIRT-B" in page


@pytest.mark.parametrize("data", [{}, {"item": ""}, {"sku": "", "item": "CUP-1"}])
def test_half_a_mapping_is_none(
    browser: Client, store: StoreConnection, cup: Item, data: dict[str, str]
) -> None:
    assert "nothing was mapped" in _map(browser, store, **data).content.decode()
    assert not SkuMapping.objects.exists()


def test_the_page_of_one_sku_says_what_is_known_of_it(
    browser: Client, store: StoreConnection, cup: Item, owner: User
) -> None:
    book(store, an_order())
    sku_mapping.map_sku(store, "SHIRT-B", cup, user=owner, at=NOW)
    page = browser.get(_address(store, "choose_item"), {"sku": "shirt-b", "item": "tea"})
    text = page.content.decode()
    for told in ("Blue shirt", "1 booked line", "order #501", "now mapped to", "HSN 6911"):
        assert told in text


def test_mapped_skus_are_listed_changed_and_removed(
    browser: Client, store: StoreConnection, cup: Item, owner: User
) -> None:
    (pot,) = items(store.company, "POT")
    sku_mapping.map_sku(store, "TEE", cup, user=owner, at=NOW)
    assert "Teacup" in _page(browser, store, "?show=mapped")
    _map(browser, store, sku="TEE", item="POT", show="mapped")
    assert SkuMapping.objects.get().item == pot
    remove = _address(store, "unmap_sku")
    page = browser.post(remove, {"sku": "TEE", "show": "mapped"}, follow=True).content.decode()
    assert "TEE is no longer mapped." in page
    page = browser.post(remove, {"sku": "TEE"}, follow=True).content.decode()
    assert "is not mapped any more" in page


def test_a_mapping_to_an_item_that_is_switched_off_is_marked(
    browser: Client, store: StoreConnection, cup: Item, owner: User
) -> None:
    sku_mapping.map_sku(store, "TEE", cup, user=owner, at=NOW)
    Item.objects.update(is_active=False)
    assert "not active" in _page(browser, store, "?show=mapped")


def test_mapped_skus_lead_to_the_import_that_wrote_them(
    browser: Client, store: StoreConnection, cup: Item, owner: User
) -> None:
    made = applied(store, sheet("TEE,CUP-1"), owner)
    address = reverse("sku_import", args=[store.company_id, store.pk, made.pk])
    assert address in _page(browser, store, "?show=mapped")
    assert address in _page(browser, store, "?show=imports")


def test_lists_are_searched_and_kept_so_page_by_page(
    browser: Client, store: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = Store()
    products = [lines.line("Mug", "10", sku=f"MUG {n}", line_id=n) for n in range(1, 5)]
    book(store, lines.order([*products, lines.line("Tee", "10", sku="TEE", line_id=9)]))
    monkeypatch.setattr("sync.items.unmapped_skus.PER_PAGE", 3)
    page = _page(browser, store, "?show=unmapped&q=mug")
    assert page.count('class="picker"') == 3
    assert "TEE" not in page
    assert "?show=unmapped&amp;q=mug&amp;before=" in page
    assert "No unmapped SKU like “x”" in _page(browser, store, "?show=unmapped&q=x")


@pytest.mark.parametrize("query", ["?show=x", "?q=%00", "?before=x&after=%00", "?q=" + "é" * 500])
def test_what_nobody_would_ask_for_is_answered_all_the_same(
    browser: Client, store: StoreConnection, query: str
) -> None:
    for show in ("", "&show=mapped", "&show=unmapped", "&show=imports"):
        assert browser.get(f"{_address(store)}{query}{show}").status_code == 200


SKU = "a/b?c&d=\"é'<i>"


def test_a_sku_of_odd_signs_is_shown_and_mapped_like_others(
    browser: Client, store: StoreConnection, cup: Item
) -> None:
    lines = Store()
    book(store, lines.order([lines.line("Odd", "10", sku=SKU, line_id=9)]))
    page = _page(browser, store)
    assert "<i>" not in page
    assert quote(SKU, safe="") in page
    _map(browser, store, sku=SKU, item="CUP-1")
    assert SkuMapping.objects.get().sku == SKU


def test_lines_without_a_sku_are_explained(browser: Client, store: StoreConnection) -> None:
    lines = Store()
    book(store, lines.order([lines.line("Thing", "10", sku="", line_id=9)]))
    page = _page(browser, store, "?show=unmapped")
    assert "1 booked line without an item has no SKU in the store" in page


# Opening an item


def _item_form(**changes: str) -> dict[str, str]:
    form = {"sku": "SHIRT-B", "new-sku": "SHIRT", "new-name": "Shirt", "new-taxability": "taxable"}
    return form | {"new-since": "2026-04-01"} | changes


def test_an_item_is_opened_for_a_sku_and_mapped_to(browser: Client, store: StoreConnection) -> None:
    book(store, an_order())
    new = _address(store, "create_item")
    form = browser.get(new, {"sku": "SHIRT-B"}).content.decode()
    assert 'value="SHIRT-B"' in form
    assert 'value="Blue shirt"' in form
    page = browser.post(new, _item_form(**{"new-hsn": "6109", "new-rate": "5"}), follow=True)
    assert "SHIRT-B is mapped to SHIRT · Shirt. 1 booked line follows it." in page.content.decode()
    item = Item.objects.get()
    assert (item.sku, item.hsn, SkuMapping.objects.get().item) == ("SHIRT", "6109", item)
    rate = ItemRate.objects.get(item=item)
    assert (rate.rate, str(rate.valid_from)) == (Decimal(5), "2026-04-01")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"new-sku": "CUP-1"}, "An item has this SKU already"),
        ({"new-sku": ""}, "This field is required"),
        ({"new-hsn": "61x9"}, "An HSN or SAC has two to eight digits"),
        ({"new-rate": "101"}, "less than or equal to 100"),
        ({"new-taxability": "odd"}, "Select a valid choice"),
    ],
)
def test_an_item_that_makes_no_sense_is_not_opened(
    browser: Client, store: StoreConnection, cup: Item, changes: dict[str, str], told: str
) -> None:
    page = browser.post(_address(store, "create_item"), _item_form(**changes)).content.decode()
    assert told in page
    assert Item.objects.count() == 1
    assert not SkuMapping.objects.exists()


# Where lines are shown


def test_a_voucher_shows_what_its_lines_stand_for_by_now(
    browser: Client, store: StoreConnection, cup: Item, owner: User
) -> None:
    from ledger.models import Voucher

    book(store, an_order())
    address = reverse("voucher", args=[store.company_id, Voucher.objects.get().pk])
    before = browser.get(address).content.decode()
    assert "At least one SKU of the store matches no item." in before
    assert f"{_address(store)}?show=unmapped&amp;q=SHIRT-B" in before
    sku_mapping.map_sku(store, "SHIRT-B", cup, user=owner, at=NOW)
    after = browser.get(address).content.decode()
    assert "→ CUP-1" in after
    assert "it is mapped since" in after
    assert "Unmapped SKU SHIRT-B · Blue shirt" in after  # as it was posted


def test_a_draft_shows_what_its_lines_stand_for_by_now(
    browser: Client, store: StoreConnection, cup: Item, owner: User
) -> None:
    from sync.models import OrderDraft

    book(store, an_order(status="on-hold"))
    sku_mapping.map_sku(store, "SHIRT-B", cup, user=owner, at=NOW)
    draft = reverse("draft", args=[store.company_id, OrderDraft.objects.get().draft_id])
    assert "→ CUP-1" in browser.get(draft).content.decode()


def test_the_number_of_queries_does_not_grow(
    browser: Client,
    store: StoreConnection,
    cup: Item,
    owner: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    lines = Store()
    products = [lines.line("Mug", "10", sku=f"MUG {n}", line_id=n) for n in range(1, 41)]
    book(store, lines.order(products))
    applied(store, sheet(*(f"TEE-{n},CUP-1" for n in range(40))), owner)
    for show in ("unmapped", "mapped", "imports"):
        with django_assert_max_num_queries(17):
            _page(browser, store, f"?show={show}")
