"""A store's options."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from connections.forms import DeleteForm
from ledger.access import may, permit
from ledger.models import Company, Permission, Role
from sync.booking import held, retry
from sync.booking.inbox import wake
from sync.core.waiting import WaitsFor
from sync.forms import OptionsForm
from sync.overview import statuses_seen
from sync.views.stores import connection_of, store_context

MATCHING = frozenset({"unmapped_sku", "matches_lookup_code", "matches_name"})
"""Options that may let orders go on which wait for a SKU."""


@require_http_methods(["GET", "POST"])
@permit(Permission.SETTINGS)
def options(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Show and save the options, the status mapping among them."""
    connection = connection_of(company, connection_id)
    seen = statuses_seen(connection)
    form = OptionsForm(request.POST or None, instance=connection, seen=seen)
    if request.method == "POST" and form.is_valid():
        form.save()
        if MATCHING & set(form.changed_data):
            retry.retry(connection, reason_code=WaitsFor.SKU)
        if "bare_refund" in form.changed_data:
            retry.retry(connection, reason_code=WaitsFor.REFUND_LINES)
        if "hold_short_of_stock" in form.changed_data:
            held.look_again_of(connection)
        wake(connection.pk)
        messages.success(request, "Saved. It holds from the next delivery on.")
        return redirect("store_options", company.pk, connection.pk)
    context = store_context(connection, tab="options")
    context |= {
        "form": form,
        "delete_form": DeleteForm(connection=connection, auto_id="delete_%s"),
        "may_delete": may(request.user, company, Role.OWNER),
    }
    return render(request, "sync/options.html", context)
