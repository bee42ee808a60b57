"""Voucher series as people set them up: prefixes, before the first number is used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from ledger.core.documents import VoucherType
from ledger.core.numbering import financial_year, financial_year_start, voucher_number
from ledger.models import BooksLock, Company, Series
from ledger.posting.numbers import PREFIXES, open_series

_PREFIX = re.compile(r"[A-Z0-9][A-Z0-9-]{0,3}")
Key = tuple[str, str]
"""A voucher type and a financial year."""


class UnfitPrefixError(Exception):
    """A series cannot have this prefix; the text says why, `key` which series."""

    def __init__(self, key: Key, why: str) -> None:
        super().__init__(why)
        self.key = key


@dataclass(frozen=True, slots=True)
class Line:
    """A series as a page shows it; one that is not open yet gets last year's prefix."""

    type: VoucherType
    year: str
    prefix: str
    next_ordinal: int = 1

    @property
    def key(self) -> Key:
        """Which series it is."""
        return self.type.value, self.year

    @property
    def name(self) -> str:
        """The series in a form: `sales:26-27`."""
        return ":".join(self.key)

    @property
    def next_number(self) -> str:
        """The number that the next voucher gets."""
        return voucher_number(self.prefix, self.year, self.next_ordinal)

    @property
    def is_used(self) -> bool:
        """Whether a number is taken, so that the prefix stays."""
        return self.next_ordinal > 1


def series_by_year(company: Company, today: date) -> dict[str, list[Line]]:
    """The series of each financial year, the coming one first: its prefixes can be set ahead."""
    rows = list(Series.objects.filter(company=company).order_by("id"))
    opened = {(row.type, row.financial_year): row for row in rows}
    last = {row.type: row.prefix for row in rows}
    years = {year for _, year in opened} | set(_now_and_next(company, today))
    return {
        year: [_line(opened.get((type_.value, year)), type_, year, last) for type_ in VoucherType]
        for year in sorted(years, reverse=True)
    }


@transaction.atomic
def change_prefixes(company: Company, wanted: Mapping[Key, str], *, today: date) -> None:
    """Give series other prefixes, all or none; a series that is not open yet is opened.

    :raises UnfitPrefixError: when one has another shape, is another type's, or its series is used.
    """
    # Under the company's lock, so that no number is taken meanwhile.
    BooksLock.objects.select_for_update(no_key=True).get(pk=company.pk)
    now = {line.key: line for line in _lines(company, today)}
    changed = {key: prefix for key, prefix in wanted.items() if now[key].prefix != prefix}
    taken = {(line.prefix, line.type.value) for line in now.values()} | {
        (prefix, key[0]) for key, prefix in changed.items()
    }
    for key, prefix in changed.items():
        _check(key, prefix, now[key], taken)
    with connection.cursor() as cursor:
        open_series(cursor, company.pk, list(changed))
    for (type_, year), prefix in changed.items():
        Series.objects.filter(company=company, type=type_, financial_year=year).update(
            prefix=prefix
        )


def _check(key: Key, prefix: str, line: Line, taken: set[tuple[str, str]]) -> None:
    if line.is_used:
        raise UnfitPrefixError(key, "A number of this series is used: its prefix stays.")
    if not _PREFIX.fullmatch(prefix):
        raise UnfitPrefixError(key, "One to four of A–Z, 0–9 and -, the first not a dash.")
    if any(prefix == other and type_ != key[0] for other, type_ in taken):
        # Even in another year: a year that is opened late takes the newest prefix of its type.
        raise UnfitPrefixError(key, f"{prefix} belongs to another type of voucher.")


def _lines(company: Company, today: date) -> list[Line]:
    return [line for lines in series_by_year(company, today).values() for line in lines]


def _line(row: Series | None, type_: VoucherType, year: str, last: Mapping[str, str]) -> Line:
    if row is not None:
        return Line(type_, year, row.prefix, row.next_ordinal)
    return Line(type_, year, last.get(type_.value, PREFIXES[type_]))


def _now_and_next(company: Company, today: date) -> tuple[str, str]:
    month = company.year_start_month
    begin = financial_year_start(today, month)
    return financial_year(today, month), financial_year(begin.replace(year=begin.year + 1), month)
