"""Manual import, tab Customers: a store's registered customers, and whom of them to keep."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from connections.models import StoreConnection
from ledger.access import permit
from ledger.models import Company, Permission, User
from ledger.rendering import page_or_part
from sync.asking import customer_looks, errands
from sync.asking.errands import NotPossibleError
from sync.asking.import_forms import ticked
from sync.models import CustomerLook, LookedCustomer, LookOutcome
from sync.paging import older_page
from sync.running import heartbeat
from sync.views.stores import connection_of, store_context


@require_GET
@permit(Permission.IMPORT_CUSTOMERS)
def store_customers(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """The newest look at the store's customers; or how to begin, or what is in the way."""
    connection = connection_of(company, connection_id)
    found = customer_looks.newest(connection)
    context: dict[str, Any] = store_context(connection, tab="import") | {
        "side": "customers",
        "obstacle": customer_looks.obstacle(connection),
        "look": found,
    }
    if found:
        context |= _context(request, found)
    return page_or_part(request, "sync/import_customers.html", "sync/_customer_look.html", context)


def _context(request: HttpRequest, found: CustomerLook) -> dict[str, Any]:
    outcome = request.GET.get("outcome", "")
    rows = LookedCustomer.objects.filter(look=found)
    if outcome in LookOutcome.values:
        rows = rows.filter(outcome=outcome)
    counts = customer_looks.counts(found)
    is_running = found.state == "running"
    return {
        "outcome": outcome,
        "counts": [
            (each.value, each.label, counts[each]) for each in LookOutcome if each in counts
        ],
        "to_choose": sum(counts.get(each, 0) for each in customer_looks.CHOSEN),
        "page": older_page(rows, "position", request.GET.get("before", "")),
        "is_running": is_running,
        "worker_is_silent": is_running and heartbeat.is_silent(timezone.now()),
        "seen": f"{found.state}-{found.done}-{found.problem_code}",
    }


@require_POST
@permit(Permission.IMPORT_CUSTOMERS)
def look_at_customers(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Ask the store for its registered customers; none is kept."""
    connection = connection_of(company, connection_id)
    try:
        customer_looks.begin(connection, by=cast("User", request.user), now=timezone.now())
    except NotPossibleError as error:
        messages.error(request, str(error))
    return redirect("store_customers", company.pk, connection.pk)


@require_POST
@permit(Permission.IMPORT_CUSTOMERS)
def keep_customers(
    request: HttpRequest, company: Company, connection_id: UUID, customer_look_id: int
) -> HttpResponse:
    """Keep the ticked customers of a look, or all."""
    found = look_of(connection_of(company, connection_id), customer_look_id)
    chosen = None if request.POST.get("everything") else ticked(request.POST, "customer")
    try:
        done = customer_looks.keep(found, chosen, now=timezone.now())
    except NotPossibleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done.in_words)
    return redirect("store_customers", company.pk, found.connection_id)


@require_POST
@permit(Permission.IMPORT_CUSTOMERS)
def cancel_customer_look(
    request: HttpRequest, company: Company, connection_id: UUID, customer_look_id: int
) -> HttpResponse:
    """Ask no further; who was seen can be chosen."""
    found = look_of(connection_of(company, connection_id), customer_look_id)
    return _stepped(request, found, lambda: errands.end(found, now=timezone.now()))


@require_POST
@permit(Permission.IMPORT_CUSTOMERS)
def resume_customer_look(
    request: HttpRequest, company: Company, connection_id: UUID, customer_look_id: int
) -> HttpResponse:
    """Go on where it stopped."""
    found = look_of(connection_of(company, connection_id), customer_look_id)
    return _stepped(request, found, lambda: errands.take_up(found, now=timezone.now()))


def _stepped(request: HttpRequest, look: CustomerLook, step: Callable[[], None]) -> HttpResponse:
    try:
        step()
    except NotPossibleError as error:
        messages.error(request, str(error))
    return redirect("store_customers", look.company_id, look.connection_id)


def look_of(connection: StoreConnection, customer_look_id: int) -> CustomerLook:
    """A look at the store's customers.

    :raises Http404: when it is another store's, or forgotten.
    """
    looks = CustomerLook.objects.select_related("connection")
    return get_object_or_404(looks, connection=connection, pk=customer_look_id)
