"""Orders of a company or of one store, narrowed down; waiting ones by reason; drafts with why."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery

from connections.models import Status, StoreConnection
from ledger.models import Company
from ledger.queries import newest_of_buyer
from sync.core.waiting import SHORT_OF_STOCK
from sync.models import Order, OrderDocument, OrderDraft, OrderState


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What is asked for; each empty field means all. Days are of the company's zone."""

    store: StoreConnection | None = None
    state: str = ""
    reason: str = ""
    status: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""


def orders_of(company: Company, wanted: OrderFilter) -> QuerySet[Order]:
    """The company's orders that fit, stores that are deleted left out."""
    found = Order.objects.filter(company=company).exclude(connection__status=Status.DELETED)
    exact: dict[str, Any] = {
        "connection": wanted.store,
        "state": wanted.state,
        "reason_code": wanted.reason,
        "store_status": wanted.status,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    zone = ZoneInfo(company.timezone)
    if wanted.first:
        found = found.filter(created_at__gte=datetime.combine(wanted.first, time(), zone))
    if wanted.last:
        end = datetime.combine(wanted.last + timedelta(days=1), time(), zone)
        found = found.filter(created_at__lt=end)
    if wanted.text:
        found = found.filter(_like(company, wanted.text))
    return found.select_related("connection")


def _like(company: Company, text: str) -> Q:
    """By number, or by the buyer's name on one of the newest vouchers."""
    words = text.strip().lstrip("#").strip()
    wanted = Q(number__istartswith=words)
    if any(character.isdigit() for character in words):
        return wanted
    named = newest_of_buyer(company, words).values("pk")
    of_buyer = OrderDocument.objects.filter(company=company, voucher__in=named)
    return wanted | Q(
        pk__in=Order.objects.filter(
            company=company,
            connection__in=of_buyer.values("connection"),
            order_id__in=of_buyer.values("order_id"),
        ).values("pk")
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """Orders of one store that wait for the same thing, and since when the oldest does."""

    connection_id: UUID
    connection_name: str
    code: str
    count: int
    oldest: datetime


def reasons(company: Company) -> list[Reason]:
    """What the company's orders wait for, the most first, in one query."""
    rows = (
        Order.objects.filter(company=company, state=OrderState.WAITING)
        .exclude(connection__status=Status.DELETED)
        .values_list("connection_id", "connection__name", "reason_code")
        .annotate(count=Count("pk"), oldest=Min("seen_at"))
        .order_by("-count", "reason_code")
    )
    return [Reason(*row) for row in rows]


def held_orders(company: Company) -> int:
    """How many drafts are held for want of stock."""
    found = orders_of(company, OrderFilter(state=OrderState.DRAFT, reason=SHORT_OF_STOCK))
    return found.count()


def drafts_of(company: Company, reason: str = "") -> QuerySet[OrderDraft]:
    """Drafts and sales orders of stores, each with `order_reason` and `store_status`.

    `reason` is the code of why they are drafts; empty for all.
    """
    order = Order.objects.filter(connection=OuterRef("connection"), order_id=OuterRef("order_id"))
    found = OrderDraft.objects.filter(company=company).exclude(connection__status=Status.DELETED)
    if reason:
        found = found.filter(Exists(order.filter(reason_code=reason)))
    return found.select_related("draft", "connection").annotate(
        order_reason=Subquery(order.values("reason")[:1]),
        store_status=Subquery(order.values("store_status")[:1]),
    )
