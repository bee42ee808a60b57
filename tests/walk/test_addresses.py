"""Every address, by every method, as everybody: the answer is the table's, and nothing changes."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from ledger.models import Company, Session, User
from tests.walk import who_may
from tests.walk.conftest import a_member, logged_in
from tests.walk.everything import Things
from tests.walk.fingerprint import Fingerprint, of_everything, taken_back, written
from tests.walk.routes import OF_COMPANY, Route, routes
from tests.walk.who_may import ITS_PERSON, MAY, NEEDS, NOBODY, needed

pytestmark = pytest.mark.django_db

METHODS = {
    "get": ["get"],
    "post": ["post"],
    "others": ["head", "options", "put", "patch", "delete"],
}
ELSEWHERE = {"plugin_card", "keys_come_back", "change_items"}
"""Pages that lead to another one where nothing else is said: not as a part, nothing ticked."""
SWITCHED = [
    (role, permission)
    for role in ("operator", "accountant")
    for permission in sorted(MAY["owner"] - {who_may.MEMBER, who_may.OWNER, ITS_PERSON})
]


def test_every_address_has_its_line() -> None:
    """A page that is new here: say in tests/walk/who_may.py who may look at it and who may send."""
    of_company = {route.name for route in OF_COMPANY}
    others = {route.name for route in routes()} - of_company
    known = who_may.OF_ONESELF | who_may.OF_API | who_may.OPEN | who_may.BY_SECRET
    say = "say in tests/walk/who_may.py who may look and who may send there"
    assert of_company - set(NEEDS) == set(), f"addresses without a line: {say}"
    assert others - known == set(), f"addresses of no company without a place: {say}"
    assert set(NEEDS) - of_company == set(), "lines of addresses that are gone"
    assert known - others == set(), "addresses of no company that are gone"


def _ask(client: Client, method: str, route: Route, things: Things) -> HttpResponseBase:
    answer: HttpResponseBase = getattr(client, method)(route.address(things))
    if answer.streaming:
        list(answer)
    return answer


def _wrong(client: Client, kind: str, things: Things, may: set[str], refused: int) -> list[str]:
    """What a walk finds: answers that the table does not want, and changes that nobody may make."""
    before = of_everything()
    found = [
        told
        for method in METHODS[kind]
        for route in OF_COMPANY
        for told in _wrong_at(client, method, route, things, may, refused, before)
    ]
    return found if of_everything() == before else [*found, "the database has changed"]


def _wrong_at(
    client: Client,
    method: str,
    route: Route,
    things: Things,
    may: set[str],
    refused: int,
    before: Fingerprint,
) -> Iterator[str]:
    need, count = needed(route.name, method), written()
    with taken_back():
        code = _ask(client, method, route, things).status_code
        may_change = method not in METHODS["get"] and need in may
        if not may_change and written() != count and of_everything() != before:
            yield f"{method} {route.name}: {code}, and the database has changed"
    if code not in _answers(route.name, method, need, refused, is_let_in=need in may):
        yield f"{method} {route.name}: {code}, needs {need}"


def _answers(name: str, method: str, need: str, refused: int, *, is_let_in: bool) -> set[int]:
    """The codes that are right. Pages know no HEAD; who is refused may hear of the method first."""
    if need == NOBODY:
        return {405, refused}
    if method in ("head", "options"):
        return {200, 302, 405} if is_let_in else {405, refused, 404}
    if not is_let_in:
        return {404 if need == ITS_PERSON and refused == 403 else refused}
    if method == "post":
        return {200, 302, 400}
    return {302 if name in ELSEWHERE else 200}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("role", sorted(MAY))
def test_a_member_does_what_the_role_may_and_nothing_else(
    role: str, method: str, things: Things, company: Company, owner: User
) -> None:
    person = owner if role == "owner" else a_member(company, role)
    assert _wrong(logged_in(person), method, things, MAY[role], 403) == []


@pytest.mark.parametrize("method", METHODS)
def test_to_a_stranger_no_address_of_a_company_exists(
    method: str, things: Things, own_things: Things, stranger: User
) -> None:
    assert _wrong(logged_in(stranger), method, things, set(), 404) == []


@pytest.mark.parametrize("method", METHODS)
def test_a_removed_member_is_a_stranger(method: str, things: Things, company: Company) -> None:
    person = a_member(company, "accountant")
    browser = logged_in(person)
    person.memberships.all().delete()
    assert _wrong(browser, method, things, set(), 404) == []


@pytest.mark.parametrize("method", METHODS)
def test_who_is_not_logged_in_is_asked_to(method: str, things: Things) -> None:
    assert _wrong(logged_in(None), method, things, set(), 302) == []


def test_the_way_of_who_is_not_logged_in_leads_to_the_log_in(things: Things) -> None:
    """302 alone says nothing: a form that was taken leads elsewhere too."""
    for route in routes():
        if route.name in NEEDS or route.name in who_may.OF_ONESELF:
            for method in ("get", "post"):
                answer = _ask(Client(), method, route, {**things, "public_id": "0" * 32})
                leads_there = answer.headers.get("Location", "").startswith(reverse("login"))
                assert leads_there or answer.status_code == 405, (method, route.name)


@pytest.mark.parametrize(("role", "permission"), SWITCHED)
def test_a_permission_that_is_switched_is_what_counts(
    role: str, permission: str, things: Things, company: Company
) -> None:
    has_it = permission in MAY[role]
    switched = {"withheld" if has_it else "granted": [permission]}
    browser = logged_in(a_member(company, role, **switched))
    for route in OF_COMPANY:
        for method, need in zip(("get", "post"), NEEDS[route.name], strict=True):
            if need == permission:
                with taken_back():
                    code = _ask(browser, method, route, things).status_code
                assert (code == 403) is has_it, (route.name, method, code)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("is_member", [False, True], ids=["stranger", "viewer there"])
def test_nothing_is_reached_through_ones_own_company(
    method: str,
    is_member: bool,
    things: Things,
    own_things: Things,
    company: Company,
    stranger: User,
) -> None:
    """Who may do everything here and look there, does nothing there through here."""
    if is_member:
        stranger.memberships.create(company=company, role="viewer")
    browser, before, asked = logged_in(stranger), of_everything(), 0
    for route in OF_COMPANY:
        for foreign in set(route.parameters) - {"company_id", "order_id", "kind"}:
            with taken_back():
                mixed = {**own_things, foreign: things[foreign], "receipt_id": things["receipt_id"]}
                count = written()
                code = _ask(browser, method, route, mixed).status_code
                assert code in {404, 405}, (route.name, foreign, code)
                assert written() == count or of_everything() == before, (route.name, foreign)
            asked += 1
    assert asked > 60


def test_a_session_of_somebody_else_is_not_ended(owner: User, stranger: User) -> None:
    browser = logged_in(owner)
    assert browser.get(reverse("sessions")).status_code == 200
    public_id = Session.objects.get(user=owner).public_id
    ended = logged_in(stranger).post(reverse("end_session", args=[public_id]))
    assert ended.status_code == 404
    assert browser.get(reverse("sessions")).status_code == 200


def test_the_walk_meets_every_kind_of_need() -> None:
    """So that nothing above passes for want of addresses."""
    met = {need for needs in NEEDS.values() for need in needs}
    wanted = {who_may.IMPORT_ORDERS, who_may.IMPORT_ITEMS, who_may.POST, who_may.LOCK}
    assert wanted | {who_may.SETTINGS, who_may.OWNER, who_may.MEMBER} <= met
    assert len(OF_COMPANY) > 90
