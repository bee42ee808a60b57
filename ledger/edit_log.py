"""The edit log, read: lines by filter, page by page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from ledger.edit_words import Line, in_words, kind_of, table_of
from ledger.models import Company, Edit, User
from ledger.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class EditFilter:
    """Which lines; each empty field means all. `record` is `table/id`."""

    table: str = ""
    action: str = ""
    user_id: int | None = None
    record: str = ""
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, newest first, and the id below which the next page goes on."""

    lines: list[Line]
    older: int | None


def page(company: Company, wanted: EditFilter, *, before: int | None = None, size: int) -> Page:
    """A page of the log: one query, and one for each kind of row that it names."""
    found = _chosen(company, wanted)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.select_related("user").order_by("-id")[: size + 1])
    return Page(in_words(rows[:size]), rows[size - 1].pk if len(rows) > size else None)


def all_lines(company: Company, wanted: EditFilter, *, size: int = 1000) -> Iterator[Line]:
    """Every line, newest first; memory stays flat."""
    part = page(company, wanted, size=size)
    yield from part.lines
    while part.older is not None:
        part = page(company, wanted, before=part.older, size=size)
        yield from part.lines


def edits_of(row: Model) -> QuerySet[Edit]:
    """The edits of one record of a company, newest first."""
    company_id: int = row.pk if isinstance(row, Company) else row.company_id  # type: ignore[attr-defined]
    found = Edit.objects.filter(company_id=company_id, record=record_of(row))
    return found.select_related("user").order_by("-id")


def edits_of_any(company: Company, records: Iterable[str]) -> QuerySet[Edit]:
    """The edits of several records of a company, each as `record_of` names it, newest first."""
    found = Edit.objects.filter(company=company, record__in=list(records))
    return found.select_related("user").order_by("-id")


def record_of(row: Model) -> str:
    """The record that a row is, as the log names it."""
    return f"{table_of(type(row))}/{row.pk}"


def people_of(company: Company) -> list[User]:
    """Everybody who stands in the company's log, and its members."""
    own = Edit.objects.filter(company=company, user=OuterRef("pk"))
    wanted = Q(Exists(own)) | Q(memberships__company=company)
    return list(User.objects.filter(wanted).distinct().order_by("email"))


def kinds() -> dict[str, str]:
    """The tables whose changes are logged, and what their rows are called, in that order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname = 'edits_are_logged'"
        )
        named = {table: kind_of(table) for (table,) in cursor.fetchall()}
    return dict(sorted(named.items(), key=lambda each: each[1]))


def _chosen(company: Company, wanted: EditFilter) -> QuerySet[Edit]:
    exact = {
        "table": wanted.table,
        "action": wanted.action,
        "user": wanted.user_id,
        "record": wanted.record,
    }
    found = Edit.objects.filter(
        company=company, **{name: value for name, value in exact.items() if value}
    )
    if wanted.period is None:
        return found
    zone = ZoneInfo(company.timezone)
    first = datetime.combine(wanted.period.first, time(), zone)
    after = datetime.combine(wanted.period.last + timedelta(days=1), time(), zone)
    return found.filter(at__gte=first, at__lt=after)
