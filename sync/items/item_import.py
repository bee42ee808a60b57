"""Items from a CSV file: each row is judged first, and judged again when it is written.

The preview carries the file itself, so nothing of it is kept until it is applied.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from django.db import transaction
from django.db.models import F, Func, Max, TextField

from ledger import items, periods
from ledger.core.hsn import misfit
from ledger.core.spelling import spelling_key
from ledger.models import Company, Item, ItemRate, VoucherLine
from ledger.periods import written
from sync.core.csv_file import (
    SAMPLE,
    CsvReader,
    NoCsvError,
    delimiter_of,
    encoding_of,
    sample_lines,
)
from sync.core.item_sheet import LABELS, SheetItem, Value, columns_of, read_row
from sync.core.sku_sheet import RowKind

MOST_BYTES = 2**20
MOST_ROWS = 2000

_OF_RATE = ("rate", "since")


@dataclass(frozen=True, slots=True)
class Change:
    """A field of an item, before and after, as people write it."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """A row, and what would come of it. `item` is as it would be kept; None for an error."""

    row: SheetItem
    kind: RowKind
    reason: str = ""
    item: Item | None = None
    rate: tuple[Decimal, date] | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """All rows of a sheet, judged. `seal` changes with anything that would be written."""

    rows: Sequence[JudgedItem]

    def count(self, kind: RowKind) -> int:
        """How many rows are of a kind."""
        return sum(each.kind is kind for each in self.rows)

    @property
    def seal(self) -> str:
        """A digest of what would be written."""
        said = [(each.row.row, each.kind, each.reason, each.changes) for each in self.rows]
        return hashlib.sha256(repr(said).encode()).hexdigest()


class ChangedSinceError(Exception):
    """What would be written is no longer what was shown."""


def read(content: bytes) -> list[SheetItem]:
    """The rows of a file.

    :raises NoCsvError: when it is none, too large, or its columns are not clear.
    """
    if len(content) > MOST_BYTES:
        raise NoCsvError("The file has more than 1 MB: split it.")
    encoding = encoding_of([content])
    delimiter = delimiter_of(sample_lines(content[:SAMPLE], encoding))
    records = [
        record for record in CsvReader([content], encoding, delimiter) if not record.is_blank
    ]
    if not records:
        raise NoCsvError("The file is empty.")
    if len(records) > MOST_ROWS + 1:
        raise NoCsvError(f"The sheet has more than {MOST_ROWS:,} rows: split it.")
    columns = columns_of(records[0])
    return [read_row(record, columns) for record in islice(records, 1, None)]


def preview(company: Company, rows: Sequence[SheetItem], today: date) -> Preview:
    """What would come of each row; three queries, whatever their number."""
    known = _Known.of(company, [row.sku for row in rows if row.sku], today)
    seen: dict[str, int] = {}
    judged = []
    for row in rows:
        key = spelling_key(row.sku)
        if row.problem or key not in seen:
            judged.append(_judge(row, company, known))
        else:
            judged.append(_wrong(row, f"Row {seen[key]} speaks of the same item."))
        if key and not row.problem:
            seen.setdefault(key, row.row)
    return Preview(judged)


def apply(company: Company, rows: Sequence[SheetItem], today: date, seal: str) -> Preview:
    """Write the new and the changed items, all or none; errors are left out.

    :raises ChangedSinceError: when that is not what the seal stands for; nothing is written.
    :raises ledger.items.UnfitItemError: when the database refuses one.
    """
    with transaction.atomic():
        found = preview(company, rows, today)
        if found.seal != seal:
            raise ChangedSinceError
        kept = [each for each in found.rows if each.kind in (RowKind.NEW, RowKind.CHANGED)]
        written_items = [each.item for each in kept if each.item is not None]
        items.keep_many(
            new=[item for item in written_items if item._state.adding],  # noqa: SLF001 -- Django's
            changed=[item for item in written_items if not item._state.adding],  # noqa: SLF001
            rates=[(each.item, *each.rate) for each in kept if each.item and each.rate],
        )
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What the books know of the items that a sheet names, by spelling key."""

    items: Mapping[str, Item]
    posted: Mapping[int, date]
    today: date
    year_start: date

    @classmethod
    def of(cls, company: Company, skus: Iterable[str], today: date) -> "_Known":
        key = Func(F("sku"), function="ledger_spelling_key", output_field=TextField())
        named = Item.objects.filter(company=company).annotate(key=key)
        wanted = named.filter(key__in={spelling_key(sku) for sku in skus})
        found = {item.key: item for item in wanted.prefetch_related("rates").order_by("-sku")}
        lines = VoucherLine.objects.filter(item__in=list(found.values()))
        posted = dict(lines.values_list("item").annotate(Max("voucher__date")))
        return cls(found, posted, today, periods.year_of(today, company.year_start_month).first)


def _wrong(row: SheetItem, reason: str) -> JudgedItem:
    return JudgedItem(row, RowKind.ERROR, reason)


def _judge(row: SheetItem, company: Company, known: _Known) -> JudgedItem:
    if row.problem:
        return _wrong(row, row.problem)
    item = known.items.get(spelling_key(row.sku))
    if item is None:
        return _judge_new(row, company, known)
    if item.sku != row.sku:
        return _wrong(row, f"An item has the SKU “{item.sku}”, which differs in spelling alone.")
    return _judge_known(row, item, known)


def _judge_new(row: SheetItem, company: Company, known: _Known) -> JudgedItem:
    facts = {name: value for name, value in row.values.items() if name not in _OF_RATE}
    if "name" not in facts:
        return _wrong(row, "A new item needs a name.")
    item = Item(company=company, **facts)
    problem = misfit(item.hsn, is_service=item.is_service)
    if not problem and "since" in row.values and "rate" not in row.values:
        problem = "A day is given, and no rate."
    if problem:
        return _wrong(row, problem)
    rate = row.values.get("rate")
    since = row.values.get("since", known.year_start)
    given = (rate, since) if isinstance(rate, Decimal) and isinstance(since, date) else None
    return JudgedItem(row, RowKind.NEW, "", item, given, _rate_change("", given))


def _judge_known(row: SheetItem, item: Item, known: _Known) -> JudgedItem:
    changes = _set(item, row.values)
    problem = misfit(item.hsn, is_service=item.is_service)
    if not problem and item.pk in known.posted and "Taxability" in {c.label for c in changes}:
        problem = "The item is posted: its taxability stays."
    rate, wrong_rate = _rate_of(row.values, item, known)
    if problem or wrong_rate:
        return _wrong(row, problem or wrong_rate)
    old = next((f"{r.rate.normalize():f} %" for r in item.rates.all()), "")
    changes = (*changes, *_rate_change(old, rate))
    if not changes:
        return JudgedItem(row, RowKind.UNCHANGED, "Nothing differs.", item)
    return JudgedItem(row, RowKind.CHANGED, "", item, rate, changes)


def _set(item: Item, values: Mapping[str, Value]) -> tuple[Change, ...]:
    """Give the item what a row says; what that changes."""
    changes = []
    for name, new in values.items():
        if name in _OF_RATE:
            continue
        old = getattr(item, name)
        if old != new:
            setattr(item, name, new)
            changes.append(Change(LABELS[name], _as_text(old), _as_text(new)))
    return tuple(changes)


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _rate_of(
    values: Mapping[str, Value], item: Item, known: _Known
) -> tuple[tuple[Decimal, date] | None, str]:
    """The rate that a row adds, if it adds one; and what is wrong with it."""
    rate, since = values.get("rate"), values.get("since")
    if not isinstance(rate, Decimal):
        return None, "A day is given, and no rate." if since else ""
    rows: list[ItemRate] = list(item.rates.all())
    if not isinstance(since, date):
        now = next((row.rate for row in rows if row.valid_from <= known.today), None)
        return None, "" if now == rate else "From which day on? Fill in “Rate since”."
    if any(row.valid_from == since and row.rate == rate for row in rows):
        return None, ""
    last = known.posted.get(item.pk)
    if last and last >= since:
        return None, f"It is posted up to {written(last)}, and what is posted keeps its rate."
    return (rate, since), ""


def _rate_change(old: str, given: tuple[Decimal, date] | None) -> tuple[Change, ...]:
    if given is None:
        return ()
    rate, since = given
    return (Change(LABELS["rate"], old, f"{rate.normalize():f} % from {written(since)}"),)
