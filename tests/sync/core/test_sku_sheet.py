"""What the rows of a sheet of mappings say, and what would come of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.gst import Taxability
from sync.core.csv_file import NoCsvError, Record
from sync.core.matching import By, Match, Why
from sync.core.sku_sheet import (
    CONTRADICTS,
    Columns,
    First,
    Judged,
    Repeats,
    RowKind,
    SheetRow,
    columns_of,
    guarded,
    judge,
    read_row,
    unguarded,
)
from sync.core.terms import ItemFacts

TWO = Columns(0, 1, ("Store SKU", "Item SKU"))
ITEM = ItemFacts(7, "", Taxability.TAXABLE, ())


@pytest.mark.parametrize(
    ("header", "sku", "item"),
    [
        (["Store SKU", "Item SKU"], 0, 1),
        (["Item", "Name", " sku "], 2, 0),
        (["WOOCOMMERCE  SKU", "Our SKU", "", ""], 0, 1),
        (["store_sku", "item_sku"], 0, 1),
    ],
)
def test_columns_are_known_by_name_wherever_they_stand(
    header: list[str], sku: int, item: int
) -> None:
    columns = columns_of(Record(1, tuple(header)))
    assert (columns.sku, columns.item) == (sku, item)
    assert columns.width == len([name for name in header if name])


def test_two_columns_without_names_are_the_stores_and_the_items() -> None:
    assert columns_of(Record(1, ("TEE-RED", "SHIRT-B", ""))) == Columns(0, 1)


@pytest.mark.parametrize(
    "header", [["SKU"], ["SKU", "Name"], ["A", "B", "C"], ["SKU", "SKU", "Item"], [""], []]
)
def test_columns_that_are_not_clear_are_refused_and_named(header: list[str]) -> None:
    with pytest.raises(NoCsvError, match="has to name one column “Store SKU” and one “Item SKU”"):
        columns_of(Record(1, tuple(header)))


def test_a_row_is_read_without_the_spaces_around() -> None:
    row = read_row(Record(5, (" TEE RED ", "\u00a0SHIRT-B", "", "")), TWO)
    assert (row.row, row.sku, row.item_sku, row.problem) == (5, "TEE RED", "SHIRT-B", "")
    assert row.key == "tee red"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (["", "B"], "The store SKU is empty."),
        (["A", "  "], "The item SKU is empty."),
        (["A"], "The item SKU is empty."),
        (["\u200b", "B"], "The store SKU is empty."),
        (["A", "B", "C"], "The row has more cells than the sheet has columns."),
        (["br\ufffdken", "B"], "The store SKU holds something that is no text"),
        (["A\x00", "B"], "The store SKU holds a line end, a tab or another control character."),
        (["A", "B\nC"], "The item SKU holds a line end, a tab or another control character."),
        (["x" * 101, "B"], "The store SKU is longer than 100 characters."),
        (["8.90123E+12", "B"], "The spreadsheet has shortened the store SKU to 8.90123E+12"),
        (["A", "8,90123e+12"], "The spreadsheet has shortened the item SKU to 8,90123e+12"),
    ],
)
def test_a_row_that_makes_no_sense_says_why(cells: list[str], problem: str) -> None:
    row = read_row(Record(2, tuple(cells)), TWO)
    assert row.problem.startswith(problem)
    assert (row.sku, row.item_sku, row.key) == ("", "", "")


def test_what_is_kept_of_a_row_can_stand_in_the_database() -> None:
    assert read_row(Record(2, ("A\x00", "B")), TWO).cells == ("A\ufffd", "B")


def test_a_broken_record_keeps_its_own_reason() -> None:
    assert (
        read_row(Record(2, ('"A',), broken="A quote is open."), TWO).problem == "A quote is open."
    )


@pytest.mark.parametrize(
    ("match", "mapped", "kind", "reason"),
    [
        (Match(ITEM, by=By.SKU), None, RowKind.NEW, ""),
        (Match(ITEM, by=By.SKU), 7, RowKind.UNCHANGED, "Mapped like this already."),
        (Match(ITEM, by=By.SKU), 8, RowKind.CHANGED, ""),
        (Match(why=Why.NO_ITEM), None, RowKind.ERROR, "No item has the SKU “B”."),
        (
            Match(why=Why.SEVERAL, among=("b", "B ")), None,
            RowKind.ERROR, "“B” fits several items: b, B .",
        ),
        (
            Match(why=Why.INACTIVE, among=("B",)), 7,
            RowKind.ERROR, "“B” is the item B, which is not active.",
        ),
    ],
)  # fmt: skip
def test_a_sound_row_is_new_changed_unchanged_or_an_error(
    match: Match, mapped: int | None, kind: RowKind, reason: str
) -> None:
    assert judge(read_row(Record(2, ("A", "B")), TWO), match, mapped) == (kind, reason)


spoken = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 2), st.sampled_from(RowKind)), max_size=12
)


@given(spoken, st.integers(1, 5))
def test_repeats_are_settled_alike_whatever_the_rows_that_come_at_once(
    rows: list[tuple[str, int, RowKind]], at_once: int
) -> None:
    """Errors have no item here; they say nothing about others."""
    kept: list[Judged] = []
    for start in range(0, len(rows), at_once):
        part = [
            Judged(SheetRow(n, (), key, "X"), kind, "", None if kind is RowKind.ERROR else item)
            for n, (key, item, kind) in enumerate(rows[start : start + at_once], start)
        ]
        repeats = Repeats(_firsts(kept))
        repeats.settle(part)
        for judged in kept:
            other = repeats.torn.get(judged.row.key)
            if other is not None and judged.kind is not RowKind.ERROR:
                judged.kind, judged.reason = RowKind.ERROR, CONTRADICTS.format(other)
        kept += part
    told = [(each.kind, each.reason) for each in kept]
    assert told == [_by_hand(rows, n) for n in range(len(rows))]


def _firsts(kept: list[Judged]) -> dict[str, First]:
    """What the database would know of the rows before."""
    firsts: dict[str, First] = {}
    for each in kept:
        if each.item_id is None:
            continue
        first = firsts.setdefault(each.row.key, First(each.row.row, each.item_id))
        if first.item_id != each.item_id and first.other is None:
            first.other = each.row.row
    return firsts


def _by_hand(rows: list[tuple[str, int, RowKind]], n: int) -> tuple[RowKind, str]:
    """What a person would say of a row who sees all of them at once."""
    key, item, kind = rows[n]
    if kind is RowKind.ERROR:
        return kind, ""
    same = [i for i, row in enumerate(rows) if row[0] == key and row[2] is not RowKind.ERROR]
    others = [i for i in same if rows[i][1] != item]
    if others:
        return RowKind.ERROR, f"Row {others[0]} maps the same SKU to another item."
    if same[0] != n and kind is not RowKind.UNCHANGED:
        return RowKind.UNCHANGED, f"The same as row {same[0]}."
    return kind, ""


@pytest.mark.parametrize("text", ["=1+1", "+49", "-10", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@a"])
def test_no_text_of_ours_is_a_formula_to_a_spreadsheet(text: str) -> None:
    assert guarded(text)[0] == "'"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "A", "1-2", "a=b", "'quoted'", "5' pipe", "१२"])
def test_other_texts_are_left_alone(text: str) -> None:
    assert guarded(text) == text


@given(st.text())
def test_a_guarded_text_comes_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in tuple("=+-@\t\r")


def test_a_guarded_cell_is_read_without_its_apostrophe() -> None:
    row = read_row(Record(2, ("'-10", "'=A")), TWO)
    assert (row.sku, row.item_sku) == ("-10", "=A")
