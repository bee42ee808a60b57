"""Rates seen in a store's orders, and the mapping that names them in the books."""

import threading
import time
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from connections.models import StoreConnection
from ledger.models import Account, Company, Edit, Entry, Voucher
from sync.booking.reading import tax_names_of
from sync.books import tax_rates
from sync.books.tax_rates import map_taxes, rates_seen
from tests.factories import a_company, a_sale, posted
from tests.london import a_london_company, a_london_order
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db

LAMP = (1, "100.00", {11: "20.00"})
LATER = "2026-11-19T06:00:00"


@pytest.fixture
def london(db: None) -> StoreConnection:
    """A store in London that has sent nothing yet."""
    return a_connection(a_london_company(), "London")


def taxes_on(voucher: Voucher) -> dict[str, str]:
    """The output accounts that a voucher moves."""
    entries = Entry.objects.filter(voucher=voucher, account__key__startswith="output:")
    return {entry.account.name: str(entry.credit - entry.debit) for entry in entries}


def fresh(store: StoreConnection) -> StoreConnection:
    return StoreConnection.objects.select_related("company__books_lock").get(pk=store.pk)


def test_every_rate_is_listed_with_its_last_order(london: StoreConnection) -> None:
    book(london, a_london_order([LAMP], order_id=501))
    book(london, a_london_order([LAMP, (2, "10.00", {12: "0.50"})], order_id=502))
    book(london, a_london_order([(1, "5.00", {12: "0.25"})], order_id=503))
    seen = [
        (rate.rate_id, rate.label, str(rate.percent), rate.orders, rate.last_number)
        for rate in rates_seen(london)
    ]
    assert seen == [(11, "VAT", "20", 2, "502"), (12, "Reduced VAT", "5", 2, "503")]


def test_the_newest_label_counts(london: StoreConnection) -> None:
    book(london, a_london_order([LAMP], order_id=501))
    renamed = {11: ("UK VAT", "21")}
    book(london, a_london_order([LAMP], order_id=502, rates=renamed))
    (rate,) = rates_seen(london)
    assert (rate.label, str(rate.percent)) == ("UK VAT", "21")


@pytest.mark.parametrize(
    "broken",
    [
        [{"rate_id": "x", "label": "VAT"}],
        [{"label": "VAT"}],
        [{"rate_id": "9" * 30}],
        {"rate_id": 11},
        "none",
        None,
    ],
)
def test_what_cannot_be_read_as_a_rate_is_left_out(london: StoreConnection, broken: Any) -> None:
    book(london, {**a_london_order([(1, "5.00", {})]), "tax_lines": broken})
    assert rates_seen(london) == []


def test_a_percentage_that_is_gone_is_unknown(london: StoreConnection) -> None:
    order = a_london_order([LAMP])
    order["tax_lines"][0]["rate_percent"] = None
    book(london, order)
    assert [rate.percent for rate in rates_seen(london)] == [None]


def test_a_mapped_rate_stays_in_the_list_when_it_is_no_longer_seen(
    london: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tax_rates, "RECENT_ORDERS", 1)
    book(london, a_london_order([LAMP], order_id=501))
    map_taxes(london.pk, {11: "UK VAT"})
    book(london, a_london_order([(1, "5.00", {12: "0.25"})], order_id=502))
    seen = [(rate.rate_id, rate.label) for rate in rates_seen(fresh(london))]
    assert seen == [(11, ""), (12, "Reduced VAT")]


def test_a_mapping_holds_for_orders_that_are_booked_from_then_on(london: StoreConnection) -> None:
    book(london, a_london_order([LAMP], order_id=501))
    map_taxes(london.pk, {11: "UK VAT", 12: ""})
    book(london, a_london_order([LAMP], order_id=502))
    first, second = Voucher.objects.order_by("id")
    assert taxes_on(first) == {"Output VAT": "20.00"}
    assert taxes_on(second) == {"Output UK VAT": "20.00"}
    assert fresh(london).tax_mapping == {"11": "UK VAT"}


def test_orders_booked_before_are_not_touched_by_it(london: StoreConnection) -> None:
    book(london, a_london_order([LAMP]))
    map_taxes(london.pk, {11: "UK VAT"})
    book(london, a_london_order([LAMP], modified=LATER, status="completed"))
    assert Voucher.objects.count() == 1
    refund = {"id": 9, "total": "-12.00"}
    book(london, a_london_order([LAMP], modified="2026-11-20T06:00:00", refunds=[refund]))
    assert taxes_on(Voucher.objects.get(type="credit_note")) == {"Output VAT": "-2.00"}


def test_an_order_keeps_the_names_of_its_time_through_several_changes(
    london: StoreConnection,
) -> None:
    for order_id, name in ((501, ""), (502, "A"), (503, "B")):
        map_taxes(london.pk, {11: name})
        book(london, a_london_order([LAMP], order_id=order_id))
    map_taxes(london.pk, {})
    dearer = (1, "150.00", {11: "30.00"})
    for order_id in (501, 502, 503):
        book(london, a_london_order([dearer], order_id=order_id, modified=LATER))
    notes = Voucher.objects.filter(type="debit_note").order_by("id")
    names = [list(taxes_on(note)) for note in notes]
    assert names == [["Output VAT"], ["Output A"], ["Output B"]]


def test_a_mapping_that_changes_nothing_leaves_no_trace(london: StoreConnection) -> None:
    book(london, a_london_order([LAMP]))
    map_taxes(london.pk, {11: "UK VAT"})
    before = fresh(london).former_tax_mappings, Edit.objects.count()
    map_taxes(london.pk, {11: "UK VAT"})
    assert (fresh(london).former_tax_mappings, Edit.objects.count()) == before


def test_the_edit_log_tells_each_name(london: StoreConnection) -> None:
    book(london, a_london_order([LAMP]))
    map_taxes(london.pk, {11: "UK VAT"})
    map_taxes(london.pk, {12: "X"})
    edit = Edit.objects.filter(table="connections_storeconnection").order_by("-id")[0]
    assert (edit.old, edit.new) == (
        {"tax_mapping": {"11": "UK VAT"}}, {"tax_mapping": {"12": "X"}},
    )  # fmt: skip


def test_one_name_is_one_account_for_two_stores(london: StoreConnection) -> None:
    berlin = a_connection(london.company, "Berlin")
    map_taxes(berlin.pk, {13: "VAT"})
    book(london, a_london_order([LAMP]))
    book(berlin, a_london_order([(1, "100.00", {13: "20.00"})]))
    account = Account.objects.get(company=london.company, key="output:VAT")
    assert account.entries.count() == 2


def test_in_india_a_mapping_moves_no_paisa(db: None) -> None:
    company = a_company()
    store = a_connection(company)
    map_taxes(store.pk, {1801: "IGST", 1802: "IGST"})
    book(store, an_order(501))
    voucher = Voucher.objects.get()
    assert taxes_on(voucher) == {"Output CGST": "90.00", "Output SGST": "90.00"}
    assert "tax_kind_differs" in voucher.flags


@pytest.mark.parametrize(
    "mapping", [{"11": ""}, {"11": " x"}, {"11": "x" * 41}, {"x": "VAT"}, {"11": 5}, ["VAT"]]
)
def test_a_mapping_names_taxes_by_rate(london: StoreConnection, mapping: Any) -> None:
    with pytest.raises(IntegrityError, match="tax_mapping_names_taxes"), transaction.atomic():
        StoreConnection.objects.filter(pk=london.pk).update(tax_mapping=mapping)
    StoreConnection.objects.filter(pk=london.pk).update(tax_mapping={"11": "UK VAT, reduced"})


@pytest.mark.django_db(transaction=True)
def test_a_change_waits_for_the_batch_under_way() -> None:
    """What a batch books is booked under the mapping that it has read."""
    company = a_london_company()
    store = a_connection(company)
    changing = threading.Thread(target=_changed, args=(store,))
    with transaction.atomic():
        StoreConnection.objects.select_for_update(no_key=True).get(pk=store.pk)
        changing.start()
        _until_somebody_waits()
        (sale,) = posted(company, a_sale())
    changing.join()
    names = tax_names_of(fresh(store))
    assert names.former == ((sale.id, {}),)
    assert names.present == {11: "UK VAT"}


def _changed(store: StoreConnection) -> None:
    map_taxes(store.pk, {11: "UK VAT"})
    connection.close()


def _until_somebody_waits() -> None:
    deadline = time.monotonic() + 4
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
    raise AssertionError("nobody waits")


def test_the_mapping_is_of_one_company(london: StoreConnection, db: None) -> None:
    other: Company = a_london_company()
    assert tax_rates.names_in_use(other) == []
    book(london, a_london_order([LAMP]))
    assert tax_rates.names_in_use(london.company) == ["VAT"]
    assert tax_rates.names_in_use(other) == []
