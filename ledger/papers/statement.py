"""A statement on paper: facts, a verdict, and tables of texts. Any report can be one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head; `width` in points, None takes what is left. Figures stand on the right."""

    head: str
    width: int | None = None
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under a heading; `foot` is the row of totals. `note` stands below it."""

    heading: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    foot: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """All that is set. `tone` of the verdict is good, warn or bad; `made_on` is the PDF's date."""

    title: str
    company: str
    company_lines: Sequence[str]
    facts: Sequence[tuple[str, str]]
    verdict: str
    tone: str
    figures: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    footer: str
    made_on: date
    mark: str = ""

    def as_texts(self) -> dict[str, Any]:
        """As the template takes it."""
        return {
            "title": self.title,
            "company": self.company,
            "company_lines": list(self.company_lines),
            "facts": [list(fact) for fact in self.facts],
            "verdict": self.verdict,
            "tone": self.tone,
            "figures": [list(each) for each in self.figures],
            "tables": [_table(each) for each in self.tables],
            "footer": self.footer,
            "mark": self.mark,
        }


def _table(table: Table) -> dict[str, Any]:
    columns = [
        {"head": each.head, "width": each.width or 0, "is_figure": each.is_figure}
        for each in table.columns
    ]
    return {
        "heading": table.heading,
        "columns": columns,
        "rows": [list(row) for row in table.rows],
        "foot": list(table.foot),
        "note": table.note,
    }
