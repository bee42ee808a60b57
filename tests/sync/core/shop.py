"""Books of one order, kept by planning delivery after delivery; no database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ledger.core.documents import Document
from sync.core.books import OrderBooks, Posted, posted_as
from sync.core.matching import Catalogue, CatalogueItem
from sync.core.parse import parse_order
from sync.core.plan import Plan, plan
from sync.core.situation import Situation
from sync.core.terms import ItemFacts, Terms
from sync.core.waiting import Allocations
from tests.orders import Json

TERMS = Terms(
    connection="store",
    country="IN",
    state="27",
    is_regular=True,
    has_lut=True,
    currency="INR",
    zone=ZoneInfo("Asia/Kolkata"),
    clearing_account="clearing:store",
)
NOON = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)


def catalogue_of(items: Mapping[str, ItemFacts]) -> Catalogue:
    """A catalogue in which each SKU has its item; the ids of items are found whatever the SKU."""
    return Catalogue(CatalogueItem(facts, sku) for sku, facts in items.items())


class Books:
    """What is posted for an order, and how the next delivery of it is planned."""

    def __init__(self, **terms: Any) -> None:
        self.terms = replace(TERMS, **terms)
        self.posted: list[Posted] = []
        self.documents: list[Document] = []
        self.state = ""

    def deliver(
        self,
        order: Json,
        *,
        items: Mapping[str, ItemFacts] | None = None,
        answers: Mapping[Any, Mapping[str, str]] | None = None,
        allocations: Allocations | None = None,
        deleted: bool = False,
        seen_at: datetime = NOON,
    ) -> list[Document]:
        """Plan a delivery and post what it asks for; returns the new documents."""
        found = self.plan(
            order,
            items=items,
            answers=answers,
            allocations=allocations,
            deleted=deleted,
            seen_at=seen_at,
        )
        self.state = found.state
        self.posted += [
            posted_as(each.cause, each.document, each.refund_id) for each in found.documents
        ]
        new = [each.document for each in found.documents]
        self.documents += new
        return new

    def plan(
        self,
        order: Json,
        *,
        items: Mapping[str, ItemFacts] | None = None,
        answers: Mapping[Any, Mapping[str, str]] | None = None,
        allocations: Allocations | None = None,
        deleted: bool = False,
        seen_at: datetime = NOON,
        post_now: bool = False,
        was_booked: bool = False,
    ) -> Plan:
        """What a delivery would post."""
        situation = Situation(
            terms=self.terms,
            catalogue=catalogue_of(items or {}),
            answers=answers or {},
            allocations=allocations or {},
            books=OrderBooks(self.posted),
            seen_at=seen_at,
            refunds_seen_at={},
            is_deleted=deleted,
            must_post=post_now or was_booked,
            post_now=post_now,
            was_reversed=self.state == "reversed",
        )
        return plan(parse_order(order), situation)

    @property
    def net(self) -> Decimal:
        """What the order comes to in the books, in rupees with tax."""
        return sum((each.sign * each.total for each in self.posted), Decimal(0))


def kinds(documents: list[Document]) -> list[tuple[str, str]]:
    """Type and total of each document."""
    return [(document.type.value, str(document.body.total)) for document in documents]
