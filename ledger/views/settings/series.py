"""The voucher series of a company, by financial year."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ledger import periods, voucher_series
from ledger.access import require
from ledger.company_forms import SeriesForm
from ledger.models import Company, Permission, Role


@require_http_methods(["GET", "POST"])
@require(Role.VIEWER, to_change=Permission.SETTINGS)
def series(request: HttpRequest, company: Company) -> HttpResponse:
    """Prefixes and next numbers; a prefix changes until the first number is used."""
    today = periods.today_in(company, timezone.now())
    years = voucher_series.series_by_year(company, today)
    form = SeriesForm(request.POST or None, years=years)
    if request.method == "POST" and form.is_valid():
        try:
            voucher_series.change_prefixes(company, form.wanted(), today=today)
        except voucher_series.UnfitPrefixError as error:
            form.add_error(":".join(error.key), str(error))
        else:
            messages.success(request, "Saved. The next vouchers are numbered like this.")
            return redirect("series", company.pk)
    context = {
        "company": company,
        "place": "settings",
        "part": "series",
        "form": form,
        "years": {
            year: [(line, None if line.is_used else form[line.name]) for line in lines]
            for year, lines in years.items()
        },
        "coming": next(iter(years)),
    }
    return render(request, "ledger/settings/series.html", context)
