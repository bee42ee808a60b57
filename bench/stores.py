"""Stores to measure with: each in a company of its own, all with the same catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from uuid import uuid4

from bench.orders import KNOWN_ITEMS, catalogue
from connections import lifecycle
from connections.models import StoreConnection
from ledger.companies import Founding, found_company
from ledger.models import Item, ItemRate, User
from sync.booking.inbox import Envelope, Recipient, put_all
from sync.models import Lane

TODAY = date(2026, 11, 21)
SINCE = date(2025, 9, 22)
PAGE = 100
"""So many orders come at once from a pull: a page of WooCommerce's REST API."""


@dataclass(frozen=True, slots=True)
class Store:
    """A connected store and its signing secret."""

    connection: StoreConnection
    secret: str

    @property
    def company_id(self) -> int:
        """The company whose books it fills."""
        return self.connection.company_id


def open_store() -> Store:
    """Found a company in Maharashtra, give it most of the catalogue, and connect a store."""
    n = uuid4().hex[:8]
    owner = User.objects.create_user(f"owner-{n}@example.com")
    founding = Founding(name=f"Asha Traders {n}", state="27")
    company = found_company(founding, owner=owner, today=TODAY)
    items = Item.objects.bulk_create(
        Item(company=company, sku=product.sku, name=product.name, hsn="6109")
        for product in catalogue()[:KNOWN_ITEMS]
    )
    rates = {product.sku: product.rate for product in catalogue()}
    ItemRate.objects.bulk_create(
        ItemRate(company=company, item=item, valid_from=SINCE, rate=rates[item.sku])
        for item in items
    )
    connection = lifecycle.connect(company, name=f"Shop {n}")
    return Store(connection, lifecycle.secret_of(connection))


def deliver(store: Store, bodies: Iterable[bytes], lane: Lane = Lane.LIVE) -> None:
    """Put deliveries into the store's inbox page by page, as a pull does."""
    recipient = Recipient.of(store.connection)
    envelope = Envelope(datetime.now(UTC), "order.created", lane=lane)
    rest = iter(bodies)
    while page := list(islice(rest, PAGE)):
        put_all(recipient, envelope, page)
