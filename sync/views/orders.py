"""One order: its life on a time line, and a person's answers where it waits."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from connections.models import StoreConnection
from ledger.access import require
from ledger.models import Company, Role, User
from sync import acceptance, timeline
from sync.contact import contacts_of
from sync.forms import ANSWER_FORMS, AnswerForm
from sync.models import Order, OrderDraft, OrderState
from sync.views.stores import connection_of


def order_of(connection: StoreConnection, order_id: int) -> Order:
    """An order of the store.

    :raises Http404: when it was never heard of.
    """
    orders = Order.objects.select_related("snapshot")
    return get_object_or_404(orders, connection=connection, order_id=order_id)


@require_GET
@require(Role.VIEWER)
def order(
    request: HttpRequest, company: Company, connection_id: UUID, order_id: int
) -> HttpResponse:
    """The order's life: deliveries, what changed, documents, and what it nets to."""
    connection = connection_of(company, connection_id)
    if timeline.was_never_readable(connection, order_id):
        deliveries = reverse("store_deliveries", args=[company.pk, connection.pk])
        return redirect(f"{deliveries}?order={order_id}")
    found = order_of(connection, order_id)
    documents = timeline.documents_of(found)
    context = {
        "company": company,
        "connection": connection,
        "place": "stores",
        "order": found,
        "documents": documents,
        "events": timeline.timeline(found, documents),
        "draft": OrderDraft.objects.filter(connection=connection, order_id=order_id).first(),
        "payload": timeline.as_text(found.snapshot.payload),
        "contacts": contacts_of(found.snapshot.payload),
        "answer": answer_form(found),
    }
    return render(request, "sync/order.html", context)


def answer_form(order: Order) -> AnswerForm | None:
    """The form that answers what the order waits for, if a form can."""
    form = ANSWER_FORMS.get(order.reason_code) if order.state == OrderState.WAITING else None
    return (
        form(initial={"snapshot": order.snapshot_id}, auto_id=f"o{order.pk}_%s") if form else None
    )


@require_POST
@require(Role.ACCOUNTANT)
def accept(
    request: HttpRequest, company: Company, connection_id: UUID, order_id: int
) -> HttpResponse:
    """Keep a person's answer, if the order still is what the person saw."""
    connection = connection_of(company, connection_id)
    found = order_of(connection, order_id)
    expected = ANSWER_FORMS.get(found.reason_code)
    form = expected(request.POST) if expected else None
    if form is None or not form.is_valid():
        messages.error(request, f"Order #{found.number}: please look again, nothing was saved.")
    elif form.cleaned_data["snapshot"] != found.snapshot_id:
        messages.warning(
            request, f"Order #{found.number} has changed meanwhile: please look again."
        )
    else:
        decide(request, connection, order_id, form.code, form.value())
    return redirect("order", company.pk, connection.pk, order_id)


def decide(
    request: HttpRequest,
    connection: StoreConnection,
    order_id: int,
    code: str,
    value: Mapping[str, str],
) -> None:
    """Keep a person's decision, and say what becomes of it."""
    user = cast("User", request.user)
    try:
        acceptance.accept(connection, order_id, code, value, user, at=timezone.now())
    except acceptance.UnfitAnswerError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Kept. The order goes on with your answer.")
