"""The cast: two companies that have one of everything each, and people of every kind."""

import pytest
from django.test import Client
from django.utils import timezone

from ledger import confirmation
from ledger.models import Company, Membership, Role, User
from tests.factories import a_company, a_user
from tests.walk.everything import Things, one_of_everything

VICTIM = "Kestrel Exports"
OTHER = "Magpie Trading"


@pytest.fixture
def owner(db: None) -> User:
    """Founded the company whose things are walked."""
    return a_user("owner")


@pytest.fixture
def company(owner: User) -> Company:
    """The company whose things are walked."""
    return a_company(owner=owner, name=VICTIM)


@pytest.fixture
def things(company: Company, owner: User) -> Things:
    """What the company has."""
    return one_of_everything(company, owner)


@pytest.fixture
def stranger(db: None) -> User:
    """Owns another company, and has never been a member of this one."""
    return a_user("stranger")


@pytest.fixture
def other(stranger: User) -> Company:
    """The stranger's company."""
    return a_company(owner=stranger, name=OTHER)


@pytest.fixture
def own_things(other: Company, stranger: User) -> Things:
    """What the stranger's company has."""
    return one_of_everything(other, stranger)


def a_member(company: Company, role: str, **switched: list[str]) -> User:
    """Somebody who has a role in a company; `granted` and `withheld` are permissions."""
    person = a_user(role)
    Membership.objects.create(company=company, user=person, role=Role(role), **switched)
    return person


def logged_in(person: User | None) -> Client:
    """A browser of this person, who has just given the password; None is nobody in particular."""
    client = Client()
    if person is None:
        return client
    client.force_login(person)
    session = client.session
    confirmation.note(session, timezone.now())
    session.save()
    return client
