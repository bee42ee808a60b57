"""What a delivery about a registered customer is, and what is kept of it.

Kept is what `CUSTOMER` names and what looks as it should, as for orders: no user name, no role, no
avatar, nothing that a plugin has added but the GSTIN.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.core.minimise import BUYER, GSTIN_FIELDS, buyer_gstin
from sync.core.people import LONG_AGO, Person, customer_of
from sync.core.reception import MAX_ORDER_ID, NoOrder, without_order
from sync.core.shapes import Json, UnreadableBodyError, identity, kept, moment, one, read_json, text

RESOURCE = "customer"
DELETED = "customer.deleted"
CUSTOMER = {
    "id": identity,
    "email": text(200),
    "first_name": text(100),
    "last_name": text(100),
    "date_modified_gmt": moment,
    "billing": one(BUYER | {"email": text(200)}),
    "shipping": one(BUYER),
}

WITHOUT_EMAIL = NoOrder(
    "customer_without_email",
    "The customer has no e-mail address, by which contacts are matched.",
    is_alarm=False,
)


@dataclass(frozen=True, slots=True)
class CustomerContent:
    """A registered customer of a store; without a `person` he was deleted there."""

    customer_id: int
    person: Person | None
    told_at: datetime = LONG_AGO

    @property
    def is_deletion(self) -> bool:
        """Whether the store says that he is gone."""
        return self.person is None


def read_customer(
    body: bytes | Mapping[str, object], *, topic: str = "", gstin_fields: Collection[str] = ()
) -> CustomerContent | NoOrder:
    """Tell what a delivery about a customer is, or why it is none."""
    try:
        customer = read_json(body) if isinstance(body, bytes) else body
        if not isinstance(customer, Mapping) or "id" not in customer:
            return without_order(customer)
        return _content(minimise_customer(customer, gstin_fields), topic)
    except UnreadableBodyError as error:
        return NoOrder("unreadable", f"The body could not be read: {error}.", is_alarm=True)


def _content(told: Mapping[str, Any], topic: str) -> CustomerContent | NoOrder:
    customer_id = told.get("id")
    if not isinstance(customer_id, int) or not 0 < customer_id <= MAX_ORDER_ID:
        return NoOrder("no_customer_id", "The body names no customer.", is_alarm=True)
    if topic == DELETED:
        return CustomerContent(customer_id, None)
    person = customer_of(told)
    return CustomerContent(customer_id, person, person.told_at) if person else WITHOUT_EMAIL


def minimise_customer(customer: Mapping[str, object], gstin_fields: Collection[str] = ()) -> Json:
    """Keep of a customer what `CUSTOMER` names, and a business buyer's GSTIN.

    Minimising the result again changes nothing.
    """
    found = kept(customer, CUSTOMER)
    gstin = buyer_gstin(customer, gstin_fields or GSTIN_FIELDS)
    return found | {"buyer_gstin": gstin} if gstin else found
