"""The cast and the stage of the ledger's tests."""

import pytest

from ledger.models import Company, User
from tests.factories import a_company, a_user


@pytest.fixture
def owner(db: None) -> User:
    """Founded the company."""
    return a_user("owner")


@pytest.fixture
def company(owner: User) -> Company:
    """An Indian company in Maharashtra, with open books."""
    return a_company(owner=owner)


@pytest.fixture
def stranger(db: None) -> User:
    """Has a company of his own, and none of ours."""
    person = a_user("stranger")
    a_company(owner=person, name="Stranger & Sons")
    return person
