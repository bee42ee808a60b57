"""Customers as a list: whom the stores told of, with what they bought as it stands in the books."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from django.db import connection as database
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from connections.models import StoreConnection
from ledger.core.money import ZERO
from ledger.models import Company
from sync.core.people import normal_email, phone_key
from sync.models import Customer, CustomerAccount, CustomerOrder

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Bought:
    """What orders come to: how many, net in the books (rupees with tax), the newest, where."""

    orders: int = 0
    net: Decimal = ZERO
    last: datetime | None = None
    stores: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A customer with all that was merged into him."""

    customer: Customer
    bought: Bought


def customers_of(
    company: Company, text: str = "", store: StoreConnection | None = None
) -> QuerySet[Customer]:
    """Customers who stand for themselves; found by what is known of those merged into them, too."""
    own = Customer.objects.filter(company=company)
    found = own.filter(merged_into=None)
    if text.strip():
        found = found.filter(pk__in=_standing(own.filter(_like(text))))
    if store:
        found = found.filter(pk__in=_standing(own.filter(_of(store))))
    return found


def _standing(customers: QuerySet[Customer]) -> QuerySet[Customer, int]:
    """The ids of those for whom these stand."""
    return customers.values_list(Coalesce("merged_into_id", "id"), flat=True)


def _like(text: str) -> Q:
    words = text.strip()
    wanted = (
        Q(name__icontains=words)
        | Q(company_name__icontains=words)
        | Q(email_key__contains=normal_email(words) or words.lower())
        | Q(gstin=words.upper())
    )
    digits = phone_key(words) if not any(each.isalpha() for each in words) else ""
    return wanted | Q(phone_key=digits) if digits else wanted


def _of(store: StoreConnection) -> Q:
    mine = {"customer": OuterRef("pk"), "connection": store}
    return Q(Exists(CustomerOrder.objects.filter(**mine))) | Q(
        Exists(CustomerAccount.objects.filter(**mine))
    )


def rows_of(customers: Sequence[Customer]) -> list[Row]:
    """The customers with what they bought; one query."""
    bought = bought_by([each.pk for each in customers])
    return [Row(each, bought.get(each.pk, Bought())) for each in customers]


def all_rows(customers: QuerySet[Customer]) -> Iterator[Row]:
    """The same of any number, part by part, so that memory stays flat."""
    rest = customers.order_by("name", "pk").iterator(chunk_size=AT_ONCE)
    while part := list(islice(rest, AT_ONCE)):
        yield from rows_of(part)


def buyer_of_order(connection: StoreConnection, order_id: int) -> int | None:
    """The customer whose order it is, or who stands for him; None where nobody is known."""
    whose = Customer.objects.filter(orders__connection=connection, orders__order_id=order_id)
    return whose.values_list(Coalesce("merged_into_id", "id"), flat=True).first()


def bought_by(customer_ids: Sequence[int]) -> dict[int, Bought]:
    """What these and all that were merged into them bought, by id."""
    with database.cursor() as cursor:
        cursor.execute(_BOUGHT, [list(customer_ids), list(customer_ids)])
        return {row[0]: Bought(*row[1:]) for row in cursor.fetchall()}


_BOUGHT = """
SELECT coalesce(customer.merged_into_id, customer.id), count(*), sum(placed.net_booked),
    max(placed.created_at), array_agg(DISTINCT store.name ORDER BY store.name)
FROM sync_customer customer
JOIN sync_customerorder whose ON whose.customer_id = customer.id
JOIN sync_order placed
    ON placed.connection_id = whose.connection_id AND placed.order_id = whose.order_id
JOIN connections_storeconnection store ON store.id = placed.connection_id
WHERE customer.id = ANY(%s) OR customer.merged_into_id = ANY(%s)
GROUP BY 1
"""
