"""A store's tax rates, and what they are called in the books."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ledger.access import permit
from ledger.models import Company, Permission
from sync.books import tax_rates as taxes
from sync.books.tax_forms import TaxMappingForm
from sync.views.stores import connection_of, store_context


@require_http_methods(["GET", "POST"])
@permit(Permission.SETTINGS)
def tax_rates(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """The rates seen in orders; each can be given a name, and so an account."""
    connection = connection_of(company, connection_id)
    rates = taxes.rates_seen(connection)
    initial = {f"rate:{rate_id}": name for rate_id, name in connection.tax_mapping.items()}
    form = TaxMappingForm(request.POST or None, company=company, rates=rates, initial=initial)
    if request.method == "POST" and form.is_valid():
        taxes.map_taxes(connection.pk, form.mapping())
        messages.success(request, "Saved. It holds for orders that are booked from now on.")
        return redirect("store_taxes", company.pk, connection.pk)
    names = [connection.tax_mapping.get(str(rate.rate_id)) or rate.label for rate in rates]
    accounts = taxes.output_accounts(company, names)
    context = store_context(connection, tab="options")
    context |= {
        "form": form,
        "rows": [
            (rate, field, name, accounts.get(name))
            for (rate, field), name in zip(form.rows(), names, strict=True)
        ],
        "in_use": taxes.names_in_use(company),
        "in_india": company.country == "IN",
    }
    return render(request, "sync/tax_rates.html", context)
