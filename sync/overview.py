"""What Home and the list of stores show: figures, the health of each store, what needs a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from connections.models import Status, StoreConnection
from ledger.core.documents import VoucherType
from ledger.core.money import ZERO
from ledger.models import Company
from ledger.periods import Period
from ledger.reports.daily_sums import DaySum, daily_sums
from sync.booking.retry import unreadable_deliveries
from sync.health import findings
from sync.items import unmapped_skus
from sync.models import Delivery, DeliveryState, Finding, Order, OrderDocument, OrderState

DAYS_ON_CHART = 30
RECENT_ORDERS = 1000
"""How far back statuses are looked for: enough to know them, and the same cost at any size."""


@dataclass(slots=True)
class Figures:
    """Sales (debit notes included), credit notes, and the output tax of both, in rupees."""

    sales: Decimal = ZERO
    refunds: Decimal = ZERO
    tax: Decimal = ZERO
    sales_count: int = 0
    refunds_count: int = 0

    def add(self, other: "Figures") -> None:
        """Add another day's figures."""
        self.sales += other.sales
        self.refunds += other.refunds
        self.tax += other.tax
        self.sales_count += other.sales_count
        self.refunds_count += other.refunds_count


@dataclass(slots=True)
class Business:
    """Figures of today, of this month, and day by day for the chart (oldest first)."""

    today: Figures = field(default_factory=Figures)
    month: Figures = field(default_factory=Figures)
    days: dict[date, Figures] = field(default_factory=dict)


def business(company: Company, today: date) -> Business:
    """The company's figures by voucher date, read in one query."""
    first = today - timedelta(days=DAYS_ON_CHART - 1)
    span = (first + timedelta(days=n) for n in range(DAYS_ON_CHART))
    result = Business(days={day: Figures() for day in span})
    start = min(first, today.replace(day=1))
    for each in daily_sums(company, Period(start, today)):
        day, figures = each.day, _figures(each)
        if day in result.days:
            result.days[day].add(figures)
        if (day.year, day.month) == (today.year, today.month):
            result.month.add(figures)
        if day == today:
            result.today.add(figures)
    return result


def _figures(of: DaySum) -> Figures:
    if of.type == VoucherType.CREDIT_NOTE:
        return Figures(refunds=of.total, tax=-of.tax, refunds_count=of.count)
    return Figures(sales=of.total, tax=of.tax, sales_count=of.count)


@dataclass(slots=True)
class Store:
    """A connection and how it is doing."""

    connection: StoreConnection
    last_heard_at: datetime | None
    last_order: str | None
    waiting: int
    alarms: int
    booked_today: Decimal = ZERO
    unmapped_skus: int = 0
    findings: Sequence[Finding] = ()

    @property
    def needs_person(self) -> list[Finding]:
        """What was found wrong and does not heal by itself."""
        return [each for each in self.findings if each.needs_person]

    @property
    def seen_findings(self) -> str:
        """Changes with what the strip shows of them."""
        return ",".join(
            f"{each.pk}:{each.needs_person}:{each.mail_problem}" for each in self.findings
        )

    @property
    def unmapped_in_words(self) -> str:
        """How many SKUs are unmapped, as far as they are counted."""
        return unmapped_skus.in_words(self.unmapped_skus)

    @property
    def tone(self) -> str:
        """The colour of its dot: good, warn or bad."""
        if self.connection.status != Status.ACTIVE or not self.connection.is_enabled:
            return "bad"
        if self.needs_person:
            return "bad"
        worth_a_look = self.waiting or self.alarms or self.findings or not self.last_heard_at
        return "warn" if worth_a_look else "good"

    @property
    def tone_in_words(self) -> str:
        """The same for those who do not see colours."""
        if self.tone == "warn" and not self.last_heard_at:
            return "Not heard from yet"
        if self.tone == "bad" and self.needs_person:
            return "Needs you"
        if self.tone == "warn" and self.findings and not self.waiting and not self.alarms:
            return "Healing"
        return {"good": "All is well", "warn": "Needs you", "bad": "Books nothing"}[self.tone]


def stores(company: Company, today: date) -> list[Store]:
    """The company's connections that are not deleted, with their health, in four queries."""
    return _with_health(company, _connections(today).filter(company=company), today)


def stores_of(company: Company) -> list[StoreConnection]:
    """The company's connections alone, deleted ones too: their vouchers are still in the books."""
    return list(StoreConnection.objects.filter(company=company).order_by("name", "pk"))


def store(connection: StoreConnection, today: date) -> Store:
    """One connection with its health."""
    only = _connections(today).filter(pk=connection.pk)
    return _with_health(connection.company, only, today)[0]


def _connections(today: date) -> QuerySet[StoreConnection]:
    deliveries = Delivery.objects.filter(connection=OuterRef("pk"))
    orders = Order.objects.filter(connection=OuterRef("pk"))
    week = datetime.combine(today - timedelta(days=7), time(), UTC)
    alarms = deliveries.filter(state=DeliveryState.ALARM, received_at__gte=week)
    return (
        StoreConnection.objects.exclude(status=Status.DELETED)
        .order_by("name", "pk")
        .annotate(
            last_heard_at=Subquery(deliveries.order_by("-id").values("received_at")[:1]),
            last_order=Subquery(orders.order_by("-order_id").values("number")[:1]),
            waiting=_count(orders.filter(state=OrderState.WAITING)),
            unreadable=_count(unreadable_deliveries().filter(connection=OuterRef("pk"))),
            alarms=_count(alarms),
        )
    )


def _count(rows: QuerySet[Delivery] | QuerySet[Order]) -> Subquery:
    return Subquery(
        rows.order_by().values("connection").annotate(count=Count("pk")).values("count")
    )


def _with_health(
    company: Company, connections: QuerySet[StoreConnection], today: date
) -> list[Store]:
    booked = _booked_on(company, today)
    rows = list(connections)
    ids = [row.pk for row in rows]
    looked_after = [row.pk for row in rows if row.status == Status.ACTIVE and row.is_enabled]
    unmapped, found = unmapped_skus.counts(ids), findings.open_findings(looked_after)
    return [
        _store(row, booked.get(row.pk, ZERO), unmapped.get(row.pk, 0), found.get(row.pk, []))
        for row in rows
    ]


def _store(row: Any, booked_today: Decimal, unmapped_skus: int, found: Sequence[Finding]) -> Store:
    """A connection as `_connections` annotates it, with what was counted for all at once."""
    return Store(
        connection=row,
        last_heard_at=row.last_heard_at,
        last_order=row.last_order,
        waiting=(row.waiting or 0) + (row.unreadable or 0),
        alarms=row.alarms or 0,
        booked_today=booked_today,
        unmapped_skus=unmapped_skus,
        findings=found,
    )


def _booked_on(company: Company, day: date) -> dict[UUID, Decimal]:
    """Sales less credit notes of one voucher date, per connection."""
    is_credit = Q(voucher__type=VoucherType.CREDIT_NOTE)
    rows = (
        OrderDocument.objects.filter(company=company, voucher__company=company, voucher__date=day)
        .values_list("connection")
        .annotate(
            up=Sum("voucher__total", filter=~is_credit, default=ZERO),
            down=Sum("voucher__total", filter=is_credit, default=ZERO),
        )
    )
    return {connection: up - down for connection, up, down in rows}


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """Orders of one store that wait for the same thing."""

    connection_id: UUID
    connection_name: str
    reason_code: str
    count: int


def waiting_groups(company: Company) -> list[WaitingGroup]:
    """All waiting orders of a company by store and reason, the most first."""
    rows = (
        Order.objects.filter(company=company, state=OrderState.WAITING)
        .exclude(connection__status=Status.DELETED)
        .values_list("connection_id", "connection__name", "reason_code")
        .annotate(count=Count("pk"))
        .order_by("-count", "reason_code")
    )
    return [WaitingGroup(*row) for row in rows]


def statuses_seen(connection: StoreConnection) -> set[str]:
    """The statuses of the store's recent orders, a shop's own among them."""
    recent = Order.objects.filter(connection=connection).order_by("-order_id")
    return set(recent.values_list("store_status", flat=True)[:RECENT_ORDERS]) - {""}


def needs_setting_up(all_stores: Sequence[Store]) -> list[Store]:
    """Stores that book nothing: not heard from yet, switched off, or unpaired."""
    return [
        each
        for each in all_stores
        if each.last_heard_at is None
        or not each.connection.is_enabled
        or each.connection.status != Status.ACTIVE
    ]
