"""Accepting an invitation, by its link."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ledger import invitations
from ledger.access import open_to_all
from ledger.models import Invitation, User
from ledger.people_forms import NewcomerForm

PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"  # noqa: S105 -- a module's name


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "POST"])
@open_to_all
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Join as who is logged in, as somebody known who logs in first, or as a newcomer.

    Whoever holds the link could read the address's mail, or was handed the link by an owner. So it
    makes new log-ins, and never opens one that there is.
    """
    found = invitations.find(token, timezone.now())
    if found is None:
        return render(request, "ledger/invitation_gone.html", status=404)
    try:
        if request.user.is_authenticated:
            return _as_member(request, found)
        if User.objects.filter(email=found.email).exists():
            return _page(request, found, {"is_known": True})
        return _as_newcomer(request, found)
    except invitations.NotGoodError as error:
        messages.error(request, str(error))
        return redirect("start")


def _as_member(request: HttpRequest, found: Invitation) -> HttpResponse:
    user = cast("User", request.user)
    if user.email != found.email:
        return _page(request, found, {"is_other": True})
    if request.method != "POST":
        return _page(request, found, {})
    invitations.accept(found, user, now=timezone.now())
    return _welcome(request, found)


def _as_newcomer(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = NewcomerForm(request.POST or None, email=found.email)
    if request.method != "POST" or not form.is_valid():
        return _page(request, found, {"form": form})
    chosen = form.cleaned_data
    membership = invitations.accept_as_newcomer(
        found,
        name=(chosen["first_name"], chosen["last_name"]),
        password=chosen["password"],
        now=timezone.now(),
    )
    login(request, membership.user, PASSWORD_BACKEND)
    return _welcome(request, found)


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    messages.success(request, f"Welcome to {found.company.name}.")
    return redirect("home", found.company_id)


def _page(request: HttpRequest, found: Invitation, context: dict[str, object]) -> HttpResponse:
    return render(request, "ledger/invitation.html", {"invitation": found} | context)
