"""Financial years, numbers, and the last day of a tax note."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.numbering import (
    financial_year,
    financial_year_start,
    last_day_for_tax_note,
    voucher_number,
)

days = st.dates(date(2001, 1, 1), date(2098, 12, 31))


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        (date(2026, 3, 31), 4, "25-26"),
        (date(2026, 4, 1), 4, "26-27"),
        (date(2026, 12, 31), 4, "26-27"),
        (date(2099, 4, 1), 4, "99-00"),
        (date(2026, 1, 1), 1, "26"),
        (date(2026, 12, 31), 1, "26"),
        (date(2026, 6, 30), 7, "25-26"),
    ],
)
def test_a_day_belongs_to_a_financial_year(day: date, month: int, year: str) -> None:
    assert financial_year(day, month) == year


@given(days, st.integers(1, 12))
def test_a_year_starts_on_the_first_of_its_month_and_holds_its_days(day: date, month: int) -> None:
    start = financial_year_start(day, month)
    assert (start.day, start.month) == (1, month)
    assert 0 <= (day - start).days < 366
    assert financial_year(start, month) == financial_year(day, month)


@given(st.sampled_from(["INV", "CN", "RCT"]), days, st.integers(1, 999_999))
def test_a_number_is_fit_for_a_tax_invoice(prefix: str, day: date, ordinal: int) -> None:
    number = voucher_number(prefix, financial_year(day, 4), ordinal)
    assert re.fullmatch(r"[A-Z0-9/-]{1,16}", number)
    assert int(number.rsplit("/", 1)[1]) == ordinal


def test_a_number_too_long_for_a_tax_invoice_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 16"):
        voucher_number("INV", "26-27", 10_000_000)


@pytest.mark.parametrize(
    ("sale", "last"),
    [
        (date(2026, 3, 31), date(2026, 11, 30)),
        (date(2026, 4, 1), date(2027, 11, 30)),
        (date(2027, 1, 15), date(2027, 11, 30)),
    ],
)
def test_tax_notes_end_on_30_november_after_the_year(sale: date, last: date) -> None:
    assert last_day_for_tax_note(sale) == last
