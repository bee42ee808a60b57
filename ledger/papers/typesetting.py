"""Papers as PDF: the only user of typst. Text goes to it as data, so no name can be markup.

The same papers give the same bytes: no clock, no system typeface, no network.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

import typst

from ledger.papers.contents import Paper
from ledger.papers.setting import as_set
from ledger.papers.statement import Statement

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "paper.typ"
STATEMENT = FOLDER / "statement.typ"

_NO_OVERRIDES = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Marks that turn the direction of writing around: with one in a name, figures could be read
backwards."""


class Copy(StrEnum):
    """Which copy it is (rule 48 of the CGST Rules)."""

    ORIGINAL = "original"
    DUPLICATE = "duplicate"
    TRIPLICATE = "triplicate"


COPY_WORDS = {
    Copy.ORIGINAL: "Original for recipient",
    Copy.DUPLICATE: "Duplicate for transporter",
    Copy.TRIPLICATE: "Triplicate for supplier",
}


def pdf_of(papers: Sequence[Paper], copy: Copy = Copy.ORIGINAL) -> bytes:
    """One PDF of all papers, each beginning on a page of its own with page 1."""
    first = papers[0]
    given = {
        "title": f"{first.title} {first.voucher.number}" if len(papers) == 1 else "Documents",
        "author": first.supplier.name,
        "papers": [as_set(paper, COPY_WORDS[copy]) for paper in papers],
    }
    return _compiled(TEMPLATE, given, max(paper.voucher.date for paper in papers))


def statement_pdf(statement: Statement) -> bytes:
    """A statement as PDF."""
    return _compiled(STATEMENT, statement.as_texts(), statement.made_on)


def _compiled(template: Path, given: Mapping[str, object], day: date) -> bytes:
    compiler = typst.Compiler(
        input=str(template),
        root=str(FOLDER),
        font_paths=_typefaces(),
        sys_inputs={"papers": json.dumps(given, ensure_ascii=False).translate(_NO_OVERRIDES)},
    )
    made = compiler.compile(
        format="pdf", timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC)
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


@cache
def _typefaces() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(FOLDER / "fonts")],
    )
