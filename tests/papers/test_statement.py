"""Statements: whatever anything is called is printed as text; tables go on with their heads."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from ledger.papers.statement import Column, Statement, Table
from ledger.papers.typesetting import statement_pdf
from tests.papers.stage import plain_text_of
from tests.papers.test_hostile_names import HOSTILE, SCRIPTS

COLUMNS = (Column("Order", 60), Column("Reason"), Column("Store", 70, is_figure=True))


def a_statement(name: str = "Asha Traders", *, rows: int = 2) -> Statement:
    return Statement(
        title="Completeness certificate",
        company=name,
        company_lines=[name],
        facts=[("Store", name), ("Begun", "26 Nov 2026, 22:55")],
        verdict=name,
        tone="good",
        figures=[("Difference", "0.00")],
        tables=[
            Table(
                "To look at",
                COLUMNS,
                [(f"#{n}", name, "1,180.00") for n in range(rows)],
                ("All", "", "2,360.00"),
                note=name,
            )
        ],
        footer=name,
        made_on=date(2026, 11, 26),
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_and_nothing_else(name: str) -> None:
    pdf = statement_pdf(a_statement(name))
    text = plain_text_of(pdf)
    assert "2,360.00" in text
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    printable = "".join(letter for letter in name if letter.isascii())[:60]
    assert "".join(printable.split()) in "".join(text.split())


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_of_india_is_set(name: str) -> None:
    assert "2,360.00" in plain_text_of(statement_pdf(a_statement(name)))


def test_a_long_table_goes_on_with_its_head_and_the_pages_are_counted() -> None:
    pages = PdfReader(BytesIO(statement_pdf(a_statement(rows=200)))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert "Reason" in text
    assert "2,360.00" in pages[-1].extract_text()


def test_the_same_statement_is_the_same_to_the_byte() -> None:
    assert statement_pdf(a_statement()) == statement_pdf(a_statement())
