"""Imports of mappings: what the preview shows, what *Apply* writes, what *Undo* puts back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from connections.models import Activity, StoreConnection
from ledger.models import Company, Item, User
from sync import tasks
from sync.booking import pipeline
from sync.items import sku_export, sku_import, sku_mapping
from sync.items.sku_import import NotPossibleError, UnfitFileError, applying, checking, working
from sync.items.sku_preview import page_of
from sync.models import (
    ImportState,
    Order,
    SkuImport,
    SkuImportPart,
    SkuImportRow,
    SkuMapping,
)
from tests.factories import NOW, a_company
from tests.orders import Json
from tests.stores import a_connection, book
from tests.sync.skus.files import (
    File,
    applied,
    counts,
    found,
    items,
    previewed,
    sheet,
    undone,
    upload,
    worked,
)

pytestmark = pytest.mark.django_db
Orders = Callable[..., Json]


@pytest.fixture
def goods(company: Company) -> list[Item]:
    """Three items."""
    return items(company, "CUP", "POT", "PAN")


def mapped(connection: StoreConnection) -> dict[str, str]:
    """The mapping, SKU by SKU."""
    rows = SkuMapping.objects.filter(connection=connection)
    return dict(rows.values_list("sku", "item__sku"))


def everything(connection: StoreConnection) -> list[dict[str, Any]]:
    """The mapping with who wrote each row, and when; ids left aside."""
    rows = SkuMapping.objects.filter(connection=connection).order_by("key")
    columns = ("key", "sku", "item_id", "set_by_id", "set_at", "set_import_id")
    return list(rows.values(*columns))


# The preview


def test_every_row_is_new_changed_unchanged_or_an_error_with_its_reason(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    applied(main_store, sheet("A,CUP", "B,CUP"), owner)
    made = previewed(
        main_store, sheet("A,CUP", "b,POT", "C,PAN", "D,LID", "", ",CUP", "C,PAN", "E,pot"), owner
    )
    assert found(made) == [
        (2, "unchanged", "Mapped like this already."),
        (3, "changed", ""),
        (4, "new", ""),
        (5, "error", "No item has the SKU “LID”."),
        (7, "error", "The store SKU is empty."),
        (8, "unchanged", "The same as row 4."),
        (9, "new", ""),
    ]
    assert counts(made) == {"errors": 2, "changed": 1, "new": 2, "unchanged": 2}
    assert (made.state, made.rows, made.to_apply) == (ImportState.READY, 7, 3)


def test_nothing_is_written_before_it_is_applied(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    previewed(main_store, sheet("A,CUP"), owner)
    assert not SkuMapping.objects.exists()
    assert not Activity.objects.filter(kind="sku_mapping").exists()


@pytest.mark.parametrize("at_once", [1, 2, 3, 1000])
def test_rows_that_contradict_each_other_are_errors_all_of_them(
    main_store: StoreConnection,
    owner: User,
    goods: list[Item],
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
) -> None:
    monkeypatch.setattr(checking, "CHUNK", at_once)
    made = previewed(
        main_store, sheet("A,CUP", "B,PAN", " a ,POT", "Á,CUP", "A,CUP", "A,LID"), owner
    )
    assert found(made) == [
        (2, "error", "Row 4 maps the same SKU to another item."),
        (3, "new", ""),
        (4, "error", "Row 2 maps the same SKU to another item."),
        (5, "new", ""),
        (6, "error", "Row 4 maps the same SKU to another item."),
        (7, "error", "No item has the SKU “LID”."),
    ]


def test_a_row_that_contradicts_what_is_mapped_already_is_no_reason_to_guess(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    applied(main_store, sheet("A,CUP"), owner)
    made = previewed(main_store, sheet("A,CUP", "A,POT"), owner)
    assert counts(made) == {"errors": 2, "changed": 0, "new": 0, "unchanged": 0}


def test_an_item_that_is_not_clear_is_an_error_unless_it_is_written_exactly(
    main_store: StoreConnection, owner: User
) -> None:
    items(main_store.company, "cup", "CUP")
    items(main_store.company, "OLD", is_active=False)
    made = previewed(main_store, sheet("A,Cup", "B,CUP", "C,cup", "D,OLD"), owner)
    assert [row[1] for row in found(made)] == ["error", "new", "new", "error"]
    assert "fits several items: CUP, cup" in found(made)[0][2]
    assert "not active" in found(made)[3][2]


def test_items_of_another_company_are_not_there(main_store: StoreConnection, owner: User) -> None:
    items(a_company(name="Other"), "CUP")
    assert found(previewed(main_store, sheet("A,CUP"), owner))[0][1] == "error"


SAVES = {
    "Excel, CSV UTF-8": b"\xef\xbb\xbfStore SKU;Item SKU\r\nGr\xc3\xb6\xc3\x9fe;CUP\r\n",
    "Excel, CSV of Windows": "Store SKU;Item SKU\r\nGröße;CUP\r\n".encode("cp1252"),
    "Excel, Unicode text": "Store SKU\tItem SKU\r\nGröße\tCUP\r\n".encode("utf-16"),
    "Excel, with its own line": b"sep=;\r\nStore SKU;Item SKU;;\r\nGr\xc3\xb6\xc3\x9fe;CUP;;\r\n",
    "Excel for Mac": "Store SKU,Item SKU\rGröße,CUP\r".encode(),
    "LibreOffice, all quoted": '"Store SKU","Item SKU"\n"Größe","CUP"\n'.encode(),
    "LibreOffice, no header": "Größe,CUP\n".encode(),
    "Google, more columns": "Name,Item SKU,Store SKU\nShoe,CUP,Größe\n".encode(),
    "without a last line end": "Store SKU,Item SKU\nGröße,CUP".encode(),
}


@pytest.mark.parametrize("content", SAVES.values(), ids=SAVES)
def test_what_spreadsheets_save_is_understood(
    main_store: StoreConnection, owner: User, goods: list[Item], content: bytes
) -> None:
    applied(main_store, File(content), owner)
    assert mapped(main_store) == {"Größe": "CUP"}


def test_a_hostile_file_is_refused_row_by_row_and_the_others_are_read(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    content = (
        b"Store SKU,Item SKU\n"
        b'=cmd|"/c calc"!A1,CUP\n'
        b"nul\x00,CUP\n"
        b'"open,CUP\n'
        b"A,CUP\n" + b"x" * 200_000 + b",CUP\n"
        b"\xff\xfe,CUP\n"
        b"B,CUP,surplus\n"
        b"Gr\xc3\xb6\xc3\x9fe \xc3\xa9,PAN\n"
    )
    made = previewed(main_store, File(content), owner)
    assert [(row, kind) for row, kind, _ in found(made)] == [
        (2, "new"), (3, "error"), (4, "error"), (5, "new"), (6, "error"), (7, "error"),
        (8, "error"), (9, "new"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The file is empty."),
        (b"\n\n , \n", "The file holds no rows."),
        (b"PK\x03\x04whatever", "an Excel or LibreOffice workbook"),
        (b"A,B,C\n1,2,3\n", "has to name one column"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_at_once(
    main_store: StoreConnection, owner: User, content: bytes, problem: str
) -> None:
    with pytest.raises(UnfitFileError, match=problem):
        upload(main_store, File(content), owner)
    assert not SkuImport.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    main_store: StoreConnection, owner: User, settings: Settings
) -> None:
    settings.FILE_UPLOAD_MOST_BYTES = 2**20
    with pytest.raises(UnfitFileError, match=r"The file has 1\.1 MB, and 1 MB are the most"):
        upload(main_store, File(b"Store SKU,Item SKU\n" + b"A,B\n" * 300_000), owner)


def test_a_sheet_of_too_many_rows_fails_and_says_so(
    main_store: StoreConnection, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MOST_ROWS", 1500)
    made = previewed(main_store, sheet(*["A,B"] * 2000), owner)
    assert (made.state, made.problem) == (
        ImportState.FAILED, "The sheet has more than 1,500 rows: split it.",
    )  # fmt: skip
    assert not SkuImportRow.objects.exists()
    assert not SkuImportPart.objects.exists()


def test_a_header_alone_fails_and_says_so(main_store: StoreConnection, owner: User) -> None:
    made = previewed(main_store, sheet(), owner)
    assert (made.state, made.problem) == (
        ImportState.FAILED, "The file holds no rows besides its header.",
    )  # fmt: skip


def test_only_one_import_of_a_store_is_open(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    first = previewed(main_store, sheet("A,CUP"), owner)
    with pytest.raises(NotPossibleError, match=r"mappings\.csv is still open"):
        upload(main_store, sheet("B,CUP"), owner)
    other = a_connection(main_store.company, "Other")
    assert upload(other, sheet("B,CUP"), owner).state == ImportState.CHECKING
    sku_import.discard(first, at=NOW)
    assert upload(main_store, sheet("B,CUP"), owner).state == ImportState.CHECKING


def test_the_rows_are_shown_errors_first_in_pages_and_by_kind(
    main_store: StoreConnection,
    owner: User,
    goods: list[Item],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sync.items.sku_preview.PER_PAGE", 2)
    made = previewed(main_store, sheet("A,CUP", "B,LID", "C,CUP", "D,LID", "E,LID"), owner)
    rows, after = [], ""
    for _ in range(3):
        page = page_of(made, "", after)
        rows += [row.row for row in page.rows]
        after = page.next
    assert (rows, after) == ([3, 5, 6, 2, 4], "")
    assert [row.row for row in page_of(made, "new", "").rows] == [2, 4]
    assert [row.row for row in page_of(made, "new", "2.2").rows] == [4]
    for senseless in ("x", "1", "1.x", "²." + "9" * 30):
        assert page_of(made, "", senseless).is_first


# Apply


def test_apply_writes_what_the_preview_shows_and_no_more(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    applied(main_store, sheet("A,CUP", "B,CUP"), owner)
    made = applied(main_store, sheet("A,CUP", "B,POT", "C,PAN", "D,LID"), owner)
    assert mapped(main_store) == {"A": "CUP", "B": "POT", "C": "PAN"}
    assert (made.state, made.applied_by) == (ImportState.APPLIED, owner)
    assert not SkuImportPart.objects.filter(sku_import=made).exists()
    assert Activity.objects.filter(text="2 SKUs are mapped by the import of mappings.csv.").exists()


def test_orders_that_wait_for_its_skus_are_tried_again(
    choosy: StoreConnection, owner: User, goods: list[Item], order_of: Orders
) -> None:
    book(choosy, order_of(501, "A"), order_of(502, "B"), order_of(503, "Z"), order_of(504, "D"))
    applied(choosy, sheet("a,CUP", "B,POT", "C,PAN", "D,LID"), owner)
    pipeline.drain(choosy.pk)
    states = dict(Order.objects.values_list("order_id", "state"))
    assert states == {501: "booked", 502: "booked", 503: "waiting", 504: "waiting"}


Change = Callable[[StoreConnection, list[Item], User], object]
MATTERS: dict[str, tuple[Change, str]] = {
    "a new SKU was mapped": (
        lambda c, g, u: sku_mapping.map_sku(c, "N", g[1], user=u, at=NOW),
        "Row 4: N is mapped to POT meanwhile.",
    ),
    "a changed SKU was mapped otherwise": (
        lambda c, g, u: sku_mapping.map_sku(c, "C", g[2], user=u, at=NOW),
        "Row 3: C is mapped to PAN meanwhile.",
    ),
    "a changed SKU was unmapped": (
        lambda c, _g, _u: sku_mapping.unmap_sku(c, "C", at=NOW),
        "Row 3: C is not mapped any more.",
    ),
    "an unchanged SKU was unmapped": (
        lambda c, _g, _u: sku_mapping.unmap_sku(c, "U", at=NOW),
        "Row 2: U is not mapped any more.",
    ),
    "an item was switched off": (
        lambda _c, g, _u: Item.objects.filter(pk=g[0].pk).update(is_active=False),
        "Row 2: CUP is no active item of this SKU any more.",
    ),
    "an item has another SKU": (
        lambda _c, g, _u: Item.objects.filter(pk=g[1].pk).update(sku="KETTLE"),
        "Row 3: POT is no active item of this SKU any more.",
    ),
    "the SKU fits another item as well": (
        lambda c, _g, _u: items(c.company, "pAn"),
        "Row 4: pan is no active item of this SKU any more.",
    ),
}


@pytest.mark.parametrize(("change", "told"), MATTERS.values(), ids=MATTERS)
def test_apply_refuses_where_something_has_changed_that_matters(
    main_store: StoreConnection, owner: User, goods: list[Item], change: Change, told: str
) -> None:
    applied(main_store, sheet("U,CUP", "C,CUP"), owner)
    made = previewed(main_store, sheet("U,CUP", "C,POT", "N,pan"), owner)
    assert counts(made) == {"errors": 0, "changed": 1, "new": 1, "unchanged": 1}
    change(main_store, goods, owner)
    before = everything(main_store)
    sku_import.ask_to_apply(made, user=owner, at=NOW)
    made = worked(made)
    assert made.state == ImportState.READY
    assert told in made.problem
    assert everything(main_store) == before


DOES_NOT_MATTER: dict[str, Change] = {
    "an item of an error is there now": lambda c, _g, _u: items(c.company, "LID"),
    "another SKU was mapped": lambda c, g, u: sku_mapping.map_sku(c, "Z", g[0], user=u, at=NOW),
    "an item has another name": lambda _c, g, _u: Item.objects.filter(pk=g[0].pk).update(name="?"),
    "an item reads alike but is switched off": lambda c, _g, _u: items(
        c.company, "pAn", is_active=False
    ),
    "an item's SKU is spelt otherwise": lambda _c, g, _u: Item.objects.filter(pk=g[2].pk).update(
        sku="PAN "
    ),
}


@pytest.mark.parametrize("change", DOES_NOT_MATTER.values(), ids=DOES_NOT_MATTER)
def test_apply_goes_on_where_nothing_has_changed_that_matters(
    main_store: StoreConnection, owner: User, goods: list[Item], change: Change
) -> None:
    made = previewed(main_store, sheet("A,CUP", "B,pan", "C,LID"), owner)
    change(main_store, goods, owner)
    sku_import.ask_to_apply(made, user=owner, at=NOW)
    assert worked(made).state == ImportState.APPLIED
    assert {"A", "B"} <= mapped(main_store).keys()


def test_a_refusal_names_a_few_rows_and_counts_the_rest(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = previewed(main_store, sheet(*(f"S-{n},CUP" for n in range(9))), owner)
    for n in range(9):
        sku_mapping.map_sku(main_store, f"S-{n}", goods[1], user=owner, at=NOW)
    sku_import.ask_to_apply(made, user=owner, at=NOW)
    problem = worked(made).problem
    assert problem.count("Row ") == applying.NAMED
    assert problem.endswith("And 4 more.")


def test_checking_again_shows_what_the_file_would_do_now(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = previewed(main_store, sheet("A,CUP", "B,LID"), owner)
    sku_mapping.map_sku(main_store, "A", goods[1], user=owner, at=NOW)
    items(main_store.company, "LID")
    sku_import.check_again(made, at=NOW)
    made = worked(made)
    assert [(row, kind) for row, kind, _ in found(made)] == [(2, "changed"), (3, "new")]
    sku_import.ask_to_apply(made, user=owner, at=NOW)
    worked(made)
    assert mapped(main_store) == {"A": "CUP", "B": "LID"}


def test_two_who_press_apply_apply_it_once(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = previewed(main_store, sheet("A,CUP"), owner)
    sku_import.ask_to_apply(made, user=owner, at=NOW)
    stale = SkuImport(pk=made.pk, state=ImportState.READY)
    with pytest.raises(NotPossibleError, match="is in the state “Being applied” now"):
        sku_import.ask_to_apply(stale, user=owner, at=NOW)


def test_what_is_discarded_is_not_applied(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = previewed(main_store, sheet("A,CUP"), owner)
    sku_import.discard(made, at=NOW)
    with pytest.raises(NotPossibleError):
        sku_import.ask_to_apply(made, user=owner, at=NOW)
    assert not SkuImportRow.objects.exists()
    assert not mapped(main_store)


# Undo


def test_undo_puts_back_exactly_what_was(
    main_store: StoreConnection, owner: User, stranger: User, goods: list[Item]
) -> None:
    applied(main_store, sheet("a 1,CUP", "B,CUP"), owner)
    sku_mapping.map_sku(main_store, "C", goods[0], user=stranger, at=NOW - timedelta(days=3))
    before = everything(main_store)
    made = applied(main_store, sheet("A  1,POT", "B,POT", "C,PAN", "D,PAN", "E,LID"), owner)
    assert mapped(main_store) == {"A  1": "POT", "B": "POT", "C": "PAN", "D": "PAN"}
    made = undone(made, owner)
    assert everything(main_store) == before
    assert (made.state, made.kept, made.restored, made.problem) == (ImportState.UNDONE, 0, 4, "")


def test_what_was_changed_since_is_left_alone_and_named(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    applied(main_store, sheet("C,CUP", "D,CUP"), owner)
    made = applied(main_store, sheet("A,POT", "B,POT", "C,POT", "D,POT", "E,POT"), owner)
    sku_mapping.map_sku(main_store, "A", goods[2], user=owner, at=NOW)
    sku_mapping.unmap_sku(main_store, "B", at=NOW)
    sku_mapping.map_sku(main_store, "C", goods[2], user=owner, at=NOW)
    sku_mapping.map_sku(main_store, "C", goods[1], user=owner, at=NOW)  # back again, by hand
    made = undone(made, owner)
    assert mapped(main_store) == {"A": "PAN", "C": "POT", "D": "CUP"}
    assert (made.kept, made.restored) == (3, 2)
    assert made.problem == "Changed since the import, and left as they are: A, B, C."


def test_imports_are_undone_from_the_last_one_backwards(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    first = applied(main_store, sheet("A,CUP"), owner)
    second = applied(main_store, sheet("A,POT", "B,POT"), owner)
    assert sku_import.last_applied(main_store) == second
    with pytest.raises(NotPossibleError, match="is not the last one that is applied"):
        sku_import.ask_to_undo(first, user=owner, at=NOW)
    undone(second, owner)
    assert mapped(main_store) == {"A": "CUP"}
    assert undone(first, owner).kept == 0
    assert mapped(main_store) == {}
    assert sku_import.last_applied(main_store) is None


def test_undo_waits_for_an_import_that_is_open(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = applied(main_store, sheet("A,CUP"), owner)
    previewed(main_store, sheet("B,CUP"), owner)
    with pytest.raises(NotPossibleError, match="is still open"):
        sku_import.ask_to_undo(made, user=owner, at=NOW)


def test_an_undone_import_is_not_undone_twice(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = undone(applied(main_store, sheet("A,CUP"), owner), owner)
    with pytest.raises(NotPossibleError):
        sku_import.ask_to_undo(made, user=owner, at=NOW)


names = st.sampled_from(["A", "a", "B", "b ", "C", "Ç", "D"])
targets = st.sampled_from(["CUP", "pot", "PAN", "LID", ""])
sheets = st.lists(st.tuples(names, targets), max_size=8)
hands = st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(0, 2)), max_size=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(hands, sheets)
def test_whatever_a_file_does_its_undo_undoes(
    main_store: StoreConnection,
    owner: User,
    goods: list[Item],
    by_hand: list[tuple[str, int]],
    rows: list[tuple[str, str]],
) -> None:
    SkuMapping.objects.all().delete()
    for sku, place in by_hand:
        sku_mapping.map_sku(main_store, sku, goods[place], user=owner, at=NOW)
    before = everything(main_store)
    made = previewed(main_store, sheet(*(f"{sku},{item}" for sku, item in rows)), owner)
    if made.state == ImportState.FAILED:
        assert not rows
        return
    assert made.rows == len(rows)
    sku_import.ask_to_apply(made, user=owner, at=NOW)
    made = worked(made)
    assert made.state == ImportState.APPLIED
    undone(made, owner)
    assert everything(main_store) == before


# Export and template


def test_an_export_taken_in_again_changes_nothing(
    main_store: StoreConnection, owner: User, company: Company
) -> None:
    items(company, "=CUP", "-1", "'+2", "Größe", 'a,"b"', "@x")
    lines = ["=A,=CUP", "'-B,-1", "C,''+2", "Ä,Größe", 'D,"a,""b"""', "+E,@x"]
    made = applied(main_store, sheet(*lines), owner)
    assert counts(made) == {"errors": 0, "changed": 0, "new": 6, "unchanged": 0}
    content = _as_csv(sku_export.mapping_rows(main_store))
    again = previewed(main_store, File(content), owner)
    assert counts(again) == {"errors": 0, "changed": 0, "new": 0, "unchanged": 6}


def _as_csv(rows: Any) -> bytes:
    from sync.items.csv_answers import csv_answer

    return b"".join(csv_answer(rows, "x.csv").streaming_content)  # type: ignore[arg-type]


def test_a_template_filled_in_maps_what_was_unmapped(
    main_store: StoreConnection, owner: User, goods: list[Item], order_of: Orders
) -> None:
    book(main_store, order_of(501, "=TEE", "LAMP"))
    items(main_store.company, "lamp")
    text = _as_csv(sku_export.template_rows(main_store)).decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0] == "Store SKU,Item SKU,Product in the store,Booked lines,Last order"
    assert sorted(lines[1:]) == [
        "'=TEE,,Product =TEE,1,#501", "LAMP,lamp,Product LAMP,1,#501",
    ]  # fmt: skip
    made = applied(main_store, File(text.replace("'=TEE,,", "'=TEE,CUP,").encode()), owner)
    assert counts(made)["new"] == 2
    assert mapped(main_store) == {"=TEE": "CUP", "LAMP": "lamp"}


def test_the_rows_with_errors_come_back_as_they_were_with_their_reasons(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    content = sheet("x,A,CUP", "=y,B,LID", '"z', header="Note,Store SKU,Item SKU")
    made = previewed(main_store, content, owner)
    assert _as_csv(sku_export.wrong_rows(made)).decode("utf-8-sig").splitlines() == [
        "Note,Store SKU,Item SKU,Reason",
        "'=y,B,LID,No item has the SKU “LID”.",
        '"""z",,,A quote is opened and not closed.',
    ]


def test_the_rows_with_errors_put_right_are_taken_in(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = applied(main_store, sheet("A,CUP", "B,LID"), owner)
    wrong = _as_csv(sku_export.wrong_rows(made)).replace(b"B,LID", b"B,POT")
    applied(main_store, File(wrong), owner)
    assert mapped(main_store) == {"A": "CUP", "B": "POT"}


# The worker


def test_a_check_goes_on_where_it_stopped(
    main_store: StoreConnection,
    owner: User,
    goods: list[Item],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checking, "CHUNK", 10)
    rows = [f"S-{n},{'LID' if n % 7 == 0 else 'CUP'}" for n in range(95)]
    made = upload(main_store, sheet(*rows), owner)
    steps = 0
    while not sku_import.work(made.pk, seconds=0, at=NOW):
        steps += 1
        made.refresh_from_db()
        assert made.rows_read == min(10 * steps, 96)
        assert SkuImportRow.objects.count() == made.rows_read - 1
    made.refresh_from_db()
    assert steps >= 9
    assert counts(made) == {"errors": 14, "changed": 0, "new": 81, "unchanged": 0}
    assert [row for row, _, _ in found(made)] == list(range(2, 97))


def test_a_worker_that_comes_too_late_writes_no_row_twice(
    main_store: StoreConnection,
    owner: User,
    goods: list[Item],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checking, "CHUNK", 2)
    made = upload(main_store, sheet("A,CUP", "B,CUP", "C,CUP", "D,CUP"), owner)
    late = SkuImport.objects.select_related("connection__company").get(pk=made.pk)
    worked(made)
    assert checking.check(late, seconds=60)
    assert counts(SkuImport.objects.get(pk=made.pk))["new"] == SkuImportRow.objects.count() == 4


def test_a_worker_that_was_overtaken_stops(
    main_store: StoreConnection,
    owner: User,
    goods: list[Item],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checking, "CHUNK", 2)
    made = upload(main_store, sheet("A,CUP", "B,CUP", "C,CUP", "D,CUP"), owner)
    slow = SkuImport.objects.select_related("connection__company").get(pk=made.pk)
    assert not sku_import.work(made.pk, seconds=0, at=NOW)
    assert checking.check(slow, seconds=60)
    assert SkuImportRow.objects.count() == 1
    assert counts(worked(made))["new"] == 4


def test_of_two_workers_at_once_one_applies_it_and_the_other_goes_home(
    main_store: StoreConnection,
    owner: User,
    goods: list[Item],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = previewed(main_store, sheet("A,CUP"), owner)
    sku_import.ask_to_apply(made, user=owner, at=NOW)
    apply = applying.apply

    def beaten(late: SkuImport, **rest: Any) -> None:
        monkeypatch.setattr(working, "apply", apply)
        worked(made)
        apply(late, **rest)

    monkeypatch.setattr(working, "apply", beaten)
    assert sku_import.work(made.pk, seconds=60, at=NOW)
    assert SkuImport.objects.get().state == ImportState.APPLIED
    assert Activity.objects.filter(kind="sku_mapping").count() == 1


def test_a_check_that_is_cancelled_stops(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    made = upload(main_store, sheet("A,CUP"), owner)
    late = SkuImport.objects.select_related("connection__company").get(pk=made.pk)
    sku_import.discard(made, at=NOW)
    with pytest.raises(NotPossibleError):
        checking.check(late, seconds=60)
    assert sku_import.work(made.pk, seconds=60, at=NOW)
    assert SkuImport.objects.get().state == ImportState.DISCARDED
    assert not SkuImportRow.objects.exists()


@pytest.mark.parametrize(
    ("state", "verb", "given_up"),
    [
        ("checking", "check", "failed"),
        ("applying", "apply", "ready"),
        ("undoing", "undo", "applied"),
    ],
)
def test_what_breaks_down_again_and_again_is_given_up(
    main_store: StoreConnection,
    owner: User,
    goods: list[Item],
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    verb: str,
    given_up: str,
) -> None:
    made = upload(main_store, sheet("A,CUP"), owner)
    if state != "checking":
        sku_import.ask_to_apply(worked(made), user=owner, at=NOW)
    if state == "undoing":
        sku_import.ask_to_undo(worked(made), user=owner, at=NOW)
    before = everything(main_store)

    def broken(*_args: object, **_kwargs: object) -> None:
        raise DataError("broken")

    monkeypatch.setattr(working, verb, broken)
    for _ in range(working.MOST_ATTEMPTS):
        with pytest.raises(DataError):
            sku_import.work(made.pk, seconds=60, at=NOW)
    assert sku_import.work(made.pk, seconds=60, at=NOW)
    made.refresh_from_db()
    assert (made.state, made.problem) == (given_up, working.BROKE_DOWN)
    assert everything(main_store) == before


def test_an_import_that_lost_its_task_gets_another_one(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    from django_q.models import OrmQ

    made = upload(main_store, sheet("A,CUP"), owner)
    assert OrmQ.objects.count() == 1
    OrmQ.objects.all().delete()
    assert sku_import.queue_what_stopped(NOW + timedelta(seconds=59)) == 0
    assert sku_import.queue_what_stopped(NOW + timedelta(seconds=61)) == 1
    assert OrmQ.objects.get().func() == sku_import.TASK
    worked(made)
    assert sku_import.queue_what_stopped(NOW + timedelta(days=1)) == 0


def test_the_task_queues_itself_again_until_the_check_is_done(
    main_store: StoreConnection,
    owner: User,
    goods: list[Item],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django_q.models import OrmQ

    monkeypatch.setattr(checking, "CHUNK", 1)
    monkeypatch.setattr(tasks, "IMPORT_SECONDS", 0)
    made = upload(main_store, sheet("A,CUP", "B,CUP"), owner)
    runs = 0
    while OrmQ.objects.exists():
        OrmQ.objects.all().delete()
        tasks.work_on_sku_import(made.pk)
        runs += 1
    made.refresh_from_db()
    assert (made.state, runs) == (ImportState.READY, 4)


def test_old_previews_are_discarded_and_old_rows_dropped(
    main_store: StoreConnection, owner: User, goods: list[Item]
) -> None:
    done = applied(main_store, sheet("A,CUP"), owner)
    left = previewed(main_store, sheet("B,CUP"), owner)
    sku_import.forget_old(SkuImport.objects.get(pk=left.pk).touched_at + timedelta(days=8))
    left.refresh_from_db()
    assert left.state == ImportState.DISCARDED
    assert sku_import.last_applied(main_store) == done
    sku_import.forget_old(NOW + timedelta(days=91))
    assert sku_import.last_applied(main_store) is None
    assert mapped(main_store) == {"A": "CUP"}
