"""The period lock: how far the books are closed, by whom and why; lock, unlock, history."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ledger import period_lock as locking
from ledger import periods
from ledger.access import permit, require
from ledger.lock_forms import LockForm, UnlockForm
from ledger.models import Company, Permission, Role
from ledger.reports.late_documents import months


@require_GET
@require(Role.VIEWER)
def period_lock(request: HttpRequest, company: Company) -> HttpResponse:
    """The state of the lock, its history, and the forms that the person's role allows."""
    return _page(request, company)


@require_POST
@permit(Permission.LOCK)
def lock(request: HttpRequest, company: Company) -> HttpResponse:
    """Close the books up to a day."""
    form = LockForm(request.POST, auto_id="lock_%s")
    if not form.is_valid():
        return _page(request, company, lock_form=form)
    day, reason = form.cleaned_data["day"], form.cleaned_data["reason"]
    today = periods.today_in(company, timezone.now())
    try:
        locking.lock(company, day, reason=reason, today=today)
    except locking.UnfitLockError as error:
        form.add_error("day", str(error))
        return _page(request, company, lock_form=form)
    messages.success(request, "Locked. What comes late is posted on the first open day.")
    return redirect("period_lock", company.pk)


@require_POST
@require(Role.OWNER)
def unlock(request: HttpRequest, company: Company) -> HttpResponse:
    """Open the books again, all of them or after a day."""
    form = UnlockForm(request.POST, auto_id="unlock_%s")
    if not form.is_valid():
        return _page(request, company, unlock_form=form)
    try:
        locking.unlock(company, form.cleaned_data["day"], reason=form.cleaned_data["reason"])
    except locking.UnfitLockError as error:
        form.add_error("day", str(error))
        return _page(request, company, unlock_form=form)
    messages.success(request, "Unlocked. The history keeps who did it, and why.")
    return redirect("period_lock", company.pk)


def _page(
    request: HttpRequest,
    company: Company,
    *,
    lock_form: LockForm | None = None,
    unlock_form: UnlockForm | None = None,
) -> HttpResponse:
    today = periods.today_in(company, timezone.now())
    until = locking.locked_until(company)
    last_month = today.replace(day=1) - timedelta(days=1)
    is_next = until is None or last_month > until
    history = locking.history(company)
    context = {
        "company": company,
        "place": "settings",
        "until": until,
        "first_open": until + timedelta(days=1) if until else None,
        "latest": next((each for each in history if each.after == until), None),
        "history": history,
        "late": sum(month.count for month in months(company)),
        "may_have_unlock": until is not None or unlock_form is not None,
        "lock_form": lock_form
        or LockForm(initial={"day": last_month if is_next else None}, auto_id="lock_%s"),
        "unlock_form": unlock_form or UnlockForm(auto_id="unlock_%s"),
    }
    return render(request, "ledger/period_lock.html", context)
