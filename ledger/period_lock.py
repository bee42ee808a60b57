"""Closing and reopening a period of the books, and who did it when and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ledger.edit_log import edits_of
from ledger.edit_words import who_acted
from ledger.models import BooksLock, Company, Edit
from ledger.periods import written


class UnfitLockError(Exception):
    """The period cannot be locked or opened like this; the text tells the person why."""


@dataclass(frozen=True, slots=True)
class LockChange:
    """One change of a company's lock; None stands for open books."""

    at: datetime
    who: str
    before: date | None
    after: date | None
    reason: str


def locked_until(company: Company) -> date | None:
    """The last day of the locked period, None while all is open."""
    return BooksLock.objects.values_list("locked_until", flat=True).get(pk=company.pk)


@transaction.atomic
def lock(company: Company, day: date, *, reason: str, today: date) -> None:
    """Close the books up to a day, included; what is closed already stays so.

    :raises UnfitLockError: when the day is locked already, or not over yet: the orders of an
        unfinished day would all be dated into the future.
    """
    locked = _held(company).locked_until
    if day >= today:
        raise UnfitLockError("Only days that are over can be locked: yesterday is the last one.")
    if locked and day <= locked:
        raise UnfitLockError(f"The books are locked until {written(locked)} already.")
    lock_until(company, day, reason=reason)


@transaction.atomic
def unlock(company: Company, day: date | None, *, reason: str) -> None:
    """Open the books after a day, or from the beginning (None).

    :raises UnfitLockError: when that opens nothing.
    """
    locked = _held(company).locked_until
    if locked is None:
        raise UnfitLockError("The books are open.")
    if day and day >= locked:
        raise UnfitLockError(f"The books are locked until {written(locked)}: name an earlier day.")
    lock_until(company, day, reason=reason)


@transaction.atomic
def lock_until(company: Company, day: date | None, *, reason: str) -> None:
    """Close the books up to a day, included, or open them all (None), whatever was before.

    Waits for postings under way; later ones take their dates after the day.
    """
    held = _held(company)
    held.locked_until = day
    held.reason = reason
    held.save(update_fields=("locked_until", "reason"))


def _held(company: Company) -> BooksLock:
    return BooksLock.objects.select_for_update(no_key=True).get(pk=company.pk)


def history(company: Company) -> list[LockChange]:
    """All changes of the lock, newest first: read from the edit log, which is kept for good."""
    edits = edits_of(BooksLock(company=company)).order_by("id")
    return list(_changes(edits))[::-1]


def _changes(edits: Iterable[Edit]) -> Iterator[LockChange]:
    """The log holds what changed: a reason that was given twice stands in the earlier line."""
    reason = ""
    for edit in edits:
        reason = edit.new.get("reason", "" if "reason" in edit.old else reason)
        before, after = edit.old.get("locked_until"), edit.new.get("locked_until")
        if before != after:
            yield LockChange(edit.at, who_acted(edit), _day(before), _day(after), reason)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
