"""Voucher numbers: a series per type and financial year, at most 16 characters (rule 46(b))."""

from datetime import date

MAX_NUMBER_LENGTH = 16


def financial_year(day: date, start_month: int) -> str:
    """The financial year a day belongs to: `26-27` for April to March, `26` for a calendar year."""
    first = day.year if day.month >= start_month else day.year - 1
    if start_month == 1:
        return f"{first % 100:02}"
    return f"{first % 100:02}-{(first + 1) % 100:02}"


def financial_year_start(day: date, start_month: int) -> date:
    """The first day of the financial year that `day` belongs to."""
    year = day.year if day.month >= start_month else day.year - 1
    return date(year, start_month, 1)


def voucher_number(prefix: str, year: str, ordinal: int) -> str:
    """`INV/26-27/00042`.

    :raises ValueError: when the number would exceed what a tax invoice may carry.
    """
    number = f"{prefix}/{year}/{ordinal:05}"
    if len(number) > MAX_NUMBER_LENGTH:
        raise ValueError(f"{number} is longer than {MAX_NUMBER_LENGTH} characters")
    return number


def last_day_for_tax_note(sale_date: date) -> date:
    """The last day on which a credit note may still reduce tax (s.34(2) CGST).

    30 November following the end of the financial year, April to March, of the sale.
    """
    year_end = sale_date.year + 1 if sale_date.month >= 4 else sale_date.year
    return date(year_end, 11, 30)
