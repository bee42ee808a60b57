"""The day book: vouchers by day, newest first, with what they come to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from ledger.models import Company, Voucher
from ledger.periods import Period
from ledger.reports.sources import keys_of, only_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which vouchers to show; empty means all."""

    period: Period
    types: Collection[str] = ()
    flag: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ended: the day and id of its last voucher."""

    day: date
    id: int


@dataclass(frozen=True, slots=True)
class Page:
    """Vouchers of a page, and where the next one starts, if there is one."""

    vouchers: list[Voucher]
    next: Mark | None


@dataclass(frozen=True, slots=True)
class TypeSum:
    """What the vouchers of one type come to, in the company's currency; tax is all taxes."""

    type: str
    count: int
    taxable_value: Decimal
    tax: Decimal
    total: Decimal


def day_book(company: Company, chosen: Filter, *, after: Mark | None = None, size: int) -> Page:
    """A page of the day book. The mark makes late pages as cheap as the first."""
    vouchers = _chosen(company, chosen)
    if after:
        vouchers = vouchers.filter(date__lte=after.day).exclude(date=after.day, id__gte=after.id)
    rows = list(vouchers.order_by("-date", "-id")[: size + 1])
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], Mark(last.date, last.pk))


def sums(company: Company, chosen: Filter) -> list[TypeSum]:
    """What the chosen vouchers come to, by type; the same cost for a year as for a day."""
    condition, values = only_days(chosen.source)
    if chosen.types:
        condition += " AND day.type = ANY(%s)"
        values = [*values, list(chosen.types)]
    period = chosen.period
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS.format(condition=condition),
            [company.pk, chosen.flag, period.first, period.last, *values],
        )
        return [TypeSum(*row) for row in cursor.fetchall()]


# The database keeps the sums by day itself (migration 0004).
_SUMS = """
    SELECT type, sum(vouchers)::int, sum(taxable_value), sum(cgst + sgst + igst + other_tax),
        sum(total)
    FROM ledger_voucherday AS day
    WHERE day.company_id = %s AND day.flag = %s AND day.date BETWEEN %s AND %s{condition}
    GROUP BY type ORDER BY type
"""


def _chosen(company: Company, chosen: Filter) -> QuerySet[Voucher]:
    vouchers = Voucher.objects.filter(
        company=company, date__gte=chosen.period.first, date__lte=chosen.period.last
    )
    if chosen.types:
        vouchers = vouchers.filter(type__in=chosen.types)
    if chosen.flag:  # the index of flags leaves out vouchers without any
        vouchers = vouchers.exclude(flags=[]).filter(flags__contains=[chosen.flag])
    if chosen.source:
        vouchers = vouchers.filter(source_key__startswith=keys_of(chosen.source))
    return vouchers
