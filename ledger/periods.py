"""Periods: today in a company's zone, financial years, and the spans that people ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ledger.core.numbering import financial_year, financial_year_start
from ledger.models import Company


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    @property
    def is_one_day(self) -> bool:
        """Whether it is a single day."""
        return self.first == self.last


def today_in(company: Company, now: datetime) -> date:
    """The day it is where the company keeps its books."""
    return now.astimezone(ZoneInfo(company.timezone)).date()


def beginning_of(company: Company, day: date) -> datetime:
    """The first moment of a day where the company keeps its books."""
    return datetime.combine(day, time(), ZoneInfo(company.timezone))


def written(day: date) -> str:
    """`21 Nov 2026`: a day in a sentence."""
    return f"{day.day} {day:%b %Y}"


def month_of(day: date) -> Period:
    """The calendar month around a day."""
    first = day.replace(day=1)
    return Period(first, _next_month(first) - timedelta(days=1))


def year_of(day: date, start_month: int) -> Period:
    """The financial year around a day."""
    first = financial_year_start(day, start_month)
    return Period(first, first.replace(year=first.year + 1) - timedelta(days=1))


def year_named(name: str, start_month: int) -> Period:
    """The financial year with a name like `26-27`.

    :raises ValueError: when it is not the name of one.
    """
    first = date(2000 + int(name[:2]), start_month, 1)
    if financial_year(first, start_month) != name:
        raise ValueError(f"{name} is not a financial year")
    return year_of(first, start_month)


def financial_years(first: date, last: date, start_month: int) -> list[str]:
    """The names of the years from one day's to another's, newest first."""
    starts = range(
        financial_year_start(first, start_month).year,
        financial_year_start(last, start_month).year + 1,
    )
    return [financial_year(date(year, start_month, 1), start_month) for year in reversed(starts)]


def presets(today: date, year: Period) -> dict[str, Period]:
    """The periods that a page offers at a press, by name; those outside the year are left out."""
    yesterday = today - timedelta(days=1)
    last_month = month_of(today.replace(day=1) - timedelta(days=1))
    offered = {
        "Today": Period(today, today),
        "Yesterday": Period(yesterday, yesterday),
        "This month": month_of(today),
        "Last month": last_month,
        "This quarter": quarter_of(today, year.first.month),
    }
    return {name: span for name, span in offered.items() if span.first in year} | {
        "Whole year": year
    }


def usual_period(today: date, year: Period) -> Period:
    """What a page shows unasked: this month, or the last month of a year that is over."""
    return month_of(today if today in year else year.last)


def chosen_year(session: Mapping[str, Any], company: Company) -> str | None:
    """The financial year that a person looks at in a company, if they chose one."""
    chosen = session.get(session_key(company))
    return chosen if isinstance(chosen, str) else None


def chosen_period(session: Mapping[str, Any], company: Company, today: date) -> Period:
    """The chosen financial year as a period; unchosen, the present one."""
    name, month = chosen_year(session, company), company.year_start_month
    return year_named(name, month) if name else year_of(today, month)


def session_key(company: Company) -> str:
    """Where the session keeps the chosen year of a company."""
    return f"financial_year:{company.pk}"


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def months_of(period: Period) -> list[Period]:
    """The calendar months of a period, the first and the last cut to it."""
    months, first = [], period.first
    while first <= period.last:
        months.append(Period(first, min(month_of(first).last, period.last)))
        first = _next_month(first.replace(day=1))
    return months


def years_of(period: Period, start_month: int) -> list[tuple[str, Period]]:
    """The financial years of a period with their names, oldest first, cut to it."""
    years = []
    for name in reversed(financial_years(period.first, period.last, start_month)):
        year = year_named(name, start_month)
        years.append((name, Period(max(year.first, period.first), min(year.last, period.last))))
    return years


def quarter_of(day: date, start_month: int) -> Period:
    """The quarter of the financial year around a day."""
    first = day.replace(day=1)
    while (first.month - start_month) % 3:
        first = (first - timedelta(days=1)).replace(day=1)
    third = _next_month(_next_month(first))
    return Period(first, month_of(third).last)
