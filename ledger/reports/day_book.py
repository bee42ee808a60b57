"""The day book: vouchers by day, newest first, with what they come to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, QuerySet, Sum

from ledger.models import Company, Voucher
from ledger.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which vouchers to show; empty means all. `source` is the start of their source keys."""

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
    """What the chosen vouchers come to, by type."""
    rows = (
        _chosen(company, chosen)
        .order_by("type")
        .values("type")
        .annotate(
            vouchers=Count("id"),
            value=Sum("taxable_value"),
            tax=Sum(F("cgst") + F("sgst") + F("igst") + F("other_tax")),
            amount=Sum("total"),
        )
        .values_list("type", "vouchers", "value", "tax", "amount")
    )
    return [TypeSum(*row) for row in rows]


def _chosen(company: Company, chosen: Filter) -> QuerySet[Voucher]:
    vouchers = Voucher.objects.filter(
        company=company, date__gte=chosen.period.first, date__lte=chosen.period.last
    )
    if chosen.types:
        vouchers = vouchers.filter(type__in=chosen.types)
    if chosen.flag:
        vouchers = vouchers.filter(flags__contains=[chosen.flag])
    if chosen.source:
        vouchers = vouchers.filter(source_key__startswith=chosen.source)
    return vouchers
