"""Logging out, the way to the first company, and the year to look at."""

from django.contrib.auth.views import LogoutView
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from ledger import periods
from ledger.access import companies_of, open_to_all, require, signed_in
from ledger.forms import YearForm
from ledger.models import Company, Role

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
    return redirect("day_book", company.pk)
