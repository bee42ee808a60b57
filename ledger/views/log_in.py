"""Logging in: the password, then the code where two factors are on; and proving it again later."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ledger import confirmation, log_in_steps, second_factor
from ledger.access import open_to_all, signed_in
from ledger.core.second_factor import recovery_code
from ledger.forms import LogInForm
from ledger.models import User
from ledger.people_forms import CodeForm, ConfirmForm
from ledger.ways_back import next_page

CODE_BACKEND = "ledger.second_factor.CodeBackend"


class PasswordView(LoginView):
    """The first page; whoever has a second factor is only let on to the next one."""

    template_name = "ledger/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Log in, or go on to the code."""
        user = form.get_user()
        if not second_factor.is_on(user):
            return super().form_valid(form)
        log_in_steps.note_password(self.request.session, user, timezone.now())
        return redirect(_with_next("login_code", self.request))


log_in = open_to_all(PasswordView.as_view())


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@open_to_all
def log_in_code(request: HttpRequest) -> HttpResponse:
    """The second page: a code of the app, or a recovery code."""
    user = log_in_steps.who_gave_password(request.session, timezone.now())
    if user is None:
        messages.info(request, "Please begin with your password.")
        return redirect(_with_next("login", request))
    form = CodeForm(request.POST or None, request=request, user=user)
    if request.method == "POST" and form.is_valid():
        log_in_steps.forget(request.session)
        login(request, user, CODE_BACKEND)
        if recovery_code(form.cleaned_data["code"]):
            _warn_of_codes_left(request, user)
        return redirect(next_page(request))
    context = {"form": form, "next": next_page(request)}
    return render(request, "ledger/login_code.html", context)


@open_to_all
def log_in_staff(request: HttpRequest) -> HttpResponse:
    """The admin's log-in: there is one way in, and it asks for both factors."""
    if request.user.is_authenticated:
        raise PermissionDenied("This is for members of staff.")
    return redirect(_with_next("login", request))


@sensitive_post_parameters("password", "code")
@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask who sits there, before something that a borrowed browser should not do."""
    user = cast("User", request.user)
    form = ConfirmForm(request.POST or None, request=request, user=user)
    if request.method == "POST" and form.is_valid():
        confirmation.note(request.session, timezone.now())
        return redirect(next_page(request))
    context = {"form": form, "next": next_page(request)}
    return render(request, "ledger/confirm.html", context)


def _with_next(name: str, request: HttpRequest) -> str:
    return f"{reverse(name)}?{urlencode({'next': next_page(request)})}"


def _warn_of_codes_left(request: HttpRequest, user: User) -> None:
    left = second_factor.codes_left(user)
    codes = "1 recovery code is" if left == 1 else f"{left} recovery codes are"
    messages.warning(
        request, f"You logged in by a recovery code. {codes} left; make new ones under Security."
    )
