"""Orders find their items: by mapping, SKU, lookup code or name, or by the chosen rule."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from connections.models import StoreConnection, UnmappedSku
from ledger.models import Company, Item, ItemRate, User, VoucherLine
from sync.booking import pipeline
from sync.items import sku_mapping
from sync.models import Order, UnmatchedSku
from tests.factories import NOW, TODAY
from tests.orders import Json
from tests.stores import a_connection, an_order, book, deliver
from tests.sync.skus.files import items

pytestmark = pytest.mark.django_db
Orders = Callable[..., Json]


def _map(connection: StoreConnection, sku: str, item: Item, user: User) -> None:
    sku_mapping.map_sku(connection, sku, item, user=user, at=NOW)


def _switch(connection: StoreConnection, **options: Any) -> None:
    StoreConnection.objects.filter(pk=connection.pk).update(**options)


def _item() -> Item | None:
    """The item of the only line that was booked."""
    return VoucherLine.objects.select_related("item").get().item


def test_a_mapped_sku_is_booked_as_its_item(
    main_store: StoreConnection, owner: User, kettle: Item
) -> None:
    ItemRate.objects.create(company=kettle.company, item=kettle, rate=18, valid_from=TODAY)
    Item.objects.filter(pk=kettle.pk).update(hsn="8516")
    _map(main_store, "SHIRT-B", kettle, owner)
    book(main_store, an_order())
    line = VoucherLine.objects.get()
    assert (line.item_id, line.hsn, line.sku) == (kettle.pk, "8516", "SHIRT-B")
    assert line.description == "Blue shirt"


def test_the_mapping_goes_before_an_item_of_the_very_sku(
    main_store: StoreConnection, owner: User, kettle: Item
) -> None:
    items(main_store.company, "SHIRT-B")
    _map(main_store, "SHIRT-B", kettle, owner)
    book(main_store, an_order())
    assert _item() == kettle


def test_a_mapping_holds_whatever_the_spelling_in_the_store(
    main_store: StoreConnection, owner: User, kettle: Item, order_of: Orders
) -> None:
    _map(main_store, " shirt-B ", kettle, owner)
    book(main_store, order_of(501, "Shirt-b\u200b"))
    assert _item() == kettle


def test_a_mapping_of_one_store_says_nothing_about_another(
    main_store: StoreConnection, owner: User, kettle: Item
) -> None:
    _map(main_store, "SHIRT-B", kettle, owner)
    book(a_connection(main_store.company, "Second store"), an_order())
    assert _item() is None


def test_an_items_own_sku_needs_no_mapping_nor_its_exact_spelling(
    main_store: StoreConnection, order_of: Orders
) -> None:
    (item,) = items(main_store.company, "Größe 42")
    book(main_store, order_of(501, "GRÖSSE  42"))
    assert _item() == item


@pytest.mark.parametrize("switch", ["matches_lookup_code", "matches_name", "both are off"])
def test_lookup_codes_and_names_are_asked_only_where_the_switch_is_on(
    main_store: StoreConnection, switch: str
) -> None:
    by_code, by_name = items(main_store.company, "A", "B")
    Item.objects.filter(pk=by_code.pk).update(lookup_code="shirt-b")
    Item.objects.filter(pk=by_name.pk).update(name="blue shirt")
    wanted = {"matches_lookup_code": by_code, "matches_name": by_name}.get(switch)
    if wanted:
        _switch(main_store, **{switch: True})
    book(main_store, an_order())
    assert _item() == wanted


def test_an_item_of_another_company_is_never_found(
    main_store: StoreConnection, stranger: User
) -> None:
    _switch(main_store, matches_lookup_code=True, matches_name=True)
    theirs = Company.objects.get(memberships__user=stranger)
    items(theirs, "SHIRT-B", lookup_code="SHIRT-B")
    book(main_store, an_order())
    assert _item() is None


TWINS = ("Shirt-b", "shirt-B")


def test_what_fits_two_items_stays_unmapped_where_such_lines_are_posted(
    main_store: StoreConnection,
) -> None:
    items(main_store.company, *TWINS)
    book(main_store, an_order())
    line = VoucherLine.objects.select_related("voucher").get()
    assert (line.item_id, line.description) == (None, "Unmapped SKU SHIRT-B · Blue shirt")
    assert line.voucher.flags == ["unmapped_sku"]


def test_what_fits_two_items_waits_where_such_orders_wait(choosy: StoreConnection) -> None:
    items(choosy.company, *TWINS)
    book(choosy, an_order())
    order = Order.objects.get()
    assert order.reason == "“SHIRT-B” fits several items: Shirt-b, shirt-B."
    assert (order.reason_code, order.missing_skus) == ("sku", ["shirt-b"])


def test_what_fits_two_items_opens_no_third_one(main_store: StoreConnection) -> None:
    _switch(main_store, unmapped_sku=UnmappedSku.CREATE)
    items(main_store.company, *TWINS)
    book(main_store, an_order())
    assert _item() is None
    assert Item.objects.count() == 2


def test_items_are_opened_once_for_all_spellings_in_a_batch(
    main_store: StoreConnection, order_of: Orders
) -> None:
    _switch(main_store, unmapped_sku=UnmappedSku.CREATE)
    book(main_store, order_of(501, "TEE", "tee ", "CUP"), order_of(502, "Tee"))
    assert sorted(Item.objects.values_list("sku", flat=True)) in (["CUP", "TEE"], ["CUP", "Tee"])
    found = VoucherLine.objects.values_list("item__sku", flat=True)
    assert sorted(str(sku).upper() for sku in found) == ["CUP", "TEE", "TEE", "TEE"]


def test_a_long_name_does_not_keep_an_item_from_being_opened(
    main_store: StoreConnection, order_of: Orders
) -> None:
    _switch(main_store, unmapped_sku=UnmappedSku.CREATE)
    order = order_of(501, "TEE")
    order["line_items"][0]["name"] = "long " * 60
    book(main_store, order)
    assert len(Item.objects.get().name) == 250


@pytest.mark.parametrize("rule", [UnmappedSku.POST, UnmappedSku.CREATE])
def test_an_item_that_is_switched_off_is_not_booked_any_more(
    main_store: StoreConnection, rule: UnmappedSku
) -> None:
    _switch(main_store, unmapped_sku=rule)
    items(main_store.company, "SHIRT-B", is_active=False)
    book(main_store, an_order())
    assert _item() is None
    assert Item.objects.count() == 1


def test_an_order_says_all_skus_that_it_waits_for(
    choosy: StoreConnection, kettle: Item, order_of: Orders
) -> None:
    book(choosy, order_of(501, "TEE", "KETTLE", "Cup", "tee"))
    assert Order.objects.get().missing_skus == ["cup", "tee"]
    assert not VoucherLine.objects.exists()


def test_unmatched_skus_are_counted_with_their_last_order(
    main_store: StoreConnection, kettle: Item, order_of: Orders
) -> None:
    later = "2026-11-20T06:00:00"
    book(main_store, order_of(501, "TEE", "KETTLE", "tee"), order_of(503, "Tee", created=later))
    book(main_store, order_of(502, "TEE", "CUP"))
    tee, cup = UnmatchedSku.objects.order_by("-lines")
    assert (tee.key, tee.lines, tee.sku, tee.name) == ("tee", 4, "Tee", "Product Tee")
    assert (tee.last_order_id, f"{tee.last_at:%Y-%m-%dT%H:%M:%S}") == (503, later)
    assert (cup.key, cup.lines, cup.last_number) == ("cup", 1, "502")


def test_the_lines_of_notes_count_as_well_and_repeats_do_not(
    main_store: StoreConnection, order_of: Orders
) -> None:
    order = order_of(501, "TEE")
    book(main_store, order)
    book(main_store, order)
    assert UnmatchedSku.objects.get().lines == 1
    refund = {"id": 9, "total": "-59.00"}
    book(main_store, order | {"refunds": [refund], "date_modified_gmt": "2026-11-19T06:00:00"})
    assert UnmatchedSku.objects.get().lines == VoucherLine.objects.filter(item=None).count() == 2


def test_what_only_waits_is_known_as_unmatched_without_a_booked_line(
    choosy: StoreConnection, order_of: Orders
) -> None:
    book(choosy, order_of(501, "TEE"))
    tee = UnmatchedSku.objects.get()
    assert (tee.key, tee.lines, tee.last_order_id) == ("tee", 0, 501)


def test_lines_without_a_sku_are_counted_as_such(
    main_store: StoreConnection, order_of: Orders
) -> None:
    book(main_store, order_of(501, ""))
    assert UnmatchedSku.objects.get().key == ""


def test_a_mapping_books_nothing_anew(
    main_store: StoreConnection, owner: User, kettle: Item
) -> None:
    book(main_store, an_order())
    _map(main_store, "SHIRT-B", kettle, owner)
    book(main_store, an_order(status="completed", modified="2026-11-19T06:00:00"))
    assert _item() is None
    assert Order.objects.get().state == "booked"


def test_a_mapping_that_is_made_while_a_drain_is_at_work_is_not_overlooked(
    choosy: StoreConnection, owner: User, kettle: Item, order_of: Orders
) -> None:
    """The drain lets the order wait; the mapping, which comes after it, finds it waiting."""
    deliver(choosy, order_of(501, "TEE"))
    pipeline.drain(choosy.pk)
    _map(choosy, "TEE", kettle, owner)
    pipeline.drain(choosy.pk)
    assert _item() == kettle


def test_many_orders_cost_as_many_queries_as_one(
    main_store: StoreConnection, owner: User, kettle: Item, order_of: Orders
) -> None:
    _switch(main_store, matches_lookup_code=True, matches_name=True)
    _map(main_store, "TEE", kettle, owner)
    book(main_store, order_of(401, "TEE"))  # opens the accounts
    costs = []
    for first, count in ((501, 1), (601, 40)):
        deliver(main_store, *(order_of(first + n, "TEE", f"CUP-{n}") for n in range(count)))
        with CaptureQueriesContext(database) as queries:
            pipeline.drain(main_store.pk)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert VoucherLine.objects.filter(item=kettle).count() == 42
