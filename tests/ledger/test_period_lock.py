"""Locked periods: nothing gets in, nothing is dropped."""

from datetime import date

import pytest

from ledger.models import Company, Voucher
from ledger.period_lock import lock_until, locked_until
from tests.factories import TODAY, a_company, a_note, a_sale, posted

pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 31)


def test_books_are_open_at_first(company: Company) -> None:
    assert locked_until(company) is None


def test_a_date_in_a_locked_period_moves_to_the_first_open_day(company: Company) -> None:
    lock_until(company, MARCH, reason="Year closed")
    (result,) = posted(company, a_sale(day=date(2026, 3, 7)))
    voucher = Voucher.objects.get(pk=result.id)
    assert (voucher.date, voucher.original_date) == (date(2026, 4, 1), date(2026, 3, 7))
    assert voucher.flags == ["locked_period"]
    assert voucher.number == "INV/26-27/00001"


@pytest.mark.parametrize(
    ("day", "moved"),
    [(date(2026, 3, 31), True), (date(2026, 4, 1), False), (TODAY, False)],
)
def test_only_what_is_locked_moves(company: Company, day: date, moved: bool) -> None:
    lock_until(company, MARCH, reason="Year closed")
    (result,) = posted(company, a_sale(day=day))
    assert (Voucher.objects.get(pk=result.id).original_date is not None) is moved


def test_a_note_of_a_sale_that_was_moved_is_not_dated_before_it(company: Company) -> None:
    lock_until(company, MARCH, reason="Year closed")
    posted(company, a_sale(day=date(2026, 3, 7)))
    lock_until(company, None, reason="Reopened")
    (result,) = posted(company, a_note(day=date(2026, 3, 8)))
    note = Voucher.objects.get(pk=result.id)
    assert (note.date, note.original_date, note.flags) == (
        date(2026, 4, 1),
        date(2026, 3, 8),
        [],
    )


def test_a_lock_is_of_one_company(company: Company) -> None:
    lock_until(company, TODAY, reason="Closed")
    (result,) = posted(a_company(name="Other"), a_sale())
    assert result.date == TODAY
