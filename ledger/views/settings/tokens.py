"""API tokens: a person's own, and for owners those of all members that open the company."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger import tokens
from ledger.access import may, permissions_of, require
from ledger.confirmation import recently_confirmed
from ledger.models import Company, Membership, Role, User
from ledger.people_forms import TokenForm


@require_GET
@require(Role.VIEWER)
def overview(request: HttpRequest, company: Company) -> HttpResponse:
    """The tokens that open the company."""
    return _overview(request, company, {})


@never_cache
@require_http_methods(["GET", "POST"])
@require(Role.VIEWER)
@recently_confirmed
def add(request: HttpRequest, company: Company) -> HttpResponse:
    """Make a token of one's own, and show it this once."""
    user, now = cast("User", request.user), timezone.now()
    membership = Membership.objects.get(company=company, user=user)
    may_write = bool(permissions_of(membership))
    form = TokenForm(request.POST or None, company=company, may_write=may_write)
    if request.method == "POST" and form.is_valid():
        token = tokens.issue(user, **form.options(now))
        return _overview(request, company, {"token": token, "name": form.cleaned_data["name"]})
    context = {"company": company, "place": "settings", "part": "tokens", "form": form}
    return render(request, "ledger/settings/token.html", context)


@require_POST
@require(Role.VIEWER)
def revoke(request: HttpRequest, company: Company, token_id: int) -> HttpResponse:
    """Make a token worthless: one's own, or as owner any that opens this company alone."""
    user = cast("User", request.user)
    revocable = tokens.revocable(company, user, is_owner=may(user, company, Role.OWNER))
    token = get_object_or_404(revocable, pk=token_id)
    token.delete()
    messages.success(request, f"The token “{token.name}” opens nothing any more.")
    return redirect("tokens", company.pk)


def _overview(request: HttpRequest, company: Company, more: dict[str, object]) -> HttpResponse:
    user, now = cast("User", request.user), timezone.now()
    is_owner = may(user, company, Role.OWNER)
    context = {
        "company": company,
        "place": "settings",
        "part": "tokens",
        "tokens": [
            (each, bool(each.expires_at and each.expires_at <= now))
            for each in tokens.opening(company, user, is_owner=is_owner)
        ],
        "is_owner": is_owner,
    }
    return render(request, "ledger/settings/tokens.html", context | more)
