"""Deliveries that cannot be read: left out with a reason, and taken in again."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from ledger.access import permit
from ledger.models import Company, Permission, User
from sync.models import Acceptance
from sync.orders.acceptance import UnfitAnswerError
from sync.orders.answer_forms import LeaveOutDeliveryForm
from sync.orders.waiting import left_out
from sync.views.stores import connection_of


@require_POST
@permit(Permission.POST)
def leave_out_delivery(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Leave a delivery out that could not be read."""
    connection = connection_of(company, connection_id)
    form = LeaveOutDeliveryForm(request.POST)
    user = cast("User", request.user)
    if not form.is_valid():
        messages.error(request, "Say why the delivery is left out: nothing was saved.")
        return redirect("store_waiting", company.pk, connection.pk)
    try:
        order_id = left_out.leave_out(
            connection,
            form.cleaned_data["delivery"],
            form.cleaned_data["why"],
            user,
            at=timezone.now(),
        )
    except UnfitAnswerError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Order {order_id} is left out until it changes in the store.")
    return redirect("store_waiting", company.pk, connection.pk)


@require_POST
@permit(Permission.POST)
def take_in_again(
    request: HttpRequest, company: Company, connection_id: UUID, answer_id: int
) -> HttpResponse:
    """Withdraw that a delivery is left out."""
    connection = connection_of(company, connection_id)
    get_object_or_404(Acceptance, connection=connection, pk=answer_id)
    user = cast("User", request.user)
    try:
        left_out.take_in_again(connection, answer_id, user, at=timezone.now())
    except UnfitAnswerError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Withdrawn. The delivery is read again.")
    return redirect("store_waiting", company.pk, connection.pk)
