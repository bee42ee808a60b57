"""The sums of a sales register, by rate and by HSN; credit notes are taken off.

They are added up from what the database keeps by day (migration 0004), so a year costs hardly more
than a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from ledger.core.documents import VoucherType
from ledger.models import Company
from ledger.reports.supplies import Amounts, Rate, Wanted, of_days

TYPES = (VoucherType.SALES, VoucherType.DEBIT_NOTE, VoucherType.CREDIT_NOTE)


@dataclass(slots=True)
class TypeTotal:
    """What the vouchers of one type come to; their number is unknown where lines are wanted."""

    type: str
    vouchers: int | None = None
    lines: int = 0
    amounts: Amounts = field(default_factory=Amounts)


@dataclass(frozen=True, slots=True)
class HsnSum:
    """What was supplied of one HSN at one rate, credit notes taken off. Empty HSN: without one."""

    kind: str
    hsn: str
    rate: Rate
    quantity: Decimal
    taxable_value: Decimal
    cgst: Decimal
    sgst: Decimal
    igst: Decimal
    other_tax: Decimal

    @property
    def total(self) -> Decimal:
        """Value and taxes."""
        return self.taxable_value + self.cgst + self.sgst + self.igst + self.other_tax


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a register: by type, and all together with credit notes taken off."""

    by_type: Sequence[TypeTotal]
    net: Amounts

    @property
    def rates(self) -> list[Rate]:
        """The rates that occur: taxed ones first, by rate."""
        found = {rate for each in self.by_type for rate in each.amounts.values}
        return sorted(found, key=lambda rate: (rate.taxability != "taxable", rate))


def totals(company: Company, wanted: Wanted) -> Totals:
    """The sums of the whole register; two queries."""
    by_type = {type_.value: TypeTotal(type_.value) for type_ in TYPES}
    for type_, taxability, rate, is_taxed, lines, value, *taxes in _days(company, wanted, _BY_RATE):
        own = by_type[type_]
        own.lines += lines
        own.amounts.values[Rate(taxability, rate, is_taxed)] += value
        own.amounts.taxes = [m + tax for m, tax in zip(own.amounts.taxes, taxes, strict=True)]
    if not wanted.part:
        for type_, count, round_off in _days(company, wanted, _BY_TYPE):
            by_type[type_].vouchers = count
            by_type[type_].amounts.round_off = round_off
    net = Amounts()
    for each in by_type.values():
        net.add(each.amounts, -1 if each.type == VoucherType.CREDIT_NOTE else 1)
    return Totals([each for each in by_type.values() if each.lines], net)


def hsn_summary(company: Company, wanted: Wanted) -> list[HsnSum]:
    """What was supplied by HSN and rate, products first; one query."""
    return [
        HsnSum(kind, hsn, Rate(taxability, rate, is_taxed), *amounts)
        for kind, hsn, taxability, rate, is_taxed, *amounts in _days(company, wanted, _BY_HSN)
    ]


def _days(company: Company, wanted: Wanted, query: str) -> list[tuple[Any, ...]]:
    condition, values = of_days(wanted)
    with connection.cursor() as cursor:
        cursor.execute(query.format(condition=condition), [company.pk, *values])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


_BY_RATE = """
    SELECT day.type, day.taxability, day.rate, day.is_taxed, sum(day.lines)::int,
        sum(day.taxable_value), sum(day.cgst), sum(day.sgst), sum(day.igst), sum(day.other_tax)
    FROM ledger_supplyday AS day WHERE day.company_id = %s{condition}
    GROUP BY day.type, day.taxability, day.rate, day.is_taxed
"""
_BY_TYPE = """
    SELECT day.type, sum(day.vouchers)::int, sum(day.round_off)
    FROM ledger_voucherday AS day WHERE day.company_id = %s AND day.flag = ''{condition}
    GROUP BY day.type
"""
_BY_HSN = """
    SELECT day.kind, day.hsn, day.taxability, day.rate, day.is_taxed,
        sum(sign.of * day.quantity),
        sum(sign.of * day.taxable_value), sum(sign.of * day.cgst), sum(sign.of * day.sgst),
        sum(sign.of * day.igst), sum(sign.of * day.other_tax)
    FROM ledger_supplyday AS day
        CROSS JOIN LATERAL (SELECT CASE day.type WHEN 'credit_note' THEN -1 ELSE 1 END) AS sign (of)
    WHERE day.company_id = %s{condition}
    GROUP BY day.kind, day.hsn, day.taxability, day.rate, day.is_taxed
    ORDER BY day.kind = 'product' DESC, day.hsn = '', day.hsn, day.kind, day.taxability, day.rate,
        day.is_taxed
"""
