"""The import of mappings on the screen: upload, progress, preview, apply, undo, files."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from connections.models import StoreConnection
from ledger.models import Item, User
from sync.items import sku_mapping
from sync.models import Heartbeat, SkuImport, SkuMapping
from tests.factories import NOW
from tests.sync.skus.files import HEADER, applied, items, previewed, sheet, upload, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(store: StoreConnection) -> list[Item]:
    """Two items."""
    return items(store.company, "CUP", "POT")


def _send(browser: Client, store: StoreConnection, content: bytes, name: str = "ten.csv") -> Any:
    address = reverse("import_skus", args=[store.company_id, store.pk])
    return browser.post(address, {"file": SimpleUploadedFile(name, content)}, follow=True)


def _at(name: str, made: SkuImport) -> str:
    return reverse(name, args=[made.company_id, made.connection_id, made.pk])


def _page(browser: Client, made: SkuImport, query: str = "") -> str:
    return browser.get(f"{_at('sku_import', made)}{query}").content.decode()


def test_from_upload_to_undo(browser: Client, store: StoreConnection, goods: list[Item]) -> None:
    page = _send(browser, store, f"{HEADER}\nA,CUP\nB,LID\n".encode()).content.decode()
    assert "Being checked" in page
    made = worked(SkuImport.objects.get())
    page = _page(browser, made)
    for text in ("ten.csv", "Apply 1 row", "No item has the SKU “LID”.", "UTF-8, commas"):
        assert text in page
    browser.post(_at("apply_sku_import", made))
    made = worked(made)
    assert "1 SKU mapped" in _page(browser, made)
    assert SkuMapping.objects.get().sku == "A"
    browser.post(_at("undo_sku_import", made))
    made = worked(made)
    page = _page(browser, made)
    assert "1 SKU as before." in page
    assert "Undo this import" not in page
    assert not SkuMapping.objects.exists()


def test_while_the_worker_is_at_it_the_page_moves_by_itself(
    browser: Client, store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = upload(store, sheet("A,CUP"), owner)
    address = _at("sku_import", made)
    page = browser.get(address)
    text = page.content.decode()
    assert "<progress" in text
    assert 'hx-trigger="every 500ms"' in text
    assert "The worker is silent" in text
    part = {"HX-Request": "true"}
    seen = page.context["seen"]
    assert browser.get(f"{address}?seen={seen}", headers=part).status_code == 204
    worked(made)
    ready = browser.get(f"{address}?seen={seen}", headers=part).content.decode()
    assert "<html" not in ready
    assert "Apply 1 row" in ready
    assert "hx-trigger" not in ready


def test_a_worker_that_lives_is_not_called_silent(
    browser: Client, store: StoreConnection, owner: User
) -> None:
    from django.utils import timezone

    Heartbeat.objects.create(name="worker", at=timezone.now())
    assert "The worker is silent" not in _page(browser, upload(store, sheet("A,CUP"), owner))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04....", "This is an Excel or LibreOffice workbook"),
        (b"A,B,C\n1,2,3\n", "has to name one column “Store SKU”"),
    ],
)
def test_a_file_that_is_no_sheet_is_answered_on_the_form(
    browser: Client, store: StoreConnection, content: bytes, told: str
) -> None:
    assert told in _send(browser, store, content).content.decode()
    assert not SkuImport.objects.exists()


def test_a_file_that_is_too_large_is_not_kept_anywhere(
    browser: Client, store: StoreConnection, settings: Settings
) -> None:
    settings.FILE_UPLOAD_MOST_BYTES = 1000
    page = _send(browser, store, b"Store SKU,Item SKU\n" + b"A,CUP\n" * 200).content.decode()
    assert "No file came, or one that is too large." in page
    assert not SkuImport.objects.exists()


def test_no_file_is_said_to_be_missing(browser: Client, store: StoreConnection) -> None:
    address = reverse("import_skus", args=[store.company_id, store.pk])
    assert "No file came" in browser.post(address, {}).content.decode()


def test_an_import_that_is_open_is_named_and_keeps_others_out(
    browser: Client, store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = previewed(store, sheet("A,CUP"), owner)
    page = _send(browser, store, f"{HEADER}\nB,CUP\n".encode()).content.decode()
    assert "mappings.csv is still open" in page
    assert _at("sku_import", made) in page
    browser.post(_at("discard_sku_import", made))
    assert "Nothing was written." in _page(browser, made)
    assert "Being checked" in _send(browser, store, f"{HEADER}\nB,CUP\n".encode()).content.decode()


def test_a_preview_that_no_longer_holds_says_why_and_is_checked_again(
    browser: Client, store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = previewed(store, sheet("A,CUP"), owner)
    sku_mapping.map_sku(store, "A", goods[1], user=owner, at=NOW)
    browser.post(_at("apply_sku_import", made))
    made = worked(made)
    page = _page(browser, made)
    assert "Row 2: A is mapped to POT meanwhile." in page
    assert "Apply 1 row" not in page
    browser.post(_at("check_sku_import", made))
    made = worked(made)
    page = _page(browser, made)
    assert "Was POT · POT." in page
    assert "Apply 1 row" in page


def test_a_step_that_comes_too_late_is_explained(
    browser: Client, store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = applied(store, sheet("A,CUP"), owner)
    page = browser.post(_at("apply_sku_import", made), follow=True).content.decode()
    assert "is in the state “Applied” now: nothing was done." in page


def test_what_changed_since_is_named_after_an_undo(
    browser: Client, store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = applied(store, sheet("A,CUP", "B,CUP"), owner)
    sku_mapping.map_sku(store, "A", goods[1], user=owner, at=NOW)
    browser.post(_at("undo_sku_import", made))
    page = _page(browser, worked(made))
    assert "1 SKU as before. Changed since the import, and left as they are: A." in page


def test_rows_are_filtered_by_kind_and_paged(
    browser: Client,
    store: StoreConnection,
    owner: User,
    goods: list[Item],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sync.items.sku_preview.PER_PAGE", 2)
    made = previewed(store, sheet("A,CUP", "B,CUP", "C,CUP", "D,LID"), owner)
    page = _page(browser, made, "?kind=new")
    assert "LID" not in page.partition("<table")[2]
    assert "?kind=new&amp;after=2.3" in page
    assert ">C<" in _page(browser, made, "?kind=new&after=2.3")
    assert "No row of this kind" in _page(browser, made, "?kind=changed")


def test_the_rows_with_errors_are_a_file(
    browser: Client, store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = previewed(store, sheet("=A,LID", "B,CUP"), owner)
    assert _at("wrong_rows", made) in _page(browser, made)
    answer: Any = browser.get(_at("wrong_rows", made))
    assert answer["Content-Disposition"] == f'attachment; filename="sku-errors-{made.pk}.csv"'
    content = b"".join(answer.streaming_content)
    assert content == (
        "\ufeffStore SKU,Item SKU,Reason\r\n'=A,LID,No item has the SKU “LID”.\r\n".encode()
    )


def test_export_and_template_are_files(
    browser: Client, store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    applied(store, sheet("=A,CUP"), owner)
    for name, lines in (
        ("mapping_csv", ["Store SKU,Item SKU,Item name", "'=A,CUP,CUP"]),
        ("template_csv", ["Store SKU,Item SKU,Product in the store,Booked lines,Last order"]),
    ):
        answer: Any = browser.get(reverse(name, args=[store.company_id, store.pk]))
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert text.splitlines() == lines


def test_the_number_of_queries_does_not_grow(
    browser: Client,
    store: StoreConnection,
    owner: User,
    goods: list[Item],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    applied(store, sheet(*(f"A-{n},CUP" for n in range(60))), owner)
    made = previewed(store, sheet(*(f"A-{n},POT" for n in range(60)), "B,LID"), owner)
    with django_assert_max_num_queries(17):
        _page(browser, made)
