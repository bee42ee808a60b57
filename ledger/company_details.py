"""What a company says of itself, and which of it its books have fixed."""

from datetime import date

from django.db import IntegrityError, transaction

from ledger.core.numbering import financial_year
from ledger.models import Company, Series, Voucher

FIXED_BY_BOOKS = ("state", "currency", "timezone", "year_start_month")
"""What cannot change once a voucher stands. The country is fixed from the start: the chart of
accounts was made for it."""
_RULE = "company_stays_where_its_books_are"


class BooksStandError(Exception):
    """A voucher was posted meanwhile, and the company can move no more."""


def has_vouchers(company: Company) -> bool:
    """Whether anything is posted: from then on `FIXED_BY_BOOKS` stays."""
    return Voucher.objects.filter(company=company).exists()


def save(company: Company, *, today: date) -> None:
    """Save changed details; another beginning of the financial year renames unused series.

    :raises BooksStandError: when a voucher was posted meanwhile.
    """
    before = Company.objects.get(pk=company.pk)
    try:
        with transaction.atomic():
            company.save()
            if company.year_start_month != before.year_start_month:
                _reopen_series(company, today)
    except IntegrityError as error:
        if _RULE not in str(error):
            raise
        raise BooksStandError("A voucher was posted meanwhile: look again.") from None


def _reopen_series(company: Company, today: date) -> None:
    """Series are named by their financial year; without vouchers none of them is used."""
    prefixes = dict(Series.objects.filter(company=company).values_list("type", "prefix"))
    Series.objects.filter(company=company).delete()
    year = financial_year(today, company.year_start_month)
    Series.objects.bulk_create(
        Series(company=company, type=type_, financial_year=year, prefix=prefix)
        for type_, prefix in prefixes.items()
    )
