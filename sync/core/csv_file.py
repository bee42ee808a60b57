"""CSV files as spreadsheets save them: encodings, delimiters, records; one bad one at a time.

Read piece by piece, so that a file of any size needs little memory. What cannot be read is a broken
record with its reason, and reading goes on behind it: no row is lost and none is made up.
"""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

LONGEST_RECORD = 65_536
"""So many characters at most in one row: a quote that nobody closes would swallow all the rest."""

DELIMITERS = (",", ";", "\t")
SAMPLE = 65_536
"""So much of a file tells what kind of file it is."""

SHOWN = 200
"""So much of a row that is none is kept, to show it."""

UNREADABLE = "\ufffd"
"""Stands where bytes are no text, as Unicode has it."""

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NOT_TEXT = {
    b"PK\x03\x04": "an Excel or LibreOffice workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"GIF8": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
_UNCLOSED = "A quote is opened and not closed."
_QUOTED_BADLY = "Something stands behind a closing quote: a quote within needs to be doubled."
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class NoCsvError(Exception):
    """The file is no CSV that could be read; the text says what it is instead."""


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the sheet; `row` counts from 1 as spreadsheets do. `broken` says why it is none."""

    row: int
    cells: tuple[str, ...]
    broken: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether it says nothing at all."""
        return not self.broken and not any(cell.strip() for cell in self.cells)


def encoding_of(pieces: Iterable[bytes]) -> str:
    """How a file's bytes are text: by its mark, else as they can be read.

    All of it is looked at. Bytes that are no UTF-8 make it Windows-1252 only where they are more
    than those beyond ASCII that are: a few broken ones do not spoil a whole file.

    :raises NoCsvError: when it is no text, or nothing.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    start = b""
    sound = broken = 0
    for piece in (*pieces, b""):
        start += piece[: SAMPLE - len(start)]
        text = decoder.decode(piece, final=not piece)
        wrong = text.count(UNREADABLE)
        broken += wrong
        sound += len(text) - len(text.encode("ascii", "ignore")) - wrong
    if not start:
        raise NoCsvError("The file is empty.")
    marked = next((name for bom, name in _BOMS.items() if start.startswith(bom)), None)
    encoding = marked or _utf16_of(start) or ("utf-8" if sound >= broken else "cp1252")
    _check_is_text(start, encoding)
    return encoding


def _utf16_of(start: bytes) -> str | None:
    """UTF-16 without a mark: in most scripts every other byte of delimiters and digits is zero."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if half and odd > 0.3 * half > 10 * even:
        return "utf-16-le"
    if half and even > 0.3 * half > 10 * odd:
        return "utf-16-be"
    return None


def _check_is_text(start: bytes, encoding: str) -> None:
    kind = next((name for magic, name in _NOT_TEXT.items() if start.startswith(magic)), None)
    if kind:
        raise NoCsvError(f"This is {kind}, not a CSV file: save it as CSV (UTF-8) and upload that.")
    text = start.decode(encoding, "replace")
    if len(_CONTROL.findall(text)) + text.count(UNREADABLE) > len(text) // 20 + 5:
        raise NoCsvError("This is not a text file: save the sheet as CSV (UTF-8) and upload that.")


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a file that can be read once; `read_bytes` is how far."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        """Fill as much of the buffer as the next piece can."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        target = memoryview(buffer)  # type: ignore[arg-type]
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self.read_bytes += count
        return count


class CsvReader:
    """The records of a file, one after the other; `bytes_read` is how far it has come.

    The cells of the columns `one_line` never hold a line end. One that does is a sign of a quote
    that nobody closed, and the rows that it would swallow are read as rows.
    """

    def __init__(
        self,
        pieces: Iterable[bytes],
        encoding: str,
        delimiter: str,
        *,
        one_line: Collection[int] = (),
    ) -> None:
        self._raw = _Pieces(pieces)
        self._text = io.TextIOWrapper(
            io.BufferedReader(self._raw), encoding=encoding, errors="replace", newline=None
        )
        self._delimiter = delimiter
        self._one_line = one_line
        self._ahead: deque[str] = deque()
        self._taken: list[str] = []
        self._row = 0

    @property
    def bytes_read(self) -> int:
        """How many bytes were taken from the file: a buffer's worth ahead of the record."""
        return self._raw.read_bytes

    def __iter__(self) -> Iterator[Record]:
        """All records; Excel's `sep=;` line is none."""
        first = self._next_line()
        if first is not None and separator_line(first) is None:
            self._ahead.append(first)
        parser = self._parser()
        while True:
            self._taken = []
            try:
                cells = next(parser, None)
                if cells is None:
                    return
                self._check_lines(cells)
            except (_BrokenError, csv.Error) as error:
                yield self._broken(error)
                parser = self._parser()
            else:
                self._row += 1
                yield Record(self._row, tuple(cells))

    def _parser(self) -> Iterator[list[str]]:
        return csv.reader(self._lines(), delimiter=self._delimiter, strict=True)

    def _check_lines(self, cells: list[str]) -> None:
        if len(self._taken) > 1 and any("\n" in cells[i] for i in self._one_line if i < len(cells)):
            raise _BrokenError(_UNCLOSED)

    def _broken(self, error: Exception) -> Record:
        """The record's first line alone is lost for it; those after it are read anew."""
        self._row += 1
        first, *others = self._taken
        self._ahead.extendleft(reversed(others))
        why = str(error) if isinstance(error, _BrokenError) else _QUOTED_BADLY
        return Record(self._row, (first.rstrip("\n")[:SHOWN],), broken=why)

    def _lines(self) -> Iterator[str]:
        """Lines for the parser: it asks for another one only while a quote is open."""
        length = 0
        while True:
            line = self._next_line()
            if line is None:
                if self._taken:
                    raise _BrokenError(_UNCLOSED)
                return
            length = len(line) + (length if self._taken else 0)
            self._taken.append(line)
            if len(line) > LONGEST_RECORD:
                self._taken[-1] = self._whole(line)
                raise _BrokenError(f"The row is longer than {LONGEST_RECORD:,} characters.")
            if length > LONGEST_RECORD:
                raise _BrokenError(_UNCLOSED)
            yield line

    def _next_line(self) -> str | None:
        if self._ahead:
            return self._ahead.popleft()
        return self._text.readline(LONGEST_RECORD + 1) or None

    def _whole(self, line: str) -> str:
        """Skip what is left of a line that is too long; its beginning stands for it."""
        rest = line
        while rest and not rest.endswith("\n"):
            rest = self._text.readline(LONGEST_RECORD)
        return line.rstrip("\n") + "\n"


class _BrokenError(Exception):
    """What has been taken is no record; the text says why."""


def separator_line(line: str) -> str | None:
    """The delimiter that a line `sep=;` names; Excel writes and reads it as the first one."""
    text = line.strip("\r\n\ufeff ").strip('"')
    if text[:4].lower() == "sep=" and len(text) <= 5:
        return text[4:] or "\t"
    return None


def sample_lines(start: bytes, encoding: str) -> list[str]:
    """The whole lines at the beginning of a file."""
    text = start[:SAMPLE].decode(encoding, "replace")
    lines = io.StringIO(text, newline=None).readlines()
    return lines if len(start) <= SAMPLE or len(lines) < 2 else lines[:-1]


def delimiter_of(lines: list[str]) -> str:
    """The delimiter that Excel's own line names, else the one that makes most of the first rows.

    That is the one that parts most lines into the same number of cells, two or more.
    """
    named = separator_line(lines[0]) if lines else None
    if named is not None and not named.isalnum() and named not in "\"'":
        return named
    return max(DELIMITERS, key=lambda delimiter: _fitness(lines[:50], delimiter))


def _fitness(lines: list[str], delimiter: str) -> tuple[int, int]:
    widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if any(cells)]
    several = [width for width in widths if width > 1]
    usual = max(set(several), key=several.count) if several else 0
    return several.count(usual) if usual else 0, usual
