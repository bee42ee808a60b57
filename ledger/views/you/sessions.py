"""Where a person is logged in, and ending it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ledger import sessions
from ledger.access import signed_in
from ledger.models import User
from ledger.views.you.frame import own_context


@require_GET
@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """Every browser that is logged in: which one, where, and seen when."""
    user = cast("User", request.user)
    context = {
        "sessions": [
            (each, each.session_key == request.session.session_key)
            for each in sessions.of_user(user, timezone.now())
        ],
    }
    return render(request, "ledger/you/sessions.html", own_context(request, "sessions") | context)


@require_POST
@signed_in
def end(request: HttpRequest, public_id: str) -> HttpResponse:
    """End one session; the present one by logging out."""
    found = sessions.find(cast("User", request.user), public_id, timezone.now())
    if found is None:
        raise Http404("There is no such session.")
    if found.session_key == request.session.session_key:
        logout(request)
        return redirect("login")
    found.delete()
    messages.success(request, "That session has ended.")
    return redirect("sessions")


@require_POST
@signed_in
def end_others(request: HttpRequest) -> HttpResponse:
    """End all sessions but the present one."""
    ended = sessions.end_others(cast("User", request.user), request.session.session_key)
    said = "1 other session has" if ended == 1 else f"{ended} other sessions have"
    messages.success(request, f"{said} ended.")
    return redirect("sessions")
