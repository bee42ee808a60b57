"""A person's name and password."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ledger import sessions
from ledger.access import signed_in
from ledger.models import User
from ledger.people_forms import PasswordForm, ProfileForm
from ledger.views.you.frame import own_context


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """The name that colleagues read."""
    own = cast("User", request.user)
    form = ProfileForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        own.save(update_fields=("first_name", "last_name"))
        messages.success(request, "Saved.")
        return redirect("profile")
    context = own_context(request, "profile") | {"form": form}
    return render(request, "ledger/you/profile.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Another password. All other sessions end: whoever knew the old one is out."""
    user = cast("User", request.user)
    form = PasswordForm(request.POST or None, request=request, user=user)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            user.set_password(form.cleaned_data["new_password"])
            user.save(update_fields=("password",))
            update_session_auth_hash(request, user)
            sessions.end_others(user, request.session.session_key)
        messages.success(request, "Your password is changed. All other sessions have ended.")
        return redirect("profile")
    context = own_context(request, "password") | {"form": form}
    return render(request, "ledger/you/password.html", context)
