"""Days, months and financial years."""

from datetime import UTC, date, datetime

import pytest

from ledger import periods
from ledger.models import Company
from ledger.periods import Period

YEAR = Period(date(2026, 4, 1), date(2027, 3, 31))


def test_today_is_the_day_where_the_company_is() -> None:
    late_in_london = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
    assert periods.today_in(Company(timezone="Asia/Kolkata"), late_in_london) == date(2026, 11, 22)
    assert periods.today_in(Company(timezone="Europe/London"), late_in_london) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("day", "last"),
    [(date(2026, 2, 10), 28), (date(2028, 2, 1), 29), (date(2026, 12, 31), 31)],
)
def test_a_month_ends_on_its_last_day(day: date, last: int) -> None:
    assert periods.month_of(day) == Period(day.replace(day=1), day.replace(day=last))


def test_a_year_is_known_by_day_and_by_name() -> None:
    assert periods.year_of(date(2027, 3, 31), 4) == YEAR
    assert periods.year_named("26-27", 4) == YEAR
    assert periods.year_named("26", 1) == Period(date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(ValueError, match="not a financial year"):
        periods.year_named("26-28", 4)


def test_years_are_listed_newest_first() -> None:
    years = periods.financial_years(date(2025, 3, 31), date(2026, 4, 1), 4)
    assert years == ["26-27", "25-26", "24-25"]


def test_presets_stay_within_the_year() -> None:
    offered = periods.presets(date(2026, 4, 1), YEAR)
    assert list(offered) == ["Today", "This month", "This quarter", "Whole year"]
    assert list(periods.presets(date(2026, 11, 21), YEAR)) == [
        "Today",
        "Yesterday",
        "This month",
        "Last month",
        "This quarter",
        "Whole year",
    ]


def test_a_page_opens_on_this_month_or_the_years_last() -> None:
    assert periods.usual_period(date(2026, 11, 21), YEAR).first == date(2026, 11, 1)
    assert periods.usual_period(date(2027, 6, 1), YEAR).first == date(2027, 3, 1)


def test_a_period_holds_its_ends() -> None:
    assert YEAR.first in YEAR
    assert YEAR.last in YEAR
    assert date(2027, 4, 1) not in YEAR
    assert Period(YEAR.first, YEAR.first).is_one_day


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 11, 21), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 4, 1), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2027, 3, 31), date(2027, 1, 1), date(2027, 3, 31)),
    ],
)
def test_quarters_begin_with_the_financial_year(day: date, first: date, last: date) -> None:
    assert periods.quarter_of(day, 4) == Period(first, last)


def test_a_year_that_begins_in_february_has_quarters_of_its_own() -> None:
    assert periods.quarter_of(date(2026, 1, 5), 2) == Period(date(2025, 11, 1), date(2026, 1, 31))


def test_a_period_is_cut_into_its_months() -> None:
    cut = periods.months_of(Period(date(2026, 11, 21), date(2027, 1, 5)))
    assert cut == [
        Period(date(2026, 11, 21), date(2026, 11, 30)),
        Period(date(2026, 12, 1), date(2026, 12, 31)),
        Period(date(2027, 1, 1), date(2027, 1, 5)),
    ]


def test_a_period_is_cut_into_its_financial_years() -> None:
    cut = periods.years_of(Period(date(2026, 3, 1), date(2027, 4, 2)), 4)
    assert cut == [
        ("25-26", Period(date(2026, 3, 1), date(2026, 3, 31))),
        ("26-27", YEAR),
        ("27-28", Period(date(2027, 4, 1), date(2027, 4, 2))),
    ]
