"""Deliveries about registered customers (`customer.created`, `.updated`, `.deleted`)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from connections import activity
from connections.models import StoreConnection
from sync.core.customers import CustomerContent, read_customer
from sync.core.reception import NoOrder
from sync.customers import following

KEPT = "customer_kept"
GONE = "customer_deleted"


class Teller(Protocol):
    """The connection that a delivery came by."""

    @property
    def connection_id(self) -> UUID:
        """Whose delivery it is."""

    @property
    def gstin_fields(self) -> Collection[str]:
        """The meta fields that may hold a GSTIN; empty: the usual ones."""


def hear(teller: Teller, topic: str, now: datetime, body: bytes | Mapping[str, object]) -> NoOrder:
    """Keep what a store that shares contact details tells of a customer; how the delivery ends.

    The books ignore it, by a rule that says what became of it. No detail stands in the rule's
    sentence or in the activity, which outlive what they are about. In a transaction.
    """
    content = read_customer(body, topic=topic, gstin_fields=teller.gstin_fields)
    if isinstance(content, NoOrder):
        return content
    connection = StoreConnection.objects.get(pk=teller.connection_id)
    rule, sentence = _kept(connection, content, now)
    activity.note(connection, sentence, at=now, kind="customer")
    return NoOrder(rule, sentence, is_alarm=False)


def _kept(connection: StoreConnection, content: CustomerContent, now: datetime) -> tuple[str, str]:
    number = content.customer_id
    if content.person is None:
        known = following.forget_accounts(connection, [number])
        word = "orders and contact stay" if known else "nothing was known of it"
        return GONE, f"Customer account {number} was deleted in the store; {word}."
    kept = following.keep_registered(connection, {number: content.person}, now)
    return KEPT, f"Customer account {number}: contact {'created' if kept.created else 'updated'}."
