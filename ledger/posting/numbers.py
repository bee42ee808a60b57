"""Numbers from a company's series, without a gap."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count

from django.db.backends.utils import CursorWrapper

from ledger.core.documents import VoucherType
from ledger.core.numbering import financial_year, voucher_number
from ledger.models import Company

PREFIXES = {
    VoucherType.SALES: "INV",
    VoucherType.CREDIT_NOTE: "CN",
    VoucherType.DEBIT_NOTE: "DN",
    VoucherType.RECEIPT: "RCT",
    VoucherType.PAYMENT: "PAY",
    VoucherType.JOURNAL: "JV",
}
Series = tuple[str, str]
"""A voucher type and a financial year."""


def take_numbers(
    cursor: CursorWrapper, company: Company, wanted: Sequence[tuple[VoucherType, date]]
) -> list[tuple[str, str]]:
    """Financial year and number for each type and voucher date, in order, without a gap."""
    month = company.year_start_month
    series = [(type_.value, financial_year(day, month)) for type_, day in wanted]
    counts = Counter(series)
    taken = _take(cursor, company.pk, counts)
    if len(taken) < len(counts):
        open_series(cursor, company.pk, [one for one in counts if one not in taken])
        taken |= _take(cursor, company.pk, {one: counts[one] for one in counts.keys() - taken})
    return [(year, next(taken[type_, year])) for type_, year in series]


def open_series(cursor: CursorWrapper, company_id: int, series: Sequence[Series]) -> None:
    """Open series that are missing; a new year goes on with the prefix of the year before."""
    cursor.executemany(
        """
        INSERT INTO ledger_series (company_id, type, financial_year, prefix, next_ordinal)
        VALUES (%(company)s, %(type)s, %(year)s, coalesce(
            (SELECT prefix FROM ledger_series WHERE company_id = %(company)s AND type = %(type)s
                ORDER BY id DESC LIMIT 1), %(prefix)s), 1)
        ON CONFLICT (company_id, type, financial_year) DO NOTHING
        """,
        [
            {
                "company": company_id,
                "type": type_,
                "year": year,
                "prefix": PREFIXES[VoucherType(type_)],
            }
            for type_, year in sorted(series)
        ],
    )


def _take(
    cursor: CursorWrapper, company_id: int, counts: dict[Series, int]
) -> dict[Series, Iterator[str]]:
    """Move series on by a count each; an endless supply of numbers from where each stood."""
    cursor.execute(
        """
        UPDATE ledger_series SET next_ordinal = next_ordinal + wanted.count
        FROM unnest(%s::text[], %s::text[], %s::int[]) AS wanted (type, financial_year, count)
        WHERE ledger_series.company_id = %s
            AND ledger_series.type = wanted.type
            AND ledger_series.financial_year = wanted.financial_year
        RETURNING ledger_series.type, ledger_series.financial_year, prefix,
            next_ordinal - wanted.count
        """,
        [
            [type_ for type_, _ in counts],
            [year for _, year in counts],
            list(counts.values()),
            company_id,
        ],
    )
    return {
        (type_, year): _numbers(prefix, year, first)
        for type_, year, prefix, first in cursor.fetchall()
    }


def _numbers(prefix: str, year: str, first: int) -> Iterator[str]:
    return (voucher_number(prefix, year, ordinal) for ordinal in count(first))
