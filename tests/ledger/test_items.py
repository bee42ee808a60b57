"""Items: what is kept, from which day a rate holds, and what the past forbids."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from connections.models import StoreConnection
from ledger import item_list, items
from ledger.core.hsn import misfit
from ledger.core.uqc import UNITS
from ledger.item_list import ItemFilter, Show
from ledger.models import Company, Edit, Item, ItemRate, VoucherLine
from tests.factories import TODAY, a_company
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def own() -> Company:
    """Asks for six digits of the HSN."""
    company = a_company()
    Company.objects.filter(pk=company.pk).update(hsn_digits=6)
    company.refresh_from_db()
    return company


@pytest.fixture
def shirt(own: Company) -> Item:
    """What the store of `sold` sells."""
    return Item.objects.create(company=own, sku="SHIRT-B", name="Blue shirt", hsn="6109")


@pytest.fixture
def sold(own: Company, shirt: Item) -> VoucherLine:
    """The shirt, booked."""
    store: StoreConnection = a_connection(own)
    book(store, an_order())
    line = VoucherLine.objects.select_related("voucher").get(item=shirt)
    assert line.voucher.date < TODAY
    return line


def _rates(item: Item) -> list[tuple[str, str]]:
    return [(str(row.valid_from), f"{row.rate.normalize():f}") for row in item.rates.all()]


# Rates ------------------------------------------------------------------------------------


def test_a_rate_holds_from_its_day_until_the_next_one(shirt: Item) -> None:
    items.give_rate([shirt], Decimal(12), date(2026, 4, 1))
    items.give_rate([shirt], Decimal(5), TODAY)
    assert _rates(shirt) == [("2026-11-21", "5"), ("2026-04-01", "12")]
    loaded = Item.objects.prefetch_related("rates").get(pk=shirt.pk)
    assert item_list.rate_on(loaded, TODAY) == 5
    assert item_list.rate_on(loaded, TODAY - timedelta(days=1)) == 12
    assert item_list.rate_on(loaded, date(2026, 3, 31)) is None


def test_a_rate_that_was_mistyped_is_put_right_while_nothing_is_posted_by_it(shirt: Item) -> None:
    items.give_rate([shirt], Decimal(50), TODAY)
    items.give_rate([shirt], Decimal(5), TODAY)
    assert _rates(shirt) == [("2026-11-21", "5")]


def test_a_rate_for_days_of_posted_lines_is_refused_and_names_the_first_free_day(
    shirt: Item, sold: VoucherLine
) -> None:
    last = sold.voucher.date
    free = last + timedelta(days=1)
    with pytest.raises(items.UnfitItemError, match=f"choose {free.day} {free:%b %Y} or later"):
        items.give_rate([shirt], Decimal(5), last)
    assert _rates(shirt) == []
    items.give_rate([shirt], Decimal(5), free)
    assert _rates(shirt) == [(str(free), "5")]


def test_several_items_get_a_rate_together_or_not_at_all(
    own: Company, shirt: Item, sold: VoucherLine
) -> None:
    cup = Item.objects.create(company=own, sku="CUP", name="Cup")
    with pytest.raises(items.UnfitItemError, match="SHIRT-B is posted up to"):
        items.give_rate([cup, shirt], Decimal(5), sold.voucher.date)
    assert not ItemRate.objects.exists()


def test_the_database_adds_no_rate_for_posted_days(
    own: Company, shirt: Item, sold: VoucherLine
) -> None:
    with pytest.raises(IntegrityError, match="item_rate_leaves_posted_lines"):
        ItemRate.objects.create(company=own, item=shirt, rate=12, valid_from=sold.voucher.date)


@pytest.mark.parametrize("change", [{"rate": 18}, {"valid_from": TOMORROW}])
def test_the_database_changes_no_rate_by_which_lines_are_posted(
    by_rate: ItemRate, change: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError, match="item_rate_leaves_posted_lines"):
        ItemRate.objects.filter(pk=by_rate.pk).update(**change)


def test_the_database_moves_no_rate_to_posted_days(
    own: Company, shirt: Item, sold: VoucherLine
) -> None:
    later = ItemRate.objects.create(company=own, item=shirt, rate=12, valid_from=TODAY)
    with pytest.raises(IntegrityError, match="item_rate_leaves_posted_lines"):
        ItemRate.objects.filter(pk=later.pk).update(valid_from=sold.voucher.date)


def test_the_database_removes_no_rate_by_which_lines_are_posted(by_rate: ItemRate) -> None:
    with pytest.raises(IntegrityError, match="item_rate_leaves_posted_lines"):
        by_rate.delete()


@pytest.fixture
def by_rate(own: Company, shirt: Item) -> ItemRate:
    """A rate that stood when the shirt was sold."""
    rate = ItemRate.objects.create(company=own, item=shirt, rate=12, valid_from=date(2026, 4, 1))
    book(a_connection(own), an_order())
    assert VoucherLine.objects.get().item == shirt
    return rate


def test_a_rate_to_come_is_taken_back(shirt: Item, sold: VoucherLine) -> None:
    items.give_rate([shirt], Decimal(5), TOMORROW)
    items.take_back_rate(shirt.rates.get())
    assert _rates(shirt) == []


# What an item is ----------------------------------------------------------------------------


def test_a_posted_item_keeps_its_taxability(shirt: Item, sold: VoucherLine) -> None:
    shirt.taxability = "exempt"
    with pytest.raises(items.UnfitItemError, match="its taxability stays"):
        items.save(shirt)
    with pytest.raises(IntegrityError, match="posted_item_keeps_taxability"), transaction.atomic():
        Item.objects.filter(pk=shirt.pk).update(taxability="exempt")


def test_an_item_that_was_never_posted_changes_its_taxability(shirt: Item) -> None:
    shirt.taxability = "exempt"
    items.save(shirt)
    assert Item.objects.get().taxability == "exempt"


def test_a_sku_belongs_to_one_item(own: Company, shirt: Item) -> None:
    with pytest.raises(items.UnfitItemError, match="Another item has this SKU"):
        items.save(Item(company=own, sku="SHIRT-B", name="Other"))


def test_an_item_that_was_never_used_is_deleted_with_its_rates(shirt: Item) -> None:
    items.give_rate([shirt], Decimal(5), TODAY)
    items.remove(shirt)
    assert not Item.objects.exists()
    assert not ItemRate.objects.exists()


def test_a_used_item_stays_with_its_rates(shirt: Item, sold: VoucherLine) -> None:
    items.give_rate([shirt], Decimal(5), TODAY)
    with pytest.raises(items.UnfitItemError, match="is used and stays"):
        items.remove(shirt)
    assert _rates(shirt) == [("2026-11-21", "5")]


def test_an_hsn_that_does_not_fit_one_of_several_changes_none(own: Company, shirt: Item) -> None:
    Item.objects.create(company=own, sku="FITTING", name="Fitting", is_service=True, hsn="9987")
    with pytest.raises(items.UnfitItemError, match="FITTING: The code of a service"):
        items.set_hsn(Item.objects.filter(company=own), "610910")
    assert set(Item.objects.values_list("hsn", flat=True)) == {"6109", "9987"}


def test_every_change_stands_in_the_edit_log(own: Company, shirt: Item) -> None:
    items.set_hsn(items.own_items(own, [shirt.pk]), "610910")
    items.set_in_use(items.own_items(own, [shirt.pk]), is_active=False)
    items.give_rate([shirt], Decimal(5), TODAY)
    logged = Edit.objects.filter(company=own, record=f"ledger_item/{shirt.pk}").order_by("id")
    assert [(edit.table, edit.action) for edit in logged] == [
        ("ledger_item", "insert"),
        ("ledger_item", "update"),
        ("ledger_item", "update"),
        ("ledger_itemrate", "insert"),
    ]
    assert [edit.new.get("hsn") for edit in logged][:2] == ["6109", "610910"]


@pytest.mark.parametrize(
    ("code", "is_service", "fits"),
    [
        ("", False, True),
        ("61", False, True),
        ("610", False, False),
        ("61091000", False, True),
        ("9987", True, True),
        ("99871", True, True),
        ("99", True, False),
        ("6109", True, False),
    ],
)
def test_codes_of_goods_and_services_have_their_lengths(
    code: str, is_service: bool, fits: bool
) -> None:
    assert (misfit(code, is_service=is_service) == "") is fits


def test_units_fit_the_column_and_the_usual_one_is_known() -> None:
    assert all(0 < len(code) <= 8 for code in UNITS)
    assert Item().unit in UNITS


# The list -----------------------------------------------------------------------------------


@pytest.fixture
def shelf(own: Company) -> Company:
    """Goods and a service, with and without codes."""
    shelf: dict[str, dict[str, Any]] = {
        "A-1": {"name": "Copper bottle", "hsn": "741810", "barcode": "8901234567890"},
        "B-2": {"name": "Brass lamp", "hsn": "9405", "lookup_code": "LAMP"},
        "C-3": {"name": "Fitting", "hsn": "998719", "is_service": True},
        "D-4": {"name": "Bottle brush", "is_active": False, "taxability": "exempt"},
    }
    for sku, facts in shelf.items():
        Item.objects.create(company=own, sku=sku, **facts)
    other = a_company(name="Other")
    Item.objects.create(company=other, sku="A-1", name="Copper bottle of others")
    return own


@pytest.mark.parametrize(
    ("wanted", "skus"),
    [
        (ItemFilter(), "A-1 B-2 C-3 D-4"),
        (ItemFilter(text="b-"), "B-2"),
        (ItemFilter(text="bottle"), "A-1 D-4"),
        (ItemFilter(text="bottle copper"), "A-1"),
        (ItemFilter(text="8901234567890"), "A-1"),
        (ItemFilter(text="lamp"), "B-2"),
        (ItemFilter(text="9987"), "C-3"),
        (ItemFilter(text="%"), ""),
        (ItemFilter(show=Show.NO_HSN), "D-4"),
        (ItemFilter(show=Show.SHORT_HSN), "B-2"),
        (ItemFilter(show=Show.SERVICES), "C-3"),
        (ItemFilter(show=Show.INACTIVE), "D-4"),
        (ItemFilter(taxability="exempt"), "D-4"),
        (ItemFilter(text="bottle", taxability="taxable"), "A-1"),
    ],
)
def test_items_are_found(shelf: Company, wanted: ItemFilter, skus: str) -> None:
    page = item_list.page(shelf, wanted, "", TODAY)
    assert [row.item.sku for row in page.rows] == skus.split()
