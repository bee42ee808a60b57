"""Lines of the edit log in words: what a row is called, and each change from → to.

Names of tables, columns and choices come from the models: a table of another app, or a column
that comes later, is in words without a line here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model
from django.utils.text import capfirst

from ledger.models import BooksLock, Company, Edit, User
from ledger.periods import written

Fields = Mapping[str, "Field[Any, Any]"]
"""A table's fields by column."""
Names = Mapping[tuple[type[Model], str], str]
"""What rows are called, by model and id."""

NOTHING = "—"
_LETTERS = frozenset({"gstin", "sku", "url"})
"""Words that are spelled in capitals."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a row, before and after; `NOTHING` stands for no value."""

    field: str
    old: str
    new: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log in words. `name` is empty where a company has only one of the kind."""

    edit: Edit
    kind: str
    name: str
    who: str
    changes: Sequence[Change]

    @property
    def is_of_a_part(self) -> bool:
        """Whether it is about a row that belongs to a record: a rate of an item."""
        return self.edit.record != f"{self.edit.table}/{self.edit.row_id}"


def in_words(rows: Sequence[Edit]) -> list[Line]:
    """Lines in words; the names of all rows they are about are looked up by kind."""
    names = _names(rows)
    return [
        Line(row, kind_of(row.table), _name(row, names), who_acted(row), _changes(row, names))
        for row in rows
    ]


def kind_of(table: str) -> str:
    """`Item` for `ledger_item`."""
    model = _models().get(table)
    return capfirst(str(model._meta.verbose_name)) if model else table  # noqa: SLF001


def table_of(model: type[Model]) -> str:
    """The table of a model."""
    return str(model._meta.db_table)  # noqa: SLF001


def who_acted(row: Edit) -> str:
    """The person, or the program where nobody had logged in."""
    return str(row.user) if row.user else program_in_words(row.via)


def program_in_words(via: str) -> str:
    """A way in, in words: `the worker`, `command rotate_keys`, `psql`."""
    name = via.removeprefix("counterfoil ")
    if name in _WAYS_IN:
        return _WAYS_IN[name]
    return f"command {name}" if name != via else via or "an unknown program"


_WAYS_IN = {
    "worker": "the worker",
    "web": "the web server",
    "api": "a program without log-in",
    "page": "a page without log-in",
    "counterfoil": "a program of Counterfoil’s",
}


@cache
def _models() -> dict[str, type[Model]]:
    return {table_of(model): model for model in apps.get_models()}


# What rows are called -------------------------------------------------------------------


def _names(rows: Iterable[Edit]) -> Names:
    """What the rows that are named in the log are called now; one query for each kind."""
    wanted: dict[type[Model], set[str]] = defaultdict(set)
    for row in rows:
        for model, row_id in _named(row):
            wanted[model].add(row_id)
    return {
        (model, str(instance.pk)): str(instance)
        for model, ids in wanted.items()
        for instance in model._base_manager.select_related().filter(pk__in=ids)  # noqa: SLF001
    }


def _named(row: Edit) -> Iterator[tuple[type[Model], str]]:
    """The rows that a line is about, or points to."""
    table, _, record_id = row.record.partition("/")
    models = _models()
    if table in models:
        yield models[table], record_id
    fields = _fields(row.table)
    for column, value in [*row.old.items(), *row.new.items()]:
        target = _target(fields.get(column))
        if target:
            yield target, str(value)


def _target(field: "Field[Any, Any] | None") -> type[Model] | None:
    """The model that a field points to, if it does."""
    target: Any = field.remote_field.model if isinstance(field, ForeignKey) else None
    return target  # type: ignore[no-any-return]


def _name(row: Edit, names: Names) -> str:
    """The record's present name, or what it was called when it was removed."""
    table, _, record_id = row.record.partition("/")
    model = _models().get(table)
    if model is None or issubclass(model, Company | BooksLock):
        return ""
    return names.get((model, record_id)) or _last_name(row, names)


def _last_name(row: Edit, names: Names) -> str:
    """What a row that is gone was called: by itself, or by whom it was about."""
    held = row.old or row.new
    own = held.get("name") or held.get("sku") or held.get("prefix")
    person = names.get((User, str(held.get("user_id"))))
    return str(own or person or row.record.partition("/")[2])


# What changed ------------------------------------------------------------------------


def _changes(row: Edit, names: Names) -> list[Change]:
    fields = _fields(row.table)
    found: list[Change] = []
    for column in dict.fromkeys([*fields, *row.old, *row.new]):
        if column in row.old or column in row.new:
            label, old, new = _label(column, fields), row.old.get(column), row.new.get(column)
            field = fields.get(column)
            plain = Change(label, _value(old, field, names), _value(new, field, names))
            found += _entries(label, old, new) or [plain]
    hidden = [_label(column, fields) for column in row.hidden]
    return found + [Change(label, NOTHING, NOTHING, is_hidden=True) for label in hidden]


def _entries(label: str, old: Any, new: Any) -> list[Change]:
    """Of a mapping only the entries that changed, each by its own name."""
    if not (isinstance(old or {}, dict) and isinstance(new or {}, dict)):
        return []
    before, after = old or {}, new or {}
    return [
        Change(f"{label} · {key}", _text(before.get(key)), _text(after.get(key)))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]


def _fields(table: str) -> Fields:
    model = _models().get(table)
    found = model._meta.concrete_fields if model else ()  # noqa: SLF001
    return {field.column: field for field in found if field.column}


def _label(column: str, fields: Fields) -> str:
    field = fields.get(column)
    words = str(field.verbose_name) if field else column.replace("_", " ")
    spelled = (word.upper() if word in _LETTERS else word for word in words.split())
    return capfirst(" ".join(spelled))


def _value(value: Any, field: "Field[Any, Any] | None", names: Names) -> str:
    """A value as people read it: a choice by its label, a row by its name."""
    target = _target(field)
    if target and value is not None:
        return names.get((target, str(value)), str(value))
    labels = {choice: str(label) for choice, label in field.flatchoices} if field else {}
    return labels.get(value) or _text(value) if isinstance(value, str) else _text(value)


def _text(value: Any) -> str:
    match value:
        case None | "":
            return NOTHING
        case bool():
            return "Yes" if value else "No"
        case list():
            return ", ".join(map(_text, value)) or NOTHING
        case Decimal():
            return f"{value.normalize():f}"
        case str():
            return _day(value)
    return str(value)


def _day(text: str) -> str:
    """`21 Nov 2026` for a day in JSON; any other text is left as it is."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-21") else None
    except ValueError:
        day = None
    return written(day) if day else text
