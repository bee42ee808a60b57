"""Mapping, changing and unmapping a SKU: what follows it, and what is tried again."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction
from rest_framework.test import APIClient

from connections.models import Activity, StoreConnection
from ledger.models import Entry, Item, User, Voucher, VoucherLine
from sync.booking import line_items, pipeline
from sync.items import item_search, sku_mapping, unmapped_skus
from sync.items.sku_mapping import UnfitMappingError, map_sku, unmap_sku
from sync.models import Delivery, DeliveryState, Order, OrderState, SkuMapping
from tests.factories import NOW
from tests.orders import Json
from tests.stores import a_connection, an_order, book
from tests.sync.skus.files import items

pytestmark = pytest.mark.django_db
Orders = Callable[..., Json]


def test_a_sku_is_mapped_as_it_is_written_and_known_by_its_key(
    main_store: StoreConnection, owner: User, kettle: Item
) -> None:
    done = map_sku(main_store, " Tee Red ", kettle, user=owner, at=NOW)
    assert (done.sku, done.item, done.was) == ("Tee Red", kettle, None)
    mapping = SkuMapping.objects.get()
    assert (mapping.sku, mapping.key, mapping.item, mapping.set_by) == (
        "Tee Red", "tee red", kettle, owner,
    )  # fmt: skip
    assert Activity.objects.filter(text="SKU Tee Red is mapped to KETTLE · KETTLE.").exists()


def test_mapping_again_changes_the_one_mapping(
    main_store: StoreConnection, owner: User, kettle: Item
) -> None:
    (cup,) = items(main_store.company, "CUP")
    map_sku(main_store, "TEE", kettle, user=owner, at=NOW)
    done = map_sku(main_store, "tee", cup, user=owner, at=NOW)
    assert (done.was, done.item) == (kettle, cup)
    assert SkuMapping.objects.get().item == cup


def test_mapping_to_the_same_item_leaves_everything_as_it_is(
    main_store: StoreConnection, owner: User, stranger: User, kettle: Item
) -> None:
    map_sku(main_store, "TEE", kettle, user=owner, at=NOW)
    before = Activity.objects.count()
    map_sku(main_store, "tee", kettle, user=stranger, at=NOW)
    mapping = SkuMapping.objects.get()
    assert (mapping.sku, mapping.set_by, Activity.objects.count()) == ("TEE", owner, before)


@pytest.mark.parametrize("sku", ["", "  ", "\u200b", "x" * 101])
def test_what_is_no_sku_is_not_mapped(
    main_store: StoreConnection, owner: User, kettle: Item, sku: str
) -> None:
    with pytest.raises(UnfitMappingError):
        map_sku(main_store, sku, kettle, user=owner, at=NOW)


def test_a_mapping_is_taken_back(main_store: StoreConnection, owner: User, kettle: Item) -> None:
    map_sku(main_store, "TEE", kettle, user=owner, at=NOW)
    done = unmap_sku(main_store, "tee", at=NOW)
    assert (done.sku, done.item, done.was) == ("TEE", None, kettle)
    assert not SkuMapping.objects.exists()
    with pytest.raises(UnfitMappingError, match="is not mapped any more"):
        unmap_sku(main_store, "tee", at=NOW)


# Orders that waited


def test_orders_that_wait_for_the_sku_are_tried_again_and_no_others(
    choosy: StoreConnection, owner: User, kettle: Item, order_of: Orders
) -> None:
    book(choosy, order_of(501, "TEE"), order_of(502, "CUP"), order_of(503, "tee "))
    done = map_sku(choosy, "TEE", kettle, user=owner, at=NOW)
    assert done.retried == 2
    again = Delivery.objects.filter(state=DeliveryState.RECEIVED)
    assert set(again.values_list("order_id", flat=True)) == {501, 503}
    pipeline.drain(choosy.pk)
    states = dict(Order.objects.values_list("order_id", "state"))
    assert states == {501: "booked", 502: "waiting", 503: "booked"}
    assert not Order.objects.filter(state=OrderState.BOOKED, missing_skus__isnull=False).exists()


def test_an_order_that_waits_for_two_skus_waits_for_the_other_one_then(
    choosy: StoreConnection, owner: User, kettle: Item, order_of: Orders
) -> None:
    book(choosy, order_of(501, "TEE", "CUP"))
    map_sku(choosy, "TEE", kettle, user=owner, at=NOW)
    pipeline.drain(choosy.pk)
    assert Order.objects.get().missing_skus == ["cup"]
    map_sku(choosy, "CUP", kettle, user=owner, at=NOW)
    pipeline.drain(choosy.pk)
    assert (Order.objects.get().state, Order.objects.get().missing_skus) == ("booked", None)
    assert Voucher.objects.count() == 1


def test_orders_of_another_store_and_for_other_reasons_are_left_alone(
    choosy: StoreConnection, owner: User, kettle: Item
) -> None:
    other = a_connection(choosy.company, "Other")
    StoreConnection.objects.filter(pk=other.pk).update(unmapped_sku="wait")
    book(other, an_order(501))
    book(choosy, an_order(502, currency="USD"))
    assert map_sku(choosy, "SHIRT-B", kettle, user=owner, at=NOW).retried == 0


@pytest.mark.django_db(transaction=True)
def test_a_mapping_waits_for_the_batch_of_a_drain(
    choosy: StoreConnection, owner: User, kettle: Item
) -> None:
    """Or it would look for waiting orders before the batch has let one wait."""
    mapped: list[Any] = []

    def map_it() -> None:
        mapped.append(map_sku(choosy, "TEE", kettle, user=owner, at=NOW))
        connections.close_all()

    with transaction.atomic():
        StoreConnection.objects.select_for_update(no_key=True).get(pk=choosy.pk)
        thread = Thread(target=map_it)
        thread.start()
        thread.join(0.5)
        assert not mapped
    thread.join(10)
    assert mapped


# Lines that are booked


def _lines(api: APIClient, query: str = "") -> list[dict[str, Any]]:
    vouchers = api.get(f"/api/v1/vouchers{query}").json()["results"]
    return [line for voucher in vouchers for line in voucher["lines"]]


def test_booked_lines_follow_the_mapping_and_nothing_else_about_them_changes(
    main_store: StoreConnection, owner: User, kettle: Item, api: APIClient
) -> None:
    book(main_store, an_order())
    refund = {"id": 9, "total": "-118.00"}
    book(main_store, an_order(modified="2026-11-19T06:00:00", refunds=[refund]))
    rows = [list(model.objects.order_by("pk").values()) for model in (Voucher, VoucherLine, Entry)]
    before = _lines(api)
    done = map_sku(main_store, "shirt-b", kettle, user=owner, at=NOW)
    assert done.booked_lines == 2
    after = _lines(api)
    assert [line.pop("item") for line in after] == [str(kettle.pk)] * 2
    assert [line.pop("item") for line in before] == [None] * 2
    assert after == before
    assert rows == [
        list(model.objects.order_by("pk").values()) for model in (Voucher, VoucherLine, Entry)
    ]


def test_lines_booked_with_an_item_follow_a_mapping_that_is_put_right(
    main_store: StoreConnection, owner: User, kettle: Item, api: APIClient
) -> None:
    (wrong,) = items(main_store.company, "WRONG")
    map_sku(main_store, "SHIRT-B", wrong, user=owner, at=NOW)
    book(main_store, an_order())
    map_sku(main_store, "SHIRT-B", kettle, user=owner, at=NOW)
    assert [line["item"] for line in _lines(api)] == [str(kettle.pk)]
    unmap_sku(main_store, "SHIRT-B", at=NOW)
    assert [line["item"] for line in _lines(api)] == [str(wrong.pk)]


def test_lines_of_another_store_do_not_follow(
    main_store: StoreConnection, owner: User, kettle: Item, api: APIClient
) -> None:
    other = a_connection(main_store.company, "Other")
    book(main_store, an_order())
    book(other, an_order())
    map_sku(main_store, "SHIRT-B", kettle, user=owner, at=NOW)
    vouchers = api.get("/api/v1/vouchers").json()["results"]
    found = {voucher["connection"]: voucher["lines"][0]["item"] for voucher in vouchers}
    assert found == {str(main_store.pk): str(kettle.pk), str(other.pk): None}


def test_the_lines_of_drafts_follow_too(
    main_store: StoreConnection, owner: User, kettle: Item, api: APIClient
) -> None:
    book(main_store, an_order(status="on-hold"))
    map_sku(main_store, "SHIRT-B", kettle, user=owner, at=NOW)
    assert [line["item"] for line in _lines(api, "?status=draft")] == [str(kettle.pk)]


def test_orders_show_the_same_items_as_their_vouchers(
    main_store: StoreConnection, owner: User, kettle: Item, api: APIClient
) -> None:
    book(main_store, an_order())
    map_sku(main_store, "SHIRT-B", kettle, user=owner, at=NOW)
    (order,) = api.get("/api/v1/orders").json()["results"]
    assert order["vouchers"][0]["lines"][0]["item"] == str(kettle.pk)


def test_lines_of_vouchers_that_a_person_made_have_no_mapping(
    main_store: StoreConnection, owner: User, kettle: Item
) -> None:
    map_sku(main_store, "SHIRT-B", kettle, user=owner, at=NOW)
    assert line_items.mapped_items([(None, "SHIRT-B"), (main_store.pk, None)]) == {}
    assert line_items.mapped_items([(main_store.pk, "shirt-b")]) == {
        (main_store.pk, "shirt-b"): kettle.pk
    }


# The list of what is unmapped


def test_a_sku_leaves_the_list_when_it_is_mapped_and_comes_back_when_it_is_not(
    main_store: StoreConnection, owner: User, kettle: Item
) -> None:
    book(main_store, an_order())
    listed = unmapped_skus.unmapped_of(main_store.pk)
    assert [seen.sku for seen in listed] == ["SHIRT-B"]
    map_sku(main_store, "SHIRT-B", kettle, user=owner, at=NOW)
    assert not listed.all()
    assert unmapped_skus.counts([main_store.pk]) == {main_store.pk: 0}
    unmap_sku(main_store, "SHIRT-B", at=NOW)
    assert [seen.lines for seen in listed.all()] == [1]
    assert unmapped_skus.counts([main_store.pk]) == {main_store.pk: 1}


def test_the_list_shows_what_waits_and_what_a_sku_may_be(
    choosy: StoreConnection, order_of: Orders
) -> None:
    book(choosy, order_of(501, "TEE"), order_of(502, "tee"), order_of(503, "CUP"), an_order(504))
    items(choosy.company, "Tee", "Cup", "CUp")
    (named,) = items(choosy.company, "S-1")
    Item.objects.filter(pk=named.pk).update(name="Blue Shirt")
    page = unmapped_skus.page(choosy, "", "")
    told = {row.seen.key: (row.waiting, row.suggestion, row.note) for row in page.rows}
    assert told == {
        "tee": (2, "Tee", "This item has the same SKU."),
        "cup": (1, "", "“CUP” fits several items: CUp, Cup."),
        "shirt-b": (1, "S-1", "This item has the same name."),
    }


def test_the_list_has_pages_and_is_searched_by_sku_and_name(
    main_store: StoreConnection, order_of: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(main_store, *(order_of(501 + n, f"CUP-{n}") for n in range(5)), order_of(600, "Größe"))
    monkeypatch.setattr(unmapped_skus, "PER_PAGE", 4)
    first = unmapped_skus.page(main_store, "", "")
    second = unmapped_skus.page(main_store, "", first.older)
    assert (first.is_first, second.is_first, second.older) == (True, False, "")
    seen = [row.seen.sku for page in (first, second) for row in page.rows]
    assert (len(seen), len(set(seen))) == (6, 6)
    for query in ("GRÖSSE", "gro\u0308ß", "product größe"):
        assert [row.seen.sku for row in unmapped_skus.page(main_store, query, "").rows] == ["Größe"]


def test_counts_end_where_nobody_counts_any_more(
    choosy: StoreConnection, order_of: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unmapped_skus, "COUNTED", 2)
    book(choosy, *(order_of(501 + n, "TEE", f"CUP-{n}") for n in range(3)))
    assert unmapped_skus.counts([choosy.pk]) == {choosy.pk: 2}
    assert unmapped_skus.waiting_orders(choosy, ["tee", "cup-0"]) == {"tee": 2, "cup-0": 1}
    assert unmapped_skus.in_words(2) == "2+"


def test_mappings_have_pages_and_are_searched(
    main_store: StoreConnection, owner: User, kettle: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cup,) = items(main_store.company, "CUP")
    Item.objects.filter(pk=cup.pk).update(name="Teacup")
    for n in range(5):
        map_sku(main_store, f"SKU-{n}", kettle, user=owner, at=NOW)
    map_sku(main_store, "Größe", cup, user=owner, at=NOW)
    monkeypatch.setattr(sku_mapping, "PER_PAGE", 4)
    first = sku_mapping.page(main_store, "", "")
    second = sku_mapping.page(main_store, "", first.next)
    seen = [row.sku for page in (first, second) for row in page.rows]
    assert (len(seen), len(set(seen)), second.next) == (6, 6, "")
    for query in ("GRÖSSE", "cup", "teac"):
        assert [row.sku for row in sku_mapping.page(main_store, query, "").rows] == ["Größe"]


# Finding an item


def test_items_are_found_by_the_beginning_of_sku_and_code_and_within_their_names(
    main_store: StoreConnection, stranger: User
) -> None:
    company = main_store.company
    items(company, "TEE-1", "tee-2", "CUP")
    items(company, "TEE-OFF", is_active=False)
    items(company, "X1", lookup_code="Tee-9")
    Item.objects.filter(sku="CUP").update(name="Cup with a saucer of tin")
    assert [item.sku for item in item_search.items_like(company, "TEE")] == ["TEE-1", "tee-2", "X1"]
    assert [item.sku for item in item_search.items_like(company, "tin cup")] == ["CUP"]
    assert item_search.items_like(company, " ") == []
    assert item_search.items_like(stranger.memberships.get().company, "TEE") == []


@pytest.mark.parametrize("text", ["%", "_", "\\", "100%", "'"])
def test_signs_of_patterns_are_letters_like_others(main_store: StoreConnection, text: str) -> None:
    items(main_store.company, "TEE", f"{text}-1")
    assert [item.sku for item in item_search.items_like(main_store.company, text)] == [f"{text}-1"]


def test_few_items_are_offered(main_store: StoreConnection) -> None:
    items(main_store.company, *(f"TEE-{n}" for n in range(20)))
    assert len(item_search.items_like(main_store.company, "t")) == item_search.MOST


def test_an_item_is_named_by_its_own_sku_not_by_a_stores(
    main_store: StoreConnection, owner: User, kettle: Item
) -> None:
    (cup,) = items(main_store.company, "CUP")
    map_sku(main_store, "CUP", kettle, user=owner, at=NOW)
    assert item_search.item_named(main_store, "CUP")[0] == cup
    assert item_search.item_named(main_store, "cup")[0] == cup
    assert item_search.item_named(main_store, "pot")[0] is None
