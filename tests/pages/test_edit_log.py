"""The edit log on screen: who changed what, from → to, and when."""

import csv
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connections import lifecycle
from connections.models import StoreConnection
from ledger.models import Account, Company, Edit, Item, ItemRate, Membership, Role, User
from ledger.views import edit_log
from tests.factories import TODAY, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(company: Company) -> Item:
    """A shirt at 12 %."""
    shirt = Item.objects.create(company=company, sku="SHIRT-B", name="Blue shirt")
    ItemRate.objects.create(company=company, item=shirt, rate=Decimal(12), valid_from=TODAY)
    return shirt


def _page(browser: Client, company: Company, **query: Any) -> str:
    return browser.get(reverse("edit_log", args=[company.pk]), query).content.decode()


def _lines(browser: Client, company: Company, **query: Any) -> list[tuple[str, str, str]]:
    """Kind, name and action of each line."""
    answer = browser.get(reverse("edit_log", args=[company.pk]), query)
    return [
        (line.kind, line.name, line.edit.get_action_display())
        for line in answer.context["page"].lines
    ]


def _newest(browser: Client, company: Company) -> list[tuple[str, str, str]]:
    """Field, old and new of the newest line."""
    answer = browser.get(reverse("edit_log", args=[company.pk]))
    return [
        (change.field, change.old, change.new) for change in answer.context["page"].lines[0].changes
    ]


def test_the_options_page_writes_in_the_name_of_who_saved(
    browser: Client, owner: User, company: Company, store: StoreConnection
) -> None:
    address = reverse("store_options", args=[company.pk, store.pk])
    form = browser.get(address).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    browser.post(
        address, values | {"is_enabled": "on", "status:on-hold": "post", "post_as": "draft"}
    )
    edit = Edit.objects.order_by("-id")[0]
    assert (edit.user, edit.via, edit.address) == (owner, "page", "127.0.0.1")
    assert _newest(browser, company) == [
        ("Post as", "Sales voucher", "Draft"),
        ("Status mapping · on-hold", "—", "post"),
    ]
    assert "Status mapping · on-hold" in browser.get(address).content.decode()


def test_of_a_secret_only_the_change_is_told(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    sealed = StoreConnection.objects.get().secret
    lifecycle.connect(
        company,
        name="Second",
        rest=lifecycle.RestAccess("https://shop.example", "ck_canary", "cs_canary"),
    )
    browser.post(reverse("new_secret", args=[company.pk, store.pk]))
    edit = Edit.objects.filter(table="connections_storeconnection").order_by("-id")[0]
    assert edit.hidden == ["previous_secret", "previous_secret_until", "secret"]
    assert "(value not kept)" in _page(browser, company)
    kept = str(list(Edit.objects.values_list("old", "new")))
    tokens = [*StoreConnection.objects.values_list("secret", "consumer_key", "consumer_secret")]
    assert all(token not in kept for row in tokens for token in row if token)
    assert sealed not in kept
    assert "canary" not in kept


def test_staff_in_the_administration_are_named_too(
    company: Company, item: Item, browser: Client
) -> None:
    staff = User.objects.create_superuser("staff@example.com")
    client = Client()
    client.force_login(staff)
    rate = item.rates.get()
    address = reverse("admin:ledger_item_change", args=[item.pk])
    form = {
        "company": company.pk, "sku": item.sku, "name": item.name, "taxability": "taxable",
        "unit": "NOS", "is_active": "on",
        "rates-TOTAL_FORMS": 1, "rates-INITIAL_FORMS": 1,
        "rates-0-id": rate.pk, "rates-0-item": item.pk, "rates-0-rate": "18",
        "rates-0-valid_from": "2026-11-21",
    }  # fmt: skip
    assert client.post(address, form).status_code == 302
    edit = Edit.objects.order_by("-id")[0]
    assert (edit.user, edit.via) == (staff, "administration")
    assert _lines(browser, company)[0] == ("Item rate", "SHIRT-B · Blue shirt", "changed")
    assert _newest(browser, company) == [("GST %", "12", "18")]


def test_the_log_is_filtered_by_what_who_how_and_when(
    browser: Client, company: Company, item: Item
) -> None:
    item.name = "Red shirt"
    item.save()
    assert _lines(browser, company, kind="ledger_itemrate") == [
        ("Item rate", "SHIRT-B · Red shirt", "added")
    ]
    record = f"ledger_item/{item.pk}"
    assert _lines(browser, company, record=record, action="update") == [
        ("Item", "SHIRT-B · Red shirt", "changed")
    ]
    assert _lines(browser, company, record=record, date_to="2020-01-01") == []
    asha = a_user("asha")
    Membership.objects.create(company=company, user=asha, role=Role.VIEWER)
    assert _lines(browser, company, person=asha.pk) == []
    assert "No edit like this" in _page(browser, company, person=asha.pk)


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "ledger_voucher"},
        {"person": "9999999"},
        {"record": "x'; --"},
        {"date_from": "yesterday"},
        {"before": "0"},
    ],
)
def test_a_filter_that_makes_no_sense_is_said_so(
    browser: Client, company: Company, query: dict[str, str]
) -> None:
    assert 'role="alert"' in _page(browser, company, **query)
    answer = browser.get(reverse("edit_log_csv", args=[company.pk]), query)
    assert answer.status_code == 400


def test_pages_neither_overlap_nor_leave_out(
    browser: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit_log, "PAGE_SIZE", 7)
    seen: list[int] = []
    query: dict[str, int] | None = {}
    while query is not None:
        page = browser.get(reverse("edit_log", args=[company.pk]), query).context["page"]
        seen += [line.edit.pk for line in page.lines]
        query = {"before": page.older} if page.older else None
    assert seen == list(Edit.objects.order_by("-id").values_list("id", flat=True))


def test_somebody_elses_edits_are_not_in_it(stranger: Client, company: Company, item: Item) -> None:
    own = Company.objects.get(name="Stranger & Sons")
    assert "Blue shirt" not in _page(stranger, own)
    assert _lines(stranger, own, record=f"ledger_item/{item.pk}") == []


def test_the_csv_holds_a_row_for_each_field(browser: Client, company: Company, item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(name="=1+1", hsn="6205")
    address = reverse("edit_log_csv", args=[company.pk])
    answer = browser.get(address, {"kind": "ledger_item", "action": "update"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["Field"], row["Before"], row["After"]) for row in rows] == [
        ("Name", "Blue shirt", "'=1+1"),
        ("HSN/SAC", "—", "6205"),
    ]


def test_letters_are_spelled_as_letters(browser: Client, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(gstin="27AAPFU0939F1ZV")
    assert _newest(browser, company) == [("GSTIN", "—", "27AAPFU0939F1ZV")]


def test_a_record_that_is_gone_keeps_its_name(
    browser: Client, company: Company, item: Item
) -> None:
    item.rates.all().delete()
    item.delete()
    member = Membership.objects.create(company=company, user=a_user("guest"), role=Role.VIEWER)
    member.delete()
    lines = _lines(browser, company, action="delete")
    assert lines[0][0] == "Membership"
    assert lines[0][1].startswith("guest-")
    assert lines[1] == ("Item", "Blue shirt", "removed")


def test_an_account_shows_its_own_edits(browser: Client, company: Company) -> None:
    bank = Account.objects.get(company=company, code="1110")
    bank.name = "HDFC current account"
    bank.save()
    page = browser.get(reverse("account", args=[company.pk, bank.pk])).content.decode()
    assert "<del>Bank - Current A/c</del> → <ins>HDFC current account</ins>" in page


def test_the_number_of_queries_does_not_grow(
    browser: Client,
    company: Company,
    store: StoreConnection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        item = Item.objects.create(company=company, sku=f"S{number}", name=f"Shirt {number}")
        ItemRate.objects.create(company=company, item=item, rate=Decimal(5), valid_from=TODAY)
    with django_assert_max_num_queries(14):
        _page(browser, company)
