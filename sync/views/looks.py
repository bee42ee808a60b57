"""Manual import, tab WooCommerce: look at a store's orders, see what would be booked, go live."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from connections.models import StoreConnection
from ledger import periods
from ledger.access import permit, require
from ledger.models import Company, Permission, Role, User
from ledger.rendering import page_or_part
from sync.asking import errands, look_page, looking
from sync.asking.errands import NotPossibleError
from sync.asking.going_live import go_live
from sync.asking.import_forms import GoLiveForm, LookForm, ticked, usual_days
from sync.models import Look
from sync.running import heartbeat
from sync.views.stores import connection_of, store_context

LATEST = 6


@require_GET
@require(Role.VIEWER)
def store_import(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """The newest look at a period, whoever asked for it; or how to begin."""
    connection = connection_of(company, connection_id)
    return _page(request, connection, looking.newest(connection))


@require_GET
@require(Role.VIEWER)
def look(request: HttpRequest, company: Company, connection_id: UUID, look_id: int) -> HttpResponse:
    """One look: progress while the worker is at it, then what would be booked."""
    connection = connection_of(company, connection_id)
    return _page(request, connection, look_of(connection, look_id))


def look_of(connection: StoreConnection, look_id: int) -> Look:
    """A look at the store.

    :raises Http404: when it is another store's, or forgotten.
    """
    looks = Look.objects.select_related("connection__company", "made_by")
    return get_object_or_404(looks, connection=connection, pk=look_id)


def _page(
    request: HttpRequest,
    connection: StoreConnection,
    found: Look | None,
    form: LookForm | None = None,
) -> HttpResponse:
    today = periods.today_in(connection.company, timezone.now())
    usual = usual_days(today)
    days = (found.first, found.last) if found and found.first else (usual.first, usual.last)
    context: dict[str, Any] = store_context(connection, tab="import") | {
        "side": "store",
        "form": form or LookForm(initial={"first": days[0], "last": days[1]}),
        "go_live_form": GoLiveForm(initial={"day": connection.go_live_date}),
        "latest": looking.latest(connection, LATEST),
    }
    if found:
        context |= _context(request, found)
    return page_or_part(request, "sync/import.html", "sync/_look.html", context)


def _context(request: HttpRequest, found: Look) -> dict[str, Any]:
    outcome = request.GET.get("outcome", "")
    is_running = found.state == "running"
    return {
        "look": found,
        "outcome": outcome,
        "summary": look_page.summary(found),
        "page": look_page.page_of(found, outcome, request.GET.get("before", "")),
        "news": 0 if is_running else look_page.narrowed(found, look_page.NEWS).count(),
        "is_running": is_running,
        "worker_is_silent": is_running and heartbeat.is_silent(timezone.now()),
        "seen": f"{found.state}-{found.done}-{found.problem_code}",
    }


@require_POST
@permit(Permission.IMPORT_ORDERS)
def look_at_store(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Ask the store for the orders of a period; nothing is booked."""
    connection = connection_of(company, connection_id)
    form = LookForm(request.POST)
    user = cast("User", request.user)
    if form.is_valid():
        try:
            made = looking.look_at(connection, form.days(), by=user, now=timezone.now())
        except NotPossibleError as error:
            form.add_error(None, str(error))
        else:
            return redirect("look", company.pk, connection.pk, made.pk)
    return _page(request, connection, looking.newest(connection), form)


@require_POST
@permit(Permission.IMPORT_ORDERS)
def look_at_ticked(
    request: HttpRequest, company: Company, connection_id: UUID, look_id: int
) -> HttpResponse:
    """Preview the ticked orders of a look alone, as the store tells them now."""
    found = look_of(connection_of(company, connection_id), look_id)
    ids = look_page.numbers_of(found, ticked(request.POST))
    user = cast("User", request.user)
    try:
        made = looking.look_at_orders(found.connection, ids, by=user, now=timezone.now())
    except NotPossibleError as error:
        messages.error(request, str(error))
        made = found
    return redirect("look", company.pk, connection_id, made.pk)


@require_POST
@permit(Permission.IMPORT_ORDERS)
def cancel_look(
    request: HttpRequest, company: Company, connection_id: UUID, look_id: int
) -> HttpResponse:
    """Look no further."""
    found = look_of(connection_of(company, connection_id), look_id)
    return _stepped(request, found, looking.cancel)


@require_POST
@permit(Permission.IMPORT_ORDERS)
def resume_look(
    request: HttpRequest, company: Company, connection_id: UUID, look_id: int
) -> HttpResponse:
    """Go on where it stopped."""
    found = look_of(connection_of(company, connection_id), look_id)
    return _stepped(request, found, errands.take_up)


def _stepped(request: HttpRequest, found: Look, step: Callable[..., None]) -> HttpResponse:
    """Take the step, or say why not: two people may press two buttons."""
    try:
        step(found, now=timezone.now())
    except NotPossibleError as error:
        messages.error(request, str(error))
    return redirect("look", found.company_id, found.connection_id, found.pk)


@require_POST
@permit(Permission.SETTINGS)
def set_go_live(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Choose the day from which the store's orders are booked."""
    connection = connection_of(company, connection_id)
    form = GoLiveForm(request.POST)
    if not form.is_valid():
        newest = looking.newest(connection)
        context = store_context(connection, tab="import") | {
            "side": "store",
            "form": LookForm(),
            "go_live_form": form,
        }
        context |= _context(request, newest) if newest else {}
        return render(request, "sync/import.html", context)
    count = go_live(connection, form.cleaned_data["day"], now=timezone.now())
    again = f" {count} order{'' if count == 1 else 's'} looked at again." if count else ""
    messages.success(request, f"Saved.{again} Nothing that is booked has changed.")
    return redirect("store_import", company.pk, connection.pk)
