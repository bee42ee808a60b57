"""Orders that wait for a person, and what can be done: retry one, retry all of a kind, replay."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from connections.models import StoreConnection
from ledger.access import permit, require
from ledger.models import Company, Permission, Role
from sync.booking import retry
from sync.booking.retry import unreadable_deliveries
from sync.forms import ReplayForm, RetryForm
from sync.models import Delivery, Order, OrderState
from sync.orders.waiting.left_out import left_out_of
from sync.overview import waiting_groups
from sync.paging import FORMS_PER_PAGE, PER_PAGE, older_page
from sync.views.orders import asked_of
from sync.views.stores import connection_of, store_context


@require_GET
@require(Role.VIEWER)
def waiting(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """The queue, each order with its reason and, where there is one, the form that answers it."""
    connection = connection_of(company, connection_id)
    code = request.GET.get("reason", "").replace("\x00", "")
    found = Order.objects.filter(connection=connection, state=OrderState.WAITING)
    if code:
        found = found.filter(reason_code=code)
    before = request.GET.get("before", "")
    page = older_page(found, "order_id", before, size=FORMS_PER_PAGE)
    context = store_context(connection, tab="waiting")
    context |= {
        "page": page,
        "rows": asked_of(connection, page.rows),
        "groups": [g for g in waiting_groups(company) if g.connection_id == connection.pk],
        "reason": code,
        "unreadable": [] if code else unreadable_of(connection),
        "left_out": [] if code else left_out_of(connection),
    }
    return render(request, "sync/waiting.html", context)


def unreadable_of(connection: StoreConnection) -> list[Delivery]:
    """The newest deliveries of which nothing could be read."""
    return list(unreadable_deliveries().filter(connection=connection).order_by("-id")[:PER_PAGE])


@require_POST
@permit(Permission.IMPORT_ORDERS)
def retry_orders(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Try waiting orders again: one, or all that wait for the same thing."""
    connection = connection_of(company, connection_id)
    form = RetryForm(request.POST)
    if form.is_valid():
        count = retry.retry(connection, **form.wanted())
        orders = "1 order is" if count == 1 else f"{count} orders are"
        messages.success(request, f"{orders} tried again.")
    else:
        messages.error(request, "Nothing was chosen, nothing was tried again.")
    return redirect("store_waiting", company.pk, connection.pk)


@require_POST
@permit(Permission.IMPORT_ORDERS)
def replay(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Process one delivery again, as if it had just arrived."""
    connection = connection_of(company, connection_id)
    form = ReplayForm(request.POST, connection=connection)
    if form.is_valid():
        retry.replay(connection, [form.cleaned_data["delivery"].pk])
        messages.success(
            request, "The delivery is processed again; what stands is not posted twice."
        )
    else:
        messages.error(request, "There is no such delivery.")
    return redirect("store_deliveries", company.pk, connection.pk)
