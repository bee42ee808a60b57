"""What pages of reports have in common: the year that is looked at, and the query as it goes on."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from ledger import periods
from ledger.models import Company


def year_and_today(request: HttpRequest, company: Company) -> tuple[periods.Period, date]:
    """The financial year that the person looks at, and the day it is in the company's zone."""
    today = periods.today_in(company, timezone.now())
    return periods.chosen_period(request.session, company, today), today


def usual_month(request: HttpRequest, company: Company) -> periods.Period:
    """What a list of vouchers shows unasked."""
    year, today = year_and_today(request, company)
    return periods.usual_period(today, year)


def kept_query(request: HttpRequest, *names: str) -> str:
    """The filter as a query string without the place, for links to other pages of a list."""
    wanted = ("date_from", "date_to", "store", *names)
    return urlencode({name: request.GET[name] for name in wanted if request.GET.get(name)})


def exact_query(request: HttpRequest, period: periods.Period) -> str:
    """Period and store as they are shown, for links to other reports."""
    exact = {"date_from": period.first.isoformat(), "date_to": period.last.isoformat()}
    store = request.GET.get("store")
    return urlencode(exact | ({"store": store} if store else {}))
