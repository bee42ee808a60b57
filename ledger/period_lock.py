"""Closing and reopening a period of the books."""

from datetime import date

from django.db import transaction

from ledger.models import BooksLock, Company


def locked_until(company: Company) -> date | None:
    """The last day of the locked period, None while all is open."""
    return BooksLock.objects.values_list("locked_until", flat=True).get(pk=company.pk)


@transaction.atomic
def lock_until(company: Company, day: date | None, *, reason: str) -> None:
    """Close the books up to a day, included, or open them all (None).

    Waits for postings under way; later ones take their dates after the day.
    """
    lock = BooksLock.objects.select_for_update(no_key=True).get(pk=company.pk)
    lock.locked_until = day
    lock.reason = reason
    lock.save(update_fields=("locked_until", "reason"))
