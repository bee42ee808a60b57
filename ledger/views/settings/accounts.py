"""The chart of accounts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger import chart
from ledger.access import permit, require
from ledger.company_forms import AccountForm
from ledger.models import Account, Company, Permission, Role


@require_GET
@require(Role.VIEWER)
def overview(request: HttpRequest, company: Company) -> HttpResponse:
    """All accounts by group."""
    context = {"groups": chart.groups_of(company)}
    return render(request, "ledger/settings/accounts.html", _context(company) | context)


@require_http_methods(["GET", "POST"])
@permit(Permission.SETTINGS)
def add(request: HttpRequest, company: Company) -> HttpResponse:
    """Add an account that people post to by hand."""
    form = AccountForm(request.POST or None, company=company)
    if _saved(request, form):
        messages.success(request, f"{form.instance.name} is in the chart.")
        return redirect("accounts", company.pk)
    return render(request, "ledger/settings/account.html", _context(company) | {"form": form})


@require_http_methods(["GET", "POST"])
@permit(Permission.SETTINGS)
def account(request: HttpRequest, company: Company, account_id: int) -> HttpResponse:
    """Rename an account, give it another code or group, put it out of use."""
    found = get_object_or_404(Account, company=company, pk=account_id)
    name, is_by_rule = found.name, chart.is_posted_to_by_rule(found)
    form = AccountForm(request.POST or None, instance=found, company=company)
    if _saved(request, form):
        messages.success(request, f"{found.name} is saved.")
        return redirect("accounts", company.pk)
    context = {
        "form": form,
        "name": name,
        "is_by_rule": is_by_rule,
        "is_used": chart.has_entries(found),
    }
    return render(request, "ledger/settings/account.html", _context(company) | context)


@require_POST
@permit(Permission.SETTINGS)
def remove(request: HttpRequest, company: Company, account_id: int) -> HttpResponse:
    """Delete an account that was never used."""
    found = get_object_or_404(Account, company=company, pk=account_id)
    try:
        chart.remove(found)
    except chart.UnfitAccountError as error:
        messages.error(request, str(error))
        return redirect("edit_account", company.pk, account_id)
    messages.success(request, f"{found.name} is deleted.")
    return redirect("accounts", company.pk)


def _saved(request: HttpRequest, form: AccountForm) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        chart.save(form.instance)
    except chart.UnfitAccountError as error:
        form.add_error(None, str(error))
        return False
    return True


def _context(company: Company) -> dict[str, object]:
    return {"company": company, "place": "settings", "part": "accounts"}
