"""A refund that was spread, allocated by line on the order's page."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from ledger.access import permit
from ledger.models import Company, Permission, User
from sync.orders import reallocation
from sync.orders.acceptance import UnfitAnswerError
from sync.orders.answer_forms import RefundLinesForm
from sync.views.orders import order_of
from sync.views.stores import connection_of


@require_POST
@permit(Permission.POST)
def reallocate(
    request: HttpRequest, company: Company, connection_id: UUID, order_id: int
) -> HttpResponse:
    """Keep the allocation, if it fits and may still be made."""
    connection = connection_of(company, connection_id)
    order = order_of(connection, order_id)
    now = timezone.now()
    wanted = request.POST.get("refund", "")
    spread = reallocation.spread_refunds(connection, order, now)
    found = next((each.asked for each in spread if str(each.asked.refund_id) == wanted), None)
    form = RefundLinesForm(request.POST, refund=found)
    user = cast("User", request.user)
    if found is None or not form.is_valid():
        why = "".join(f" {error}" for error in form.non_field_errors())
        messages.error(request, f"Please look again, nothing was saved.{why}")
        return redirect("order", company.pk, connection.pk, order_id)
    try:
        reallocation.reallocate(connection, order_id, found.refund_id, form.amounts(), user, at=now)
    except UnfitAnswerError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Kept. A debit note and a new credit note correct the order.")
    return redirect("order", company.pk, connection.pk, order_id)
