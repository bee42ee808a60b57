"""Posted rows are written by `ledger.posting` alone; their ties to orders by `booking.saving`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import PROJECT

WRITERS = {
    "Voucher": "ledger/posting/",
    "VoucherLine": "ledger/posting/",
    "VoucherTax": "ledger/posting/",
    "Entry": "ledger/posting/",
    "OrderDocument": "sync/booking/saving.py",
}
WRITES = {
    "abulk_create", "acreate", "adelete", "aupdate", "bulk_create", "bulk_update", "create",
    "delete", "get_or_create", "raw", "update", "update_or_create",
}  # fmt: skip
TABLES = "ledger_voucher|ledger_voucherline|ledger_vouchertax|ledger_entry|sync_orderdocument"
WRITING_SQL = re.compile(
    rf'\b(insert\s+into|update|delete\s+from|truncate|copy|merge\s+into)\s+"?({TABLES})"?\b',
    re.IGNORECASE,
)
SOURCES = [
    path
    for app in ("config", "connections", "ledger", "sync")
    for path in sorted((PROJECT / app).rglob("*.py"))
    if "migrations" not in path.parts
]


def writes(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the model (or "SQL") and the line of everything that would write a posted row."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if model := _written(node.func):
                yield model, node.lineno
        elif isinstance(node, ast.Constant) and WRITING_SQL.search(str(node.value)):
            yield "SQL", node.lineno


def _written(called: ast.expr) -> str | None:
    """Return the model in `Model.objects.….write`, however long the chain."""
    if not isinstance(called, ast.Attribute) or called.attr not in WRITES:
        return None
    names = {part.id for part in ast.walk(called) if isinstance(part, ast.Name)}
    has_manager = any(
        isinstance(part, ast.Attribute) and part.attr == "objects" for part in ast.walk(called)
    )
    return next(iter(names & set(WRITERS)), None) if has_manager else None


def may_write(path: Path, model: str) -> bool:
    allowed = set(WRITERS.values()) if model == "SQL" else {WRITERS[model]}
    return path.relative_to(PROJECT).as_posix().startswith(tuple(allowed))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_nothing_else_writes_posted_rows(path: Path) -> None:
    found = list(writes(ast.parse(path.read_text())))
    assert [(model, line) for model, line in found if not may_write(path, model)] == []


@pytest.mark.parametrize(
    "code",
    [
        "Voucher.objects.create(number='1')",
        "Voucher.objects.filter(pk=1).exclude(pk=2).update(number='1')",
        "VoucherLine.objects.bulk_create(rows)",
        "cursor.execute('UPDATE ledger_voucher SET number = 1')",
        "cursor.copy('COPY ledger_entry (id) FROM STDIN')",
        "cursor.execute('delete from \"ledger_vouchertax\"')",
    ],
)
def test_the_test_sees_what_it_should(code: str) -> None:
    assert list(writes(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "Voucher.objects.filter(pk=1)",
        "Draft.objects.filter(pk=1).delete()",
        "cursor.execute('SELECT * FROM ledger_voucher FOR UPDATE')",
        "entries.update({1: Entry})",
    ],
)
def test_the_test_leaves_reading_alone(code: str) -> None:
    assert not list(writes(ast.parse(code)))
