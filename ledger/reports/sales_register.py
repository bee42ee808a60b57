"""The sales register: sales and notes, oldest first, with taxable value by rate and tax by head.

Amounts of credit notes are above zero in a row; the sums (`supply_sums`) take them off.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from ledger.core.documents import SUPPLIES
from ledger.models import Company, Voucher, VoucherLine
from ledger.reports.day_book import Mark
from ledger.reports.sources import keys_of
from ledger.reports.supplies import Amounts, Part, Rate, Wanted, of_days

_COLUMNS = {"CGST": 0, "SGST": 1, "UTGST": 1, "IGST": 2}
_AFTER_ALL = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Row:
    """A voucher with its amounts, or with those of the lines that are wanted."""

    voucher: Voucher
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, oldest first, and where the next page begins."""

    rows: list[Row]
    next: Mark | None


def sales_register(
    company: Company, wanted: Wanted, *, after: Mark | None = None, size: int
) -> Page:
    """A page of the register; a fixed number of queries, and the same cost on every page."""
    vouchers, last_day = _vouchers(company, wanted), wanted.period.last
    start = after or Mark(wanted.period.first, 0)
    if wanted.part:
        last_day = _enough_days(company, wanted, start.day, size)
        vouchers = vouchers.filter(date__lte=last_day)
    vouchers = vouchers.filter(date__gte=start.day).exclude(date=start.day, id__lte=start.id)
    found = list(vouchers.order_by("date", "id")[: size + 1])
    shown = found[:size]
    return Page(_rows(shown, wanted.part), _next(found, size, last_day, wanted.period.last))


def _next(found: Sequence[Voucher], size: int, read_until: date, last: date) -> Mark | None:
    if len(found) > size:
        return Mark(found[size - 1].date, found[size - 1].pk)
    return Mark(read_until, _AFTER_ALL) if read_until < last else None


def _vouchers(company: Company, wanted: Wanted) -> QuerySet[Voucher]:
    period = wanted.period
    vouchers = Voucher.objects.filter(
        company=company, date__gte=period.first, date__lte=period.last, type__in=SUPPLIES
    )
    if wanted.types:
        vouchers = vouchers.filter(type__in=wanted.types)
    if wanted.source:
        vouchers = vouchers.filter(source_key__startswith=keys_of(wanted.source))
    if wanted.is_registered is not None:
        vouchers = vouchers.filter(buyer_gstin__isnull=not wanted.is_registered)
    if wanted.part:
        vouchers = vouchers.filter(pk__in=_lines_of(wanted.part).values("voucher"))
    return vouchers


def _lines_of(part: Part) -> QuerySet[VoucherLine]:
    lines = VoucherLine.objects.all()
    if part.hsn is not None:
        lines = lines.filter(hsn=part.hsn) if part.hsn else lines.filter(hsn__isnull=True)
    if part.rate:
        lines = lines.filter(taxability=part.rate.taxability, rate=part.rate.rate)
        lines = lines.exclude(tax_names=[]) if part.rate.is_taxed else lines.filter(tax_names=[])
    if part.kind:
        lines = lines.filter(kind=part.kind)
    return lines


def _rows(vouchers: Sequence[Voucher], part: Part | None) -> list[Row]:
    lines = (_lines_of(part) if part else VoucherLine.objects.all()).filter(voucher__in=vouchers)
    amounts: defaultdict[int, Amounts] = defaultdict(Amounts)
    for voucher, taxability, rate, value, names, taxes in lines.values_list(
        "voucher", "taxability", "rate", "taxable_value", "tax_names", "taxes"
    ):
        own = amounts[voucher]
        own.values[Rate(taxability, rate, bool(names))] += value
        for name, tax in zip(names, taxes, strict=True):
            own.taxes[_COLUMNS.get(name, 3)] += tax
    if not part:
        for each in vouchers:
            amounts[each.pk].round_off = Decimal(each.round_off)
    return [Row(voucher, amounts[voucher.pk]) for voucher in vouchers]


def _enough_days(company: Company, wanted: Wanted, first: date, size: int) -> date:
    """The day until which there are lines enough for a page: no voucher beyond it is looked at."""
    condition, values = of_days(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_ENOUGH.format(condition=condition), [company.pk, *values, first, size])
        (found,) = cursor.fetchone()
    return found or wanted.period.last


_ENOUGH = """
    SELECT min(date) FROM (
        SELECT day.date, sum(sum(day.lines)) OVER (ORDER BY day.date) AS lines
        FROM ledger_supplyday AS day
        WHERE day.company_id = %s{condition} AND day.date > %s GROUP BY day.date
    ) AS so_far WHERE lines > %s
"""
