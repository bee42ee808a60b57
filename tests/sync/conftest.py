"""The cast: an owner, a colleague who may look, a stranger; one company with one store."""

import pytest
from rest_framework.test import APIClient

from connections.models import StoreConnection
from ledger import tokens
from ledger.models import Company, Membership, Role, User
from tests.factories import a_company, a_user
from tests.stores import a_connection


@pytest.fixture
def owner(db: None) -> User:
    """Founded the company."""
    return a_user("owner")


@pytest.fixture
def company(owner: User) -> Company:
    """Keeps its books in Maharashtra."""
    return a_company(owner=owner)


@pytest.fixture
def main_store(company: Company) -> StoreConnection:
    """Has sent nothing yet."""
    return a_connection(company)


@pytest.fixture
def colleague(company: Company) -> User:
    """May look at the company's books and change nothing."""
    person = a_user("colleague")
    Membership.objects.create(company=company, user=person, role=Role.VIEWER)
    return person


@pytest.fixture
def stranger(db: None) -> User:
    """Has a company of his own, and none of ours."""
    person = a_user("stranger")
    a_company(owner=person, name="Stranger & Sons")
    return person


def api_of(user: User, company: Company | None = None) -> APIClient:
    """A program with a token of this person, for all his companies or for one."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(user, company=company)}")
    return client


@pytest.fixture
def api(owner: User) -> APIClient:
    """The owner's program."""
    return api_of(owner)
