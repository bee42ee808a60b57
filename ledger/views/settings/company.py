"""Settings: the list of them, and what the company says of itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ledger import company_details, periods
from ledger.access import require
from ledger.company_forms import CompanyForm
from ledger.core.numbering import financial_year
from ledger.models import Company, Permission, Role


@require_GET
@require(Role.VIEWER)
def settings(request: HttpRequest, company: Company) -> HttpResponse:
    """All settings, with a sentence on each."""
    return render(request, "ledger/settings/index.html", {"company": company, "place": "settings"})


@require_http_methods(["GET", "POST"])
@require(Role.VIEWER, to_change=Permission.SETTINGS)
def details(request: HttpRequest, company: Company) -> HttpResponse:
    """Name, registration, address, and what is printed on documents."""
    today = periods.today_in(company, timezone.now())
    is_fixed = company_details.has_vouchers(company)
    own = Company.objects.get(pk=company.pk)  # the form writes into it, the frame shows `company`
    form = CompanyForm(request.POST or None, instance=own, is_fixed=is_fixed, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            company_details.save(own, today=today)
        except company_details.BooksStandError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Saved. It holds from now on; what is posted stays.")
            return redirect("company_settings", company.pk)
    context = {
        "company": company,
        "place": "settings",
        "part": "company",
        "form": form,
        "is_fixed": is_fixed,
        "this_year": financial_year(today, company.year_start_month),
    }
    return render(request, "ledger/settings/company.html", context)
