"""CSV files as spreadsheets save them, and as nobody should."""

import csv
import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.csv_file import (
    DELIMITERS,
    LONGEST_RECORD,
    CsvReader,
    NoCsvError,
    Record,
    delimiter_of,
    encoding_of,
    sample_lines,
    separator_line,
)

UNCLOSED = "A quote is opened and not closed."
MISPLACED = "Something stands behind a closing quote: a quote within needs to be doubled."


def pieces(content: bytes, size: int = 7) -> Iterator[bytes]:
    """A file in small pieces, which part characters and line ends."""
    return (content[i : i + size] for i in range(0, len(content), size))


def records(content: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[Record]:
    return list(CsvReader(pieces(content), encoding, delimiter, one_line=(0, 1)))


def cells(content: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    return [list(record.cells) for record in records(content, encoding, delimiter)]


# How a file's bytes are text

SAVED_AS = {
    "UTF-8, LibreOffice and Google": ("utf-8", "utf-8"),
    "CSV UTF-8, Excel": ("utf-8-sig", "utf-8-sig"),
    "Unicode text, Excel": ("utf-16", "utf-16"),
    "UTF-16 without a mark": ("utf-16-le", "utf-16-le"),
    "UTF-16 big-endian without a mark": ("utf-16-be", "utf-16-be"),
    "CSV, Excel in the west": ("cp1252", "cp1252"),
}


@pytest.mark.parametrize(("saved", "found"), SAVED_AS.values(), ids=SAVED_AS)
def test_a_save_is_read_as_it_was_written(saved: str, found: str) -> None:
    content = "Store SKU,Item SKU\nGröße 42,SCHUH-42\nCafé,TASSE\n".encode(saved)
    assert encoding_of(pieces(content)) == found
    assert cells(content, found)[1:] == [["Größe 42", "SCHUH-42"], ["Café", "TASSE"]]


def test_plain_ascii_is_utf_8() -> None:
    assert encoding_of(pieces(b"sku,item\nA,B\n")) == "utf-8"


def test_a_few_broken_bytes_do_not_make_a_utf_8_file_another_one() -> None:
    content = "Größe,ÄÖÜ\n".encode() + b"br\xffken,A\n"
    assert encoding_of(pieces(content)) == "utf-8"
    assert cells(content)[1] == ["br\ufffdken", "A"]


def test_a_letter_of_windows_far_down_the_file_is_seen() -> None:
    assert (
        encoding_of(pieces(b"sku,item\n" * 9000 + "Größe,A\n".encode("cp1252"), 4096)) == "cp1252"
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04\x14\x00", "Excel or LibreOffice workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\x1f\x8b\x08\x00", "a compressed file"),
        (bytes(range(256)) * 20, "not a text file"),
    ],
)
def test_what_is_no_text_is_refused_by_name(content: bytes, what: str) -> None:
    with pytest.raises(NoCsvError, match=what):
        encoding_of(pieces(content))


# Delimiters


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_delimiter_is_the_one_that_parts_the_rows_alike(delimiter: str) -> None:
    rows = [["Store SKU", "Item SKU", "Price"], ["A;1", "B,2", "1,00"], ['5" pipe', "C", "2,50"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    assert delimiter_of(text.getvalue().splitlines(keepends=True)) == delimiter


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("sep=;\r\n", ";"),
        ("SEP=,\n", ","),
        ("sep=\t\n", "\t"),
        ('"sep=|"', "|"),
        ("sepia,B", None),
        ("sep=;;", None),
    ],
)
def test_excels_own_line_names_the_delimiter(line: str, named: str | None) -> None:
    assert separator_line(line) == named


def test_excels_own_line_is_believed_and_is_no_row() -> None:
    content = "sep=;\r\nStore SKU;Item SKU\r\nA,1;B\r\n".encode("utf-8-sig")
    lines = sample_lines(content, "utf-8-sig")
    assert delimiter_of(lines) == ";"
    found = records(content, "utf-8-sig", ";")
    assert [(r.row, r.cells) for r in found] == [(1, ("Store SKU", "Item SKU")), (2, ("A,1", "B"))]


def test_a_sample_ends_with_a_whole_line() -> None:
    lines = sample_lines(b"a,b\n" * 20_000, "utf-8")
    assert set(lines) == {"a,b\n"}


# Records


def test_rows_count_as_in_a_spreadsheet_blank_ones_too() -> None:
    found = records(b"sku,item\n\nA,B\n,,\nC,D\n")
    assert [(r.row, r.is_blank) for r in found] == [
        (1, False), (2, True), (3, False), (4, True), (5, False),
    ]  # fmt: skip


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_kind_of_line_end_is_one(end: bytes) -> None:
    assert cells(end.join([b"a,b", b"c,d", b""])) == [["a", "b"], ["c", "d"]]


def test_a_cell_beside_the_two_may_go_over_several_lines() -> None:
    assert cells(b'a,b,"two\nlines, one cell"\nc,d,e\n') == [
        ["a", "b", "two\nlines, one cell"], ["c", "d", "e"],
    ]  # fmt: skip


def test_an_open_quote_spoils_its_own_row_and_no_other() -> None:
    content = b'a,b\n"TEE-1,A\nTEE-2,B\n"TEE-3",C\nTEE-4,D\n'
    found = records(content)
    assert [(r.row, r.broken) for r in found] == [
        (1, ""),
        (2, MISPLACED),
        (3, ""),
        (4, ""),
        (5, ""),
    ]
    assert [r.cells for r in found[2:]] == [("TEE-2", "B"), ("TEE-3", "C"), ("TEE-4", "D")]


def test_an_open_quote_that_another_row_happens_to_close_spoils_its_own_row_alone() -> None:
    content = b'a,b\n"TEE-1,A\nTEE-2,B\nTEE-3",C\nTEE-4,D\n'
    found = records(content)
    assert [bool(r.broken) for r in found] == [False, True, False, False, False]
    assert found[3].cells == ('TEE-3"', "C")


def test_a_quote_that_is_open_at_the_end_loses_nothing_behind_it() -> None:
    found = records(b'a,b\n"TEE-1,A\nTEE-2,B\nTEE-3,C\n')
    assert [(r.broken, r.cells) for r in found[1:]] == [
        (UNCLOSED, ('"TEE-1,A',)), ("", ("TEE-2", "B")), ("", ("TEE-3", "C")),
    ]  # fmt: skip


def test_quotes_within_a_cell_are_taken_as_they_are_or_doubled() -> None:
    assert cells(b'5" pipe,A\n"6"" pipe",B\n') == [['5" pipe', "A"], ['6" pipe', "B"]]
    assert records(b'"a"b,c\n')[0].broken == MISPLACED


def test_a_huge_cell_is_one_broken_row() -> None:
    long = b"x" * (3 * LONGEST_RECORD)
    found = records(b"a,b\n" + long + b",c\nd,e\n" + b'"' + long + b'",c\nf,g\n' + long)
    assert [bool(r.broken) for r in found] == [False, True, False, True, False, True]
    assert all(len(cell) <= 200 for record in found for cell in record.cells)


def test_a_quote_over_a_huge_file_is_one_broken_row() -> None:
    rows = b"".join(b"T-%d,A\n" % n for n in range(20_000))
    found = list(CsvReader(pieces(b'a,b\n"open,A\n' + rows, 4096), "utf-8", ",", one_line=(0, 1)))
    assert len(found) == 20_002
    assert [r.row for r in found if r.broken] == [2]


def test_a_nul_is_a_character_like_others() -> None:
    assert cells(b"a\x00b,c\nd,e\n") == [["a\x00b", "c"], ["d", "e"]]


def test_how_far_it_has_come_is_known() -> None:
    content = b"a,b\n" * 50_000
    reader = CsvReader(pieces(content, 4096), "utf-8", ",")
    half = next(record for record in reader if record.row == 25_000)
    assert half.row == 25_000
    assert abs(reader.bytes_read - len(content) / 2) < 40_000


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        content = (b"STORE-%06d,ITEM-%06d\n" % (n, n) for n in range(rows))
        for _ in CsvReader(content, "utf-8", ","):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)
    assert peak(20_000) < peak(2_000) + 50_000


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=12)
rows = st.lists(st.lists(texts, min_size=1, max_size=4), max_size=8)


@given(
    rows,
    st.sampled_from(DELIMITERS),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_writer_writes_is_read_back(
    rows: list[list[str]], delimiter: str, encoding: str, end: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    reader = CsvReader(pieces(text.getvalue().encode(encoding)), encoding, delimiter)
    assert [list(r.cells) for r in reader] == rows


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader_and_none_of_their_lines_is_lost(content: bytes) -> None:
    """As many records as lines, where no quote holds several together."""
    for encoding in ("utf-8", "cp1252"):
        found = list(CsvReader(pieces(content), encoding, ",", one_line=range(300)))
        text = content.decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")
        lines = text.split("\n")
        lines = lines[:-1] if not lines[-1] else lines
        assert len(found) == len(lines) - bool(lines and separator_line(lines[0]) is not None)
        assert [r.row for r in found] == list(range(1, len(found) + 1))
