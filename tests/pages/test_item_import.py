"""Items from a CSV file: what each row comes to, what is written, and what is not."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connections.models import StoreConnection
from ledger.models import Company, Item, ItemRate
from sync.core.csv_file import NoCsvError
from sync.items.item_import import MOST_ROWS, preview, read
from tests.factories import TODAY

pytestmark = pytest.mark.django_db

HEAD = "Item SKU,Name,HSN/SAC,GST %,Rate since,Unit,Price without tax,Service,Taxability,In use"


@pytest.fixture
def cup(company: Company) -> Item:
    """In the books already, with a rate."""
    item = Item.objects.create(company=company, sku="CUP-1", name="Cup", hsn="6912", unit="PCS")
    ItemRate.objects.create(company=company, item=item, rate=12, valid_from=date(2026, 4, 1))
    return item


def _upload(browser: Client, company: Company, text: str) -> str:
    file = SimpleUploadedFile("items.csv", text.encode())
    answer = browser.post(reverse("import_items", args=[company.pk]), {"file": file})
    assert answer.status_code == 200
    return answer.content.decode()


def _carried(page: str) -> str:
    return page.partition('name="carried" value="')[2].partition('"')[0]


def _apply(browser: Client, company: Company, page: str) -> str:
    address = reverse("apply_item_import", args=[company.pk])
    return browser.post(address, {"carried": _carried(page)}, follow=True).content.decode()


def _judged(company: Company, *rows: str, head: str = HEAD) -> list[tuple[str, str]]:
    found = preview(company, read("\n".join((head, *rows)).encode()), TODAY)
    return [
        (each.kind.name, each.reason or "; ".join(f"{c.old}>{c.new}" for c in each.changes))
        for each in found.rows
    ]


def test_nothing_is_written_before_apply_and_everything_after(
    browser: Client, company: Company, cup: Item
) -> None:
    page = _upload(
        browser,
        company,
        f'{HEAD}\nPOT-1,Clay pot,6912,12%,1 Apr 2026,pcs,"1,250.50",no,Taxable,yes\n'
        "CUP-1,Tea cup,,,,,,,,\nBAD,Bad,61x9,,,,,,,\n",
    )
    assert "1 new, 1 changed, 0 unchanged, 1 error, which will be left out" in page
    assert "Apply 2 rows" in page
    assert "An HSN or SAC has two to eight digits" in page
    assert Item.objects.count() == 1
    assert "1 new, 1 changed, 1 left out." in _apply(browser, company, page)
    pot = Item.objects.get(sku="POT-1")
    assert (pot.name, pot.hsn, pot.unit, pot.price) == (
        "Clay pot",
        "6912",
        "PCS",
        Decimal("1250.5"),
    )
    assert (pot.rates.get().rate, pot.rates.get().valid_from) == (Decimal(12), date(2026, 4, 1))
    cup.refresh_from_db()
    assert (cup.name, cup.hsn, cup.rates.count()) == ("Tea cup", "6912", 1)
    assert not Item.objects.filter(sku="BAD").exists()


def test_what_was_exported_comes_back_unchanged(
    browser: Client, company: Company, cup: Item
) -> None:
    Item.objects.create(company=company, sku="=1+1", name="-Odd", price="12.50", is_active=False)
    Item.objects.create(company=company, sku="FIT", name="Fit", hsn="9987", is_service=True)
    answer = browser.get(reverse("items_csv", args=[company.pk]))
    found = preview(company, read(b"".join(answer)), TODAY)
    assert [(each.row.sku, each.kind.name) for each in found.rows] == [
        ("=1+1", "UNCHANGED"),
        ("CUP-1", "UNCHANGED"),
        ("FIT", "UNCHANGED"),
    ]


@pytest.mark.parametrize(
    ("row", "kind", "told"),
    [
        ("CUP-1,,,5,2026-10-01", "CHANGED", "12 %>5 % from 1 Oct 2026"),
        ("CUP-1,,,12,", "UNCHANGED", "Nothing differs."),
        ("CUP-1,,,5,", "ERROR", "From which day on? Fill in “Rate since”."),
        ("CUP-1,,,,2026-10-01", "ERROR", "A day is given, and no rate."),
        ("CUP-1,,,12,04/05/2026", "ERROR", "Write the day as 2026-04-01 or 1 Apr 2026."),
        ("CUP-1,,,1200,", "ERROR", "GST % is a number from 0 to 100."),
        ("cup-1,Cup", "ERROR", "An item has the SKU “CUP-1”, which differs in spelling alone."),
        ("CUP-1,,691", "ERROR", "The HSN of goods has two, four, six or eight digits."),
        ("NEW", "ERROR", "A new item needs a name."),
        (",Cup", "ERROR", "The item SKU is empty."),
        ("8.9E+12,Cup", "ERROR", ("The spreadsheet has shortened Item SKU to 8.9E+12: "
         "give the column the format text.")),
        ("NEW,New,,,,BOXES", "ERROR", "“BOXES” is no unit of GST's: NOS, PCS, KGS, MTR, …"),
        ("NEW,New,,,,,-1", "ERROR", "Price without tax is an amount in rupees and paise."),
        ("NEW,New,,,,,,maybe", "ERROR", "Service is yes or no."),
        ("NEW,New,,,,,,,zero", "ERROR", "Taxability is taxable, nil-rated, exempt or non-GST."),
        ('NEW,"New', "ERROR", "A quote is opened and not closed."),
    ],
)  # fmt: skip
def test_each_row_says_what_it_comes_to(
    company: Company, cup: Item, row: str, kind: str, told: str
) -> None:
    assert _judged(company, row) == [(kind, told)]


def test_a_sku_that_comes_twice_is_taken_once(company: Company) -> None:
    assert _judged(company, "POT,Pot", "pot,Other", head="SKU,Name") == [
        ("NEW", ""),
        ("ERROR", "Row 2 speaks of the same item."),
    ]


def test_a_posted_item_keeps_rate_and_taxability(company: Company, busy: StoreConnection) -> None:
    head = "sku,gst,rate since,taxability"
    [(kind, told)] = _judged(company, "SHIRT-B,5,2026-04-01,", head=head)
    assert (kind, "It is posted up to" in told) == ("ERROR", True)
    assert _judged(company, "SHIRT-B,,,exempt", head=head) == [
        ("ERROR", "The item is posted: its taxability stays.")
    ]
    assert _judged(company, "SHIRT-B,5,2099-04-01,", head=head)[0][0] == "CHANGED"


def test_what_has_changed_since_the_preview_is_shown_again(
    browser: Client, company: Company, cup: Item
) -> None:
    page = _upload(browser, company, "SKU,Name\nCUP-1,Tea cup\n")
    Item.objects.filter(pk=cup.pk).update(name="Mug")
    again = _apply(browser, company, page)
    assert "Something has changed since: nothing was written yet." in again
    assert "<del>Mug</del>" in again
    assert Item.objects.get().name == "Mug"
    assert "1 changed" in _apply(browser, company, again)
    assert Item.objects.get().name == "Tea cup"


@pytest.mark.parametrize("tamper", ["", "x", "of another"])
def test_only_the_file_that_was_shown_is_applied(
    browser: Client, stranger: Client, company: Company, tamper: str
) -> None:
    page = _upload(browser, company, "SKU,Name\nPOT,Pot\n")
    other = Company.objects.get(name="Stranger & Sons")
    carried = _carried(page) if tamper == "of another" else tamper
    who, where = (stranger, other) if tamper == "of another" else (browser, company)
    address = reverse("apply_item_import", args=[where.pk])
    answer = who.post(address, {"carried": carried}, follow=True).content.decode()
    assert "please upload the file again" in answer
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "The file is empty."),
        (b"Name,HSN\nCup,6912\n", "name a column “Item SKU”"),
        (b"SKU,Item SKU\nA,B\n", "Two columns are “Item SKU”."),
        (b"SKU\n" + b"A\n" * (MOST_ROWS + 1), "more than 2,000 rows"),
        (b"x" * (2**20 + 1), "more than 1 MB"),
        (b"PK\x03\x04....", "not a CSV file"),
    ],
)
def test_what_is_no_sheet_of_items_is_refused(text: bytes, told: str) -> None:
    with pytest.raises(NoCsvError, match=told):
        read(text)


def test_a_refused_file_is_named_on_the_page(browser: Client, company: Company) -> None:
    assert "name a column “Item SKU”" in _upload(browser, company, "Name\nCup\n")


def test_a_preview_asks_the_database_no_more_for_a_thousand_rows(
    company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Item.objects.bulk_create(
        Item(company=company, sku=f"S-{number}", name="Old") for number in range(500)
    )
    rows = read(("SKU,Name\n" + "".join(f"S-{n},New\n" for n in range(1000))).encode())
    with django_assert_max_num_queries(3):
        found = preview(company, rows, TODAY)
    assert {each.kind.name for each in found.rows} == {"NEW", "CHANGED"}


def test_a_viewer_imports_nothing(viewer: Client, company: Company) -> None:
    assert viewer.get(reverse("import_items", args=[company.pk])).status_code == 403
