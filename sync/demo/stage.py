"""What a demonstration needs in the books: a company, somebody to log in, items, a connection."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from connections import lifecycle
from connections.models import Status, StoreConnection
from ledger.companies import Founding, found_company
from ledger.models import Company, Item, ItemRate, User
from sync.demo.goods import OWN_GSTIN, PRODUCTS

EMAIL = "demo@example.com"
COMPANY = "Malabar Home & Kitchen"
STORE = "malabarkitchen.example"
RATES_SINCE = date(2025, 9, 22)


class NoStageError(Exception):
    """There is no place for a demonstration here; the text says why."""


def demo_connection(password: str, *, now: datetime) -> StoreConnection:
    """Find the demo store's connection; the first time it is made, with all around it.

    Its `created_at` is when the store opened. Who has books of his own gets no demo among them.

    :raises NoStageError: where there are other companies, or the demo's connection was deleted.
    """
    if not User.objects.filter(email=EMAIL).exists():
        if Company.objects.exists():
            raise NoStageError("There are companies here already, so no demo is made.")
        return _set_up(password, now)
    connections = StoreConnection.objects.filter(
        company__memberships__user__email=EMAIL, name=STORE
    )
    connection = connections.exclude(status=Status.DELETED).order_by("created_at").first()
    if connection is None:
        raise NoStageError("The demo's connection was deleted, so there is nothing to show.")
    return connection


def has_password(password: str) -> bool:
    """Whether the demo's user still has this password; people change passwords."""
    return User.objects.get(email=EMAIL).check_password(password)


@transaction.atomic
def _set_up(password: str, now: datetime) -> StoreConnection:
    owner = User.objects.create_user(EMAIL, password)
    founding = Founding(name=COMPANY, state="27", gstin=OWN_GSTIN, has_lut=True)
    today = now.astimezone(ZoneInfo(founding.timezone)).date()
    company = found_company(founding, owner=owner, today=today)
    _fill_catalogue(company)
    return lifecycle.connect(company, name=STORE)


def _fill_catalogue(company: Company) -> None:
    items = Item.objects.bulk_create(
        Item(
            company=company,
            sku=product.sku,
            name=product.name,
            hsn=product.hsn,
            taxability=product.taxability,
            price=product.price,
        )
        for product in PRODUCTS
        if product.is_in_catalogue
    )
    rates = {product.sku: product.rate for product in PRODUCTS if product.rate}
    ItemRate.objects.bulk_create(
        ItemRate(company=company, item=item, rate=rates[item.sku], valid_from=RATES_SINCE)
        for item in items
        if item.sku in rates
    )
