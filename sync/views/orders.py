"""One order: its life on a time line, and a person's answers where it waits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from connections.models import StoreConnection
from ledger import periods
from ledger.access import permit, require
from ledger.item_forms import NewItemForm
from ledger.models import Company, Permission, Role, User
from sync.booking.reading import LEFT_OUT
from sync.core.waiting import RefundAsked
from sync.customers.listing import buyer_of_order
from sync.items.missing_skus import MissingSku, missing_skus
from sync.models import Acceptance, Order, OrderDraft, OrderState
from sync.orders import acceptance, timeline
from sync.orders.activity import activity_of
from sync.orders.answer_forms import AnswerForm, LeaveOutForm, RefundLinesForm, form_for
from sync.orders.answers_given import answers_to
from sync.orders.asked_refunds import refunds_asked
from sync.orders.contact import contacts_of
from sync.orders.reallocation import SpreadRefund, spread_refunds
from sync.views.stores import connection_of

ACTIVITY_SHOWN = 50


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
        "customer_id": buyer_of_order(connection, order_id),
        "asked": next(iter(asked_of(connection, [found])), None),
        "answers": answers_to(found),
        "spread": _allocatable(connection, found),
        "activity": activity_of(connection, order_id, ACTIVITY_SHOWN),
    }
    return render(request, "sync/order.html", context)


def _allocatable(
    connection: StoreConnection, order: Order
) -> list[tuple[SpreadRefund, RefundLinesForm]]:
    """Refunds that were spread, each with the form that says its lines."""
    seen = {"snapshot": order.snapshot_id}
    return [
        (each, RefundLinesForm(refund=each.asked, initial=seen, auto_id=f"r{number}_%s"))
        for number, each in enumerate(spread_refunds(connection, order, timezone.now()))
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """A waiting order with the forms that answer it: what it asks for, and leaving it out.

    `skus` are those it waits for, each with the form that makes an item of it.
    """

    order: Order
    answer: AnswerForm | None
    leave_out: LeaveOutForm
    skus: Sequence[tuple[MissingSku, NewItemForm]] = ()


def asked_of(connection: StoreConnection, orders: Iterable[Order]) -> list[Asked]:
    """The waiting orders among these, each with its forms."""
    waiting = [order for order in orders if order.state == OrderState.WAITING]
    refunds = refunds_asked(connection, waiting)
    missing = missing_skus(connection.pk, waiting)
    return [
        _asked(order, refunds.get(order.order_id), _items(order, missing, connection.company))
        for order in waiting
    ]


def _asked(
    order: Order, refund: RefundAsked | None, skus: Sequence[tuple[MissingSku, NewItemForm]]
) -> Asked:
    seen = {"snapshot": order.snapshot_id}
    return Asked(
        order,
        form_for(order.reason_code, refund=refund, initial=seen, auto_id=f"o{order.pk}_%s"),
        LeaveOutForm(initial=seen, auto_id=f"l{order.pk}_%s"),
        skus,
    )


def _items(
    order: Order, missing: Mapping[int, Sequence[MissingSku]], company: Company
) -> list[tuple[MissingSku, NewItemForm]]:
    today = periods.today_in(company, timezone.now())
    since = periods.year_of(today, company.year_start_month).first
    return [
        (
            each,
            NewItemForm(
                company=company,
                initial={"sku": each.sku, "name": each.name, "since": since},
                prefix="new",
                auto_id=f"i{order.pk}_{number}_%s",
            ),
        )
        for number, each in enumerate(missing.get(order.order_id, ()))
    ]


@require_POST
@permit(Permission.POST)
def accept(
    request: HttpRequest, company: Company, connection_id: UUID, order_id: int
) -> HttpResponse:
    """Keep a person's answer, if the order still is what the person saw."""
    connection = connection_of(company, connection_id)
    found = order_of(connection, order_id)
    code = LEFT_OUT if request.POST.get("code") == LEFT_OUT else found.reason_code
    refund = refunds_asked(connection, [found]).get(order_id)
    form = form_for(code, request.POST, refund=refund)
    if form is None or not form.is_valid():
        why = "".join(_problems(form))
        messages.error(
            request, f"Order #{found.number}: please look again, nothing was saved.{why}"
        )
    elif form.cleaned_data["snapshot"] != found.snapshot_id:
        messages.warning(
            request, f"Order #{found.number} has changed meanwhile: please look again."
        )
    else:
        decide(request, connection, order_id, form.code, form.value())
    return redirect("order", company.pk, connection.pk, order_id)


def _problems(form: AnswerForm | None) -> Iterator[str]:
    """What the form as a whole finds wrong, such as amounts that do not add up."""
    yield from (f" {error}" for error in (form.non_field_errors() if form else ()))


@require_POST
@permit(Permission.POST)
def withdraw(
    request: HttpRequest, company: Company, connection_id: UUID, order_id: int, answer_id: int
) -> HttpResponse:
    """Take an answer back while nothing is booked on it."""
    connection = connection_of(company, connection_id)
    answers = Acceptance.objects.filter(connection=connection, order_id=order_id)
    answer = get_object_or_404(answers, pk=answer_id)
    user = cast("User", request.user)
    try:
        acceptance.withdraw(connection, order_id, answer.pk, user, at=timezone.now())
    except acceptance.UnfitAnswerError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Withdrawn. The order is looked at again without that answer.")
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
