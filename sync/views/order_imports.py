"""Manual import, tab Imported: what people had brought, when, and what became of it."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from connections.models import StoreConnection
from ledger.access import permit, require
from ledger.models import Company, Permission, Role, User
from ledger.rendering import page_or_part
from sync.asking import errands, look_page, order_imports
from sync.asking.errands import NotPossibleError
from sync.asking.import_forms import ticked
from sync.models import ImportedOrder, ImportOutcome, OrderImport
from sync.paging import older_page
from sync.running import heartbeat
from sync.views.looks import look_of
from sync.views.stores import connection_of, store_context


@require_POST
@permit(Permission.IMPORT_ORDERS)
def import_orders(
    request: HttpRequest, company: Company, connection_id: UUID, look_id: int
) -> HttpResponse:
    """Bring the ticked orders of a look, or all of it that bring news, into the books."""
    connection = connection_of(company, connection_id)
    chosen = None if request.POST.get("everything") else ticked(request.POST)
    numbers = look_page.numbers_of(look_of(connection, look_id), chosen)
    user = cast("User", request.user)
    try:
        made = order_imports.begin(connection, numbers, by=user, now=timezone.now())
    except NotPossibleError as error:
        messages.error(request, str(error))
        return redirect("look", company.pk, connection.pk, look_id)
    return redirect("order_import", company.pk, connection.pk, made.pk)


@require_GET
@require(Role.VIEWER)
def imported(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """All imports of the store, newest first."""
    connection = connection_of(company, connection_id)
    imports = OrderImport.objects.filter(connection=connection).select_related("made_by")
    page = older_page(imports, "id", request.GET.get("before", ""))
    told = order_imports.counts_of([each.pk for each in page.rows])
    context = store_context(connection, tab="import") | {
        "side": "imported",
        "page": page,
        "rows": [(each, _named(told.get(each.pk, {}))) for each in page.rows],
    }
    return render(request, "sync/imported.html", context)


@require_GET
@require(Role.VIEWER)
def order_import(
    request: HttpRequest, company: Company, connection_id: UUID, order_import_id: int
) -> HttpResponse:
    """An import: progress while the worker is at it, the result, and each order with its reason."""
    connection = connection_of(company, connection_id)
    found = import_of(connection, order_import_id)
    outcome = request.GET.get("outcome", "")
    rows = ImportedOrder.objects.filter(order_import=found)
    if outcome in ImportOutcome.values:
        rows = rows.filter(outcome=outcome)
    counts = order_imports.counts(found)
    page = older_page(rows, "order_id", request.GET.get("before", ""))
    on_the_way = counts.get("asked", 0) + counts.get("kept", 0)
    context: dict[str, Any] = store_context(connection, tab="import") | {
        "side": "imported",
        "import": found,
        "counts": _named(counts),
        "settled": sum(counts.values()) - on_the_way,
        "can_be_cancelled": found.is_open and bool(counts.get("asked")),
        "missing_skus": [] if found.is_open else order_imports.missing_skus(found),
        "outcome": outcome,
        "page": page,
        "known": look_page.known_among(connection.pk, [row.order_id for row in page.rows]),
        "worker_is_silent": found.state == "running" and heartbeat.is_silent(timezone.now()),
        "seen": f"{found.state}-{found.problem_code}-{'.'.join(map(str, counts.values()))}",
    }
    return page_or_part(request, "sync/order_import.html", "sync/_order_import.html", context)


def import_of(connection: StoreConnection, order_import_id: int) -> OrderImport:
    """An import of the store's orders.

    :raises Http404: when it is another store's.
    """
    imports = OrderImport.objects.select_related("connection__company", "made_by")
    return get_object_or_404(imports, connection=connection, pk=order_import_id)


def _named(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    return [(each.value, each.label, counts[each]) for each in ImportOutcome if counts.get(each)]


@require_POST
@permit(Permission.IMPORT_ORDERS)
def cancel_order_import(
    request: HttpRequest, company: Company, connection_id: UUID, order_import_id: int
) -> HttpResponse:
    """Ask for no more orders; what has come is booked."""
    found = import_of(connection_of(company, connection_id), order_import_id)
    return _stepped(request, found, order_imports.cancel)


@require_POST
@permit(Permission.IMPORT_ORDERS)
def resume_order_import(
    request: HttpRequest, company: Company, connection_id: UUID, order_import_id: int
) -> HttpResponse:
    """Go on where it stopped."""
    found = import_of(connection_of(company, connection_id), order_import_id)
    return _stepped(request, found, errands.take_up)


def _stepped(request: HttpRequest, found: OrderImport, step: Callable[..., None]) -> HttpResponse:
    """Take the step, or say why not: two people may press two buttons."""
    try:
        step(found, now=timezone.now())
    except NotPossibleError as error:
        messages.error(request, str(error))
    return redirect("order_import", found.company_id, found.connection_id, found.pk)
