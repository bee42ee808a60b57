"""The REST API by tokens of every kind of person: what each gets to see, and that none changes."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from ledger import tokens
from ledger.models import Company, User
from tests.factories import a_user
from tests.walk.conftest import VICTIM, a_member, logged_in
from tests.walk.everything import Things
from tests.walk.fingerprint import of_everything
from tests.walk.routes import routes
from tests.walk.who_may import MAY, OF_API

pytestmark = pytest.mark.django_db

ENDPOINTS = [route for route in routes() if route.name in OF_API]
METHODS = ("post", "put", "patch", "delete")


def _program(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def _queries(things: Things) -> list[dict[str, str]]:
    """What somebody may ask for who knows the ids, or has guessed them."""
    store, company = str(things["connection_id"]), str(things["company_id"])
    return [
        {},
        {"connection": store},
        {"order_id": "501"},
        {"connection": store, "order_id": "501"},
        {"company": company},
        {"company": company, "connection": store},
    ]


def _sees_nothing(program: APIClient, things: Things) -> None:
    for endpoint, query in product(ENDPOINTS, _queries(things)):
        answer, asked = program.get(f"/{endpoint.path}", query), (endpoint.name, query)
        assert answer.status_code in {200, 404}, (asked, answer.status_code)
        assert VICTIM not in answer.content.decode(), asked
        if answer.status_code == 200 and query:
            own = {
                row.get("connection") or row.get("id") for row in answer.json().get("results", [])
            }
            assert str(things["connection_id"]) not in own, asked


def test_a_strangers_program_sees_nothing_of_another_company(
    things: Things, own_things: Things, stranger: User
) -> None:
    _sees_nothing(_program(tokens.issue(stranger, scope="write")), things)


def test_a_token_of_another_company_does_not_open_this_one(
    things: Things, own_things: Things, company: Company, other: Company
) -> None:
    """Also where its person is a member of both."""
    person = a_member(company, "owner")
    person.memberships.create(company=other, role="viewer")
    _sees_nothing(_program(tokens.issue(person, company=other)), things)


def test_a_removed_members_token_opens_nothing(things: Things, company: Company) -> None:
    person = a_member(company, "accountant")
    program = _program(tokens.issue(person, company=company))
    person.memberships.all().delete()
    _sees_nothing(program, things)


@pytest.mark.parametrize("role", sorted(MAY))
def test_every_members_program_reads_and_none_changes(
    role: str, things: Things, company: Company
) -> None:
    """The API only reads: a token that may write is no way round a role."""
    program = _program(tokens.issue(a_member(company, role), scope="write"))
    before = of_everything()
    for endpoint in ENDPOINTS:
        told = program.get(f"/{endpoint.path}").content.decode()
        assert VICTIM in told or str(things["connection_id"]) in told, endpoint.name
        for method in METHODS:
            answer = getattr(program, method)(f"/{endpoint.path}", things, format="json")
            assert answer.status_code in {403, 405}, (endpoint.name, method)
    assert of_everything() == before


def test_without_a_good_token_nothing_is_told(
    things: Things, company: Company, owner: User
) -> None:
    expired = tokens.issue(owner, expires_at=timezone.now() - timedelta(seconds=1))
    gone = a_user("gone")
    of_gone = tokens.issue(gone)
    gone.is_active = False
    gone.save()
    wrong = [_program(each) for each in (expired, of_gone, "cf_unknown", "")]
    programs = (*wrong, APIClient(), logged_in(owner))
    for program, endpoint, method in product(programs, ENDPOINTS, ("get", *METHODS)):
        answer = getattr(program, method)(f"/{endpoint.path}")
        assert answer.status_code == 401, (endpoint.name, method)
        assert VICTIM not in answer.content.decode(), endpoint.name


def test_the_store_is_one_that_its_owner_sees(things: Things, owner: User) -> None:
    """So that nothing above passes because there is nothing to see."""
    seen = _program(tokens.issue(owner)).get("/api/v1/connections").json()["results"]
    assert str(things["connection_id"]) in [row["id"] for row in seen]
