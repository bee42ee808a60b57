"""Trial balance and account ledger: from a sum down to the vouchers that make it."""

from datetime import date

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ledger import periods
from ledger.access import require
from ledger.forms import LedgerForm, PeriodForm, mark_text
from ledger.models import Company, Role
from ledger.reports.account_ledger import account_ledger
from ledger.reports.trial_balance import trial_balance

PAGE_SIZE = 100


@require_GET
@require(Role.VIEWER)
def reports(request: HttpRequest, company: Company) -> HttpResponse:
    """The trial balance of a period; each account leads to its ledger."""
    year, today = _year(request, company)
    form = PeriodForm(request.GET, usual=year)
    context = {"company": company, "place": "reports", "form": form}
    if form.is_valid():
        period = form.period()
        context |= {
            "period": period,
            "presets": periods.presets(today, year),
            "balance": trial_balance(company, period),
        }
    return render(request, "ledger/trial_balance.html", context)


@require_GET
@require(Role.VIEWER)
def account(request: HttpRequest, company: Company, account_id: int) -> HttpResponse:
    """An account's entries, oldest first, with the balance after each."""
    year, today = _year(request, company)
    form = LedgerForm(request.GET, usual=year)
    if not form.is_valid():
        raise BadRequest("The period cannot be read.")
    period = form.period()
    page = account_ledger(
        company, account_id, period, after=form.cleaned_data["after"], size=PAGE_SIZE
    )
    context = {
        "company": company,
        "place": "reports",
        "period": period,
        "presets": periods.presets(today, year),
        "page": page,
        "next": mark_text(page.next),
    }
    return render(request, "ledger/account.html", context)


def _year(request: HttpRequest, company: Company) -> tuple[periods.Period, date]:
    today = periods.today_in(company, timezone.now())
    return periods.chosen_period(request.session, company, today), today
