"""Two-factor log-in: switching it on and off, and recovery codes."""

from typing import cast

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger import second_factor
from ledger.access import signed_in
from ledger.confirmation import recently_confirmed
from ledger.models import User
from ledger.people_forms import FirstCodeForm
from ledger.views.you.frame import own_context


@require_GET
@signed_in
def two_factor(request: HttpRequest) -> HttpResponse:
    """Whether it is on, and how many recovery codes are left."""
    user = cast("User", request.user)
    is_on, left = second_factor.is_on(user), second_factor.codes_left(user)
    return _page(request, "two_factor", {"is_on": is_on, "left": left})


@require_POST
@signed_in
@recently_confirmed
def begin(request: HttpRequest) -> HttpResponse:
    """Make a seed for an app."""
    try:
        second_factor.begin(cast("User", request.user))
    except second_factor.AlreadyOnError as error:
        messages.info(request, str(error))
        return redirect("two_factor")
    return redirect("two_factor_set_up")


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
@recently_confirmed
def set_up(request: HttpRequest) -> HttpResponse:
    """Show the seed, and take the app's first code; the recovery codes are shown this once."""
    user = cast("User", request.user)
    seed = second_factor.seed_to_set_up(user)
    if seed is None:
        return redirect("two_factor")
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.switch_on(user, form.cleaned_data["code"], now=timezone.now())
        if codes is not None:
            return _page(request, "recovery_codes", {"codes": codes, "is_new": True})
        form.add_error("code", "This is not what the app shows now. Is its clock right?")
    context = {
        "form": form,
        "seed": " ".join(seed[at : at + 4] for at in range(0, len(seed), 4)),
        "qr_code": _qr_code(second_factor.address_for_apps(user, seed)),
    }
    return _page(request, "two_factor_set_up", context)


@never_cache
@require_POST
@signed_in
@recently_confirmed
def new_codes(request: HttpRequest) -> HttpResponse:
    """Make ten fresh recovery codes, shown this once."""
    user = cast("User", request.user)
    if not second_factor.is_on(user):
        return redirect("two_factor")
    return _page(request, "recovery_codes", {"codes": second_factor.new_recovery_codes(user)})


@require_POST
@signed_in
@recently_confirmed
def switch_off(request: HttpRequest) -> HttpResponse:
    """Ask for nothing but the password again."""
    second_factor.switch_off(cast("User", request.user))
    messages.success(request, "Two-factor log-in is off. Your password alone logs you in.")
    return redirect("two_factor")


def _page(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    return render(request, f"ledger/you/{name}.html", own_context(request, "two_factor") | context)


def _qr_code(text: str) -> SafeString:
    """A drawing made of nothing but numbers; black on white in the dark too, for cameras."""
    drawing = segno.make(text, error="m", micro=False)
    return mark_safe(drawing.svg_inline(light="#fff", dark="#000", omitsize=True, svgclass="qr"))  # noqa: S308
