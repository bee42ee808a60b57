"""Logging out, the way to the first company, and the year to look at."""

from django.contrib.auth.views import LogoutView
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_GET, require_POST

from ledger import periods
from ledger.access import companies_of, open_to_all, require, signed_in
from ledger.forms import YearForm
from ledger.models import Company, Role
from ledger.ways_back import page_before

log_out = open_to_all(LogoutView.as_view())


@require_GET
@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the company that was open last, or to the first."""
    companies = companies_of(request.user)
    company = companies.filter(pk=request.session.get("company", 0)).first() or companies.first()
    if company is None:
        return render(request, "ledger/no_company.html")
    return redirect("home", company.pk)


@require_POST
@require(Role.VIEWER)
def choose_year(request: HttpRequest, company: Company) -> HttpResponse:
    """Remember the financial year for the pages of a company."""
    form = YearForm(request.POST, company=company)
    if not form.is_valid():
        raise BadRequest("That is not a financial year.")
    request.session[periods.session_key(company)] = form.cleaned_data["year"]
    return redirect(_page_of_a_year(request, company))


def _page_of_a_year(request: HttpRequest, company: Company) -> str:
    """The page that the year was chosen on, where a year means something; else the day book."""
    before = page_before(request)
    try:
        found = resolve(before)
    except Resolver404:
        found = None
    if found and found.url_name in _OF_A_YEAR and found.kwargs["company_id"] == company.pk:
        return before
    return reverse("day_book", args=[company.pk])


_OF_A_YEAR = frozenset({"reports", "profit_and_loss", "sales_register", "account"})
"""Pages that show a period of the chosen year, besides the day book."""
