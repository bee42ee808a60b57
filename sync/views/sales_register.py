"""The sales register on screen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ledger import periods
from ledger.access import require
from ledger.models import Company, Role
from ledger.reports.supply_sums import TYPES, hsn_summary, totals
from sync.books import sales_register as register
from sync.books.report_forms import RegisterForm
from sync.forms import mark_text
from sync.overview import stores_of
from sync.views.report_query import kept_query, year_and_today


@require_GET
@require(Role.VIEWER)
def sales_register(request: HttpRequest, company: Company) -> HttpResponse:
    """Sales and notes of a period, oldest first, with value by rate and tax by head."""
    year, today = year_and_today(request, company)
    form = RegisterForm(request.GET, company=company, usual=periods.usual_period(today, year))
    context = {"company": company, "place": "reports", "tab": "sales_register", "form": form}
    if form.is_valid():
        wanted = form.wanted()
        sums = hsn_summary(company, wanted)
        page = register.page(company, wanted, form.cleaned_data["after"])
        context |= {
            "wanted": wanted,
            "page": page,
            "later": mark_text(page.later),
            "totals": totals(company, wanted),
            "hsn": sums,
            "units": register.units_of(company, sums),
            "presets": periods.presets(today, year),
            "types": TYPES,
            "stores": stores_of(company),
            "chosen": kept_query(request, "type", "buyer", "hsn", "rate", "kind"),
        }
    return render(request, "sync/sales_register.html", context)
