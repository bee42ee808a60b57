"""Trial balance, profit and loss, and an account's ledger, of all stores or of one."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ledger import periods
from ledger.access import require
from ledger.forms import mark_text
from ledger.models import Company, Role
from ledger.reports.profit_and_loss import profit_and_loss as profit_and_loss_of
from ledger.reports.trial_balance import full_trial_balance
from sync.books import account_ledger
from sync.books.report_forms import AccountForm, OfStoreForm
from sync.overview import stores_of
from sync.views.report_query import exact_query, year_and_today


@require_GET
@require(Role.VIEWER)
def trial_balance(request: HttpRequest, company: Company) -> HttpResponse:
    """The balance of each account, with what it brought forward; each leads to its ledger."""
    year, _ = year_and_today(request, company)
    context = _context(request, company, "trial_balance", year)
    if period := context.get("period"):
        context["balance"] = full_trial_balance(company, period, source=context["source"])
    return render(request, "sync/trial_balance.html", context)


@require_GET
@require(Role.VIEWER)
def profit_and_loss(request: HttpRequest, company: Company) -> HttpResponse:
    """Income and expense by group, month by month; each figure leads to the entries behind it."""
    year, today = year_and_today(request, company)
    so_far = periods.Period(year.first, min(year.last, periods.month_of(today).last))
    usual = so_far if today in year else year
    context = _context(request, company, "profit_and_loss", usual)
    if period := context.get("period"):
        context["report"] = profit_and_loss_of(company, period, source=context["source"])
    return render(request, "sync/profit_and_loss.html", context)


@require_GET
@require(Role.VIEWER)
def account(request: HttpRequest, company: Company, account_id: int) -> HttpResponse:
    """An account's entries, oldest first, with the balance after each."""
    year, today = year_and_today(request, company)
    form = AccountForm(request.GET, company=company, usual=year)
    if not form.is_valid():
        raise BadRequest("The period cannot be read.")
    period = form.period()
    asked = account_ledger.Question(company, account_id, period, form.source())
    page = account_ledger.page(asked, form.cleaned_data["after"], account_ledger.PAGE_SIZE)
    context = {
        "company": company,
        "place": "reports",
        "period": period,
        "presets": periods.presets(today, year),
        "stores": stores_of(company),
        "page": page,
        "link": exact_query(request, period),
        "next": mark_text(page.next),
    }
    return render(request, "sync/account.html", context)


def _context(
    request: HttpRequest, company: Company, tab: str, usual: periods.Period
) -> dict[str, Any]:
    """What both reports need; without a period where the filter cannot be read."""
    year, today = year_and_today(request, company)
    form = OfStoreForm(request.GET, company=company, usual=usual)
    context = {"company": company, "place": "reports", "tab": tab, "form": form}
    if form.is_valid():
        context |= {
            "period": form.period(),
            "source": form.source(),
            "presets": periods.presets(today, year),
            "stores": stores_of(company),
            "link": exact_query(request, form.period()),
        }
    return context
