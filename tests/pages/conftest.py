"""The cast: an owner, a viewer and a stranger; one company with one store."""

import pytest
from django.test import Client

from connections.models import StoreConnection
from ledger.models import Company, Item, Membership, Role, User
from tests.factories import a_company, a_user
from tests.orders import Store
from tests.stores import a_connection, an_order, book

GSTIN = "29AAGCB7383J1Z4"


@pytest.fixture
def owner(db: None) -> User:
    """Founded the company."""
    return a_user("owner")


@pytest.fixture
def company(owner: User) -> Company:
    """Keeps its books in Maharashtra."""
    return a_company(owner=owner)


@pytest.fixture
def store(company: Company) -> StoreConnection:
    """Has sent nothing yet."""
    return a_connection(company)


@pytest.fixture
def busy(store: StoreConnection, company: Company) -> StoreConnection:
    """Sold a shirt in the state, a towel to a business elsewhere, and took 118.00 back."""
    Item.objects.create(company=company, sku="SHIRT-B", name="Shirt", hsn="6109", unit="PCS")
    towel = Store().line("Towel", "200.00", "5", state="KA", sku="TOWEL", line_id=77)
    business = Store().order([towel], order_id=502, state="KA", gstin=GSTIN)
    book(store, an_order(501, "1000.00"), business)
    refunds = [{"id": 9, "total": "-118.00"}]
    book(store, an_order(501, "1000.00", modified="2026-11-19T06:00:00", refunds=refunds))
    return store


@pytest.fixture
def browser(owner: User) -> Client:
    """The owner's, logged in."""
    return _client(owner)


@pytest.fixture
def viewer(company: Company) -> Client:
    """May look and change nothing."""
    person = a_user("viewer")
    Membership.objects.create(company=company, user=person, role=Role.VIEWER)
    return _client(person)


@pytest.fixture
def stranger(db: None) -> Client:
    """Has a company of his own, and none of ours."""
    person = a_user("stranger")
    a_company(owner=person, name="Stranger & Sons")
    return _client(person)


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
