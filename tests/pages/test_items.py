"""The pages of the items: the list, one item, making and changing, several at once, files."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from connections.models import StoreConnection
from ledger.models import Company, Item, ItemRate, Membership, Role, Voucher, VoucherLine
from sync.items import sku_mapping
from tests.factories import NOW, TODAY, a_user
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def cup(company: Company) -> Item:
    """Never sold."""
    return Item.objects.create(company=company, sku="CUP-1", name="Clay cup", hsn="6912")


def _address(name: str, company: Company, *ids: int) -> str:
    return reverse(name, args=[company.pk, *ids])


def _get(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def _post(browser: Client, address: str, **form: object) -> str:
    answer = browser.post(address, form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


FORM = {
    "sku": "POT-1",
    "name": "Clay pot",
    "hsn": "6912",
    "taxability": "taxable",
    "unit": "PCS",
    "price": "120.50",
    "lookup_code": "POT",
    "barcode": "8901234567890",
    "rate": "12",
    "since": "2026-04-01",
}


# The list -----------------------------------------------------------------------------------


def test_the_list_is_in_the_sidebar_and_shows_what_gst_asks_for(
    browser: Client, company: Company, cup: Item
) -> None:
    ItemRate.objects.create(company=company, item=cup, rate=12, valid_from=date(2020, 4, 1))
    page = _get(browser, _address("items", company))
    assert f'href="{_address("items", company)}" data-go="i" aria-current="page"' in page
    for text in ("CUP-1", "Clay cup", "6912", "12%", "NOS"):
        assert text in page


def test_the_list_says_what_to_do_where_there_is_nothing(
    browser: Client, viewer: Client, company: Company
) -> None:
    address = _address("items", company)
    assert "Make the first one" in _get(browser, address)
    assert "An operator, an accountant or an owner makes them" in _get(viewer, address)
    assert "No item like this" in _get(browser, f"{address}?q=nothing")


def test_a_filter_that_cannot_be_read_is_named(browser: Client, company: Company) -> None:
    assert "The filter cannot be read" in _get(browser, f"{_address('items', company)}?show=odd")


def test_pages_go_on_by_sku_and_keep_the_filter(browser: Client, company: Company) -> None:
    Item.objects.bulk_create(
        Item(company=company, sku=f"S-{number:03}", name="Shirt") for number in range(120)
    )
    seen: list[str] = []
    address = f"{_address('items', company)}?q=shirt"
    for following in ("S-049", "S-099", ""):
        answer = browser.get(address)
        seen += [row.item.sku for row in answer.context["page"].rows]
        assert answer.context["page"].next == following
        address = f"{_address('items', company)}?q=shirt&after={following}"
        assert not following or f"q=shirt&amp;after={following}" in answer.content.decode()
    assert seen == [f"S-{number:03}" for number in range(120)]


def test_queries_do_not_grow_with_the_items(
    browser: Client, company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    items = Item.objects.bulk_create(
        Item(company=company, sku=f"S-{number:03}", name="Shirt") for number in range(60)
    )
    ItemRate.objects.bulk_create(
        ItemRate(company=company, item=item, rate=5, valid_from=TODAY) for item in items
    )
    with django_assert_max_num_queries(10):
        browser.get(_address("items", company))


def test_typing_in_the_search_gets_the_list_alone(
    browser: Client, company: Company, cup: Item
) -> None:
    part = browser.get(f"{_address('items', company)}?q=cl", headers={"HX-Request": "true"})
    text = part.content.decode()
    assert "CUP-1" in text
    assert "<html" not in text
    assert "Rate of" in text  # what an owner may do with the ticked


# Making and changing ------------------------------------------------------------------------


def test_an_item_is_made_with_all_its_facts(browser: Client, company: Company) -> None:
    page = _post(browser, _address("new_item", company), **FORM)
    item = Item.objects.get()
    assert (item.sku, item.hsn, item.unit, item.price) == ("POT-1", "6912", "PCS", Decimal("120.5"))
    assert (item.lookup_code, item.barcode, item.is_active) == ("POT", "8901234567890", True)
    rate = item.rates.get()
    assert (rate.rate, rate.valid_from) == (Decimal(12), date(2026, 4, 1))
    for text in ("POT-1 is kept.", "₹120.50", "1 Apr 2026", "PCS"):
        assert text in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"sku": "CUP-1"}, "An item has this SKU already."),
        ({"sku": ""}, "This field is required."),
        ({"hsn": "69x2"}, "An HSN or SAC has two to eight digits, and nothing else."),
        ({"hsn": "691"}, "The HSN of goods has two, four, six or eight digits."),
        ({"hsn": "6912", "is_service": "on"}, "The code of a service (SAC) begins with 99."),
        ({"unit": "DOZENS"}, "Select a valid choice."),
        ({"price": "-1"}, "A price is not below zero."),
        ({"rate": "101"}, "less than or equal to 100"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    browser: Client, company: Company, cup: Item, changes: dict[str, str], told: str
) -> None:
    page = _post(browser, _address("new_item", company), **(FORM | changes))
    assert told in page
    assert "Nothing was saved yet" in page
    assert Item.objects.count() == 1


def test_an_item_is_changed_and_its_page_shows_who_did(
    browser: Client, company: Company, cup: Item
) -> None:
    address = _address("edit_item", company, cup.pk)
    assert 'value="Clay cup"' in _get(browser, address)
    page = _post(browser, address, **(FORM | {"name": "Tea cup", "is_active": "on"}))
    cup.refresh_from_db()
    assert (cup.name, cup.sku, cup.is_active) == ("Tea cup", "POT-1", True)
    assert "<del>Clay cup</del>" in page.replace("\n", "")
    assert "owner" in page


def test_a_unit_that_is_not_gsts_is_not_lost(browser: Client, company: Company, cup: Item) -> None:
    Item.objects.filter(pk=cup.pk).update(unit="TRAY")
    assert "TRAY · not GST’s" in _get(browser, _address("edit_item", company, cup.pk))


def test_a_posted_item_keeps_its_taxability_whatever_the_form_says(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    shirt = Item.objects.get(sku="SHIRT-B")
    address = _address("edit_item", company, shirt.pk)
    assert "The item is posted and keeps it." in _get(browser, address)
    _post(browser, address, **(FORM | {"taxability": "exempt", "is_active": "on"}))
    shirt.refresh_from_db()
    assert (shirt.taxability, shirt.sku) == ("taxable", "POT-1")


def test_an_item_is_put_out_of_use_and_into_use(
    browser: Client, company: Company, cup: Item
) -> None:
    address = _address("switch_item", company, cup.pk)
    assert "not in use" in _post(browser, address, use="no")
    assert not Item.objects.get().is_active
    assert "CUP-1 is in use again." in _post(browser, address, use="yes")
    assert Item.objects.get().is_active


def test_an_item_that_was_never_used_is_deleted(
    browser: Client, company: Company, cup: Item
) -> None:
    assert "Delete CUP-1" in _get(browser, _address("item", company, cup.pk))
    assert "CUP-1 is deleted." in _post(browser, _address("delete_item", company, cup.pk))
    assert not Item.objects.exists()


def test_a_used_item_is_not_deleted(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    shirt = Item.objects.get()
    assert "Delete SHIRT-B" not in _get(browser, _address("item", company, shirt.pk))
    assert "is used and stays" in _post(browser, _address("delete_item", company, shirt.pk))
    assert Item.objects.exists()


# Rates --------------------------------------------------------------------------------------


def test_a_rate_is_added_from_a_day_on_and_taken_back(
    browser: Client, company: Company, cup: Item
) -> None:
    page = _post(browser, _address("add_rate", company, cup.pk), rate="5", since="2099-04-01")
    assert "CUP-1 bears 5 % from 1 Apr 2099 on." in page
    assert "to come" in page
    rate = ItemRate.objects.get()
    address = _address("take_back_rate", company, cup.pk, rate.pk)
    assert "The rate from 1 Apr 2099 on is removed." in _post(browser, address)
    assert not ItemRate.objects.exists()


def test_a_rate_for_posted_days_is_refused_with_the_first_free_day(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    line = VoucherLine.objects.filter(item__sku="SHIRT-B").order_by("-voucher__date")[0]
    last = line.voucher.date
    free = last + timedelta(days=1)
    address = _address("add_rate", company, line.item_id or 0)
    page = _post(browser, address, rate="5", since=last.isoformat())
    assert f"choose {free.day} {free:%b %Y} or later" in page
    assert not ItemRate.objects.exists()


def test_a_rate_without_a_figure_is_asked_for(browser: Client, company: Company, cup: Item) -> None:
    page = _post(browser, _address("add_rate", company, cup.pk), rate="", since="2026-04-01")
    assert "This field is required." in page


# Where it is used ---------------------------------------------------------------------------


def test_an_item_shows_its_last_sales_and_the_skus_of_stores(
    browser: Client, company: Company, busy: StoreConnection, cup: Item
) -> None:
    shirt = Item.objects.get(sku="SHIRT-B")
    page = _get(browser, _address("item", company, shirt.pk))
    for voucher in Voucher.objects.filter(lines__item=shirt).distinct():
        assert f'href="{_address("voucher", company, voucher.pk)}"' in page
    assert "No store’s SKU is mapped to it" in page
    owner = Membership.objects.get(company=company, role=Role.OWNER).user
    sku_mapping.map_sku(busy, "TOWEL", cup, user=owner, at=NOW)
    mapped = _get(browser, _address("item", company, cup.pk))
    assert ">TOWEL<" in mapped
    assert busy.name in mapped
    assert "No line was booked with this item yet." in mapped


def test_a_documents_missing_hsn_leads_to_the_item(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    item = Item.objects.create(company=company, sku="SHIRT-B", name="Shirt", unit="PCS")
    Company.objects.filter(pk=company.pk).update(hsn_digits=6)
    book(store, an_order())
    page = _get(browser, _address("voucher", company, Voucher.objects.get().pk))
    assert "the item has none" in page
    link = f'<a href="{_address("item", company, item.pk)}">SHIRT-B</a>'
    assert link in page.partition("the item has none")[2]


def test_search_opens_the_item_of_a_sku_or_a_barcode(
    browser: Client, company: Company, cup: Item
) -> None:
    Item.objects.filter(pk=cup.pk).update(barcode="8901234567890", is_active=False)
    for text in ("CUP-1", "8901234567890"):
        answer = browser.get(_address("search", company), {"q": text})
        assert answer["Location"] == _address("item", company, cup.pk)


def test_search_shows_several_items(browser: Client, company: Company, cup: Item) -> None:
    Item.objects.create(company=company, sku="CUP-2", name="Tin cup")
    page = _get(browser, f"{_address('search', company)}?q=cup")
    assert "CUP-1" in page
    assert "CUP-2" in page


# Several at once ----------------------------------------------------------------------------


@pytest.fixture
def two(company: Company, cup: Item) -> list[int]:
    """The ids of two items."""
    return [cup.pk, Item.objects.create(company=company, sku="POT-1", name="Pot").pk]


def test_what_several_items_get_is_said_before_it_is_done(
    browser: Client, company: Company, two: list[int]
) -> None:
    answer = browser.get(
        _address("change_items", company), {"act": "hsn", "item": [str(each) for each in two]}
    )
    page = answer.content.decode()
    for text in ("Set the HSN or SAC", "2 items.", "CUP-1", "POT-1"):
        assert text in page
    assert set(Item.objects.values_list("hsn", flat=True)) == {"6912", ""}


def test_several_items_are_given_an_hsn_a_rate_and_put_out_of_use(
    browser: Client, company: Company, two: list[int]
) -> None:
    other = Item.objects.create(company=company, sku="LID", name="Lid")
    address = _address("change_items", company)
    page = _post(browser, address, act="hsn", item=two, hsn="691200")
    assert "2 items have the HSN/SAC 691200." in page
    page = _post(browser, address, act="rate", item=two, rate="12", since="2026-04-01")
    assert "2 items have 12 % from 1 Apr 2026 on." in page
    assert "2 items put out of use." in _post(browser, address, act="out", item=two)
    for item in Item.objects.filter(pk__in=two):
        assert (item.hsn, item.is_active, item.rates.get().rate) == ("691200", False, Decimal(12))
    assert (other.hsn, other.is_active, other.rates.count()) == ("", True, 0)


def test_several_items_stay_as_they_are_where_one_forbids_it(
    browser: Client, company: Company, busy: StoreConnection, cup: Item
) -> None:
    both = list(Item.objects.values_list("pk", flat=True))
    form = {"act": "rate", "item": both, "rate": "5", "since": "2026-04-01"}
    assert "SHIRT-B is posted up to" in _post(browser, _address("change_items", company), **form)
    assert not ItemRate.objects.exists()


@pytest.mark.parametrize("form", [{}, {"act": "hsn"}, {"act": "odd", "item": 1}])
def test_nothing_ticked_changes_nothing(
    browser: Client, company: Company, form: dict[str, object]
) -> None:
    assert "Nothing was ticked" in _post(browser, _address("change_items", company), **form)


def test_items_of_another_company_are_not_changed(
    browser: Client, stranger: Client, company: Company
) -> None:
    foreign = Item.objects.create(
        company=Company.objects.get(name="Stranger & Sons"), sku="X", name="X"
    )
    form = {"act": "out", "item": foreign.pk}
    assert "Nothing was ticked" in _post(browser, _address("change_items", company), **form)
    foreign.refresh_from_db()
    assert foreign.is_active


# Files --------------------------------------------------------------------------------------


def test_the_list_is_taken_away_as_it_is_filtered(
    browser: Client, company: Company, cup: Item
) -> None:
    Item.objects.create(company=company, sku="=1+1", name="Odd", price="120.50")
    ItemRate.objects.create(company=company, item=cup, rate=12, valid_from=date(2020, 4, 1))
    answer = browser.get(_address("items_csv", company))
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Item SKU,Name,Lookup code,Barcode,HSN/SAC,Taxability,GST %")
    assert lines[1].startswith("'=1+1,Odd,")
    assert lines[2].startswith("CUP-1,Clay cup,,,6912,Taxable,12.000,2020-04-01,NOS,")
    found = browser.get(_address("items_excel", company), {"q": "cup"})
    sheet = load_workbook(io.BytesIO(b"".join(found))).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["Item SKU", "CUP-1"]


# Who may ------------------------------------------------------------------------------------


def test_a_viewer_looks_and_is_offered_no_change(
    viewer: Client, company: Company, cup: Item
) -> None:
    for address in (_address("items", company), _address("item", company, cup.pk)):
        page = _get(viewer, address)
        for offer in ("New item", "Change</a>", "Put out of use", "Add the rate", "Delete"):
            assert offer not in page
        assert 'name="item"' not in page
    for name in ("new_item", "change_items"):
        answer = viewer.get(_address(name, company))
        assert answer.status_code == 403
        assert "This needs the permission “import items”." in answer.content.decode()


def test_an_operator_makes_items_unless_the_permission_is_withheld(company: Company) -> None:
    person = a_user("operator")
    member = Membership.objects.create(company=company, user=person, role=Role.OPERATOR)
    client = Client()
    client.force_login(person)
    several = _address("change_items", company)
    assert client.get(_address("new_item", company)).status_code == 200
    assert client.get(several).status_code == 302
    member.withheld = ["import_items"]
    member.save()
    assert client.get(_address("new_item", company)).status_code == 403
    assert client.get(several).status_code == 403
    assert "New item" not in _get(client, _address("items", company))


# The frame ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["profit_and_loss", "sales_register", "reports"])
def test_the_year_changes_on_the_page_where_it_is_chosen(
    browser: Client, company: Company, name: str
) -> None:
    page = f"http://testserver{_address(name, company)}?date_from=2026-11-01"
    address = _address("choose_year", company)
    answer = browser.post(address, {"year": "25-26"}, headers={"Referer": page})
    assert answer["Location"] == _address(name, company)


@pytest.mark.parametrize("place", ["/c/999/reports/", "/", "/nowhere/", "//evil.example/"])
def test_elsewhere_the_year_leads_to_the_day_book(
    browser: Client, company: Company, place: str
) -> None:
    headers = {"Referer": f"http://testserver{place}"}
    answer = browser.post(_address("choose_year", company), {"year": "25-26"}, headers=headers)
    assert answer["Location"] == _address("day_book", company)
