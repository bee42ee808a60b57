"""Every address there is, asked by those who may not: the list comes from the URLs themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from rest_framework.test import APIClient

from connections.models import StoreConnection
from ledger import invitations, tokens
from ledger.access import access_rule
from ledger.models import Account, ApiToken, Company, Membership, Permission, Role, User, Voucher
from ledger.papers.typesetting import Copy
from sync import acceptance
from sync.downloads import ask_for_documents
from sync.models import Acceptance, Delivery, OrderDraft
from tests.factories import a_user
from tests.stores import a_connection, an_order, book
from tests.sync.skus.files import items, previewed, sheet

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")
NOT_THERE = {404, 405}
VIEWERS_OWN = {"choose_year", "add_token", "revoke_token", "several_pdf", "cancel_download"}
"""What a viewer may send: it changes nothing but the viewer's own view, tokens and files."""
NOT_OF_A_COMPANY = {
    "start", "login", "login_code", "logout", "confirm", "invitation", "profile", "password",
    "two_factor", "two_factor_begin", "two_factor_set_up", "new_recovery_codes", "two_factor_off",
    "sessions", "end_session", "end_other_sessions", "healthz", "readyz", "metrics", "schema",
    "admin_login", "plugin_pair", "plugin_unpair", "plugin_update", "plugin_package",
    "plugin_status", "take_keys",
}  # fmt: skip
NOT_COMPARED = ("ledger_session", "django_session", "axes_%", "django_q_%")


@dataclass(frozen=True)
class Route:
    """An address of the site: `c/<int:company_id>/stores/`."""

    name: str
    path: str
    rule: str

    @property
    def parameters(self) -> list[str]:
        """The names of its ids."""
        return re.findall(r"<\w+:(\w+)>", self.path)

    def address(self, ids: dict[str, object]) -> str:
        """The address for these ids; a new kind of id has to be added to `_ids`."""
        for name in self.parameters:
            assert name in ids, f"say in _ids() what a {name} is, for {self.path}"
        return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(ids[found[1]]), self.path)


def _routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], above: str) -> Iterator[Route]:
    for each in patterns:
        path = above + str(each.pattern)
        if isinstance(each, URLPattern):
            yield Route(each.name or "", path, access_rule(each.callback) or "")
        elif each.app_name != "admin":
            yield from _walk(each.url_patterns, path)


OF_COMPANY = [route for route in _routes() if "company_id" in route.parameters]
OF_API = [r for r in _routes() if r.name.startswith("api_")]


def _ids(company: Company, owner: User) -> dict[str, object]:
    """One of everything that a company can have."""
    store = a_connection(company, f"Store of {company.name}")
    book(store, an_order(501), an_order(502, status="on-hold"), an_order(503, currency="USD"))
    items(company, "CUP")
    checked = previewed(store, sheet("A,CUP", "B,LID"), owner)
    tokens.issue(owner, company=company)
    invited = invitations.invite(
        company, "new@example.com", Role.VIEWER, by=owner, now=timezone.now()
    )
    return {
        "company_id": company.pk,
        "connection_id": store.pk,
        "order_id": 501,
        "voucher_id": Voucher.objects.get(company=company).pk,
        "draft_id": OrderDraft.objects.get(company=company).draft_id,
        "account_id": Account.objects.filter(company=company).order_by("id")[0].pk,
        "membership_id": Membership.objects.get(company=company, user=owner).pk,
        "invitation_id": invited.invitation.pk,
        "token_id": ApiToken.objects.get(company=company).pk,
        "answer_id": _an_answer(store, owner).pk,
        "kind": "journal",
        "import_id": checked.pk,
        "download_id": ask_for_documents(
            company, owner, [1], copy=Copy.ORIGINAL, now=timezone.now()
        ).pk,
    }


def _an_answer(store: StoreConnection, owner: User) -> Acceptance:
    acceptance.accept(store, 503, "currency", {"rate": "80"}, owner, at=timezone.now())
    return Acceptance.objects.get(connection=store)


@pytest.fixture
def ids(company: Company, owner: User) -> dict[str, object]:
    """What the owner's company has."""
    return _ids(company, owner)


@pytest.fixture
def own_ids(stranger: Client) -> dict[str, object]:
    """What the stranger's company has."""
    company = Company.objects.get(name="Stranger & Sons")
    return _ids(company, Membership.objects.get(company=company).user)


def _as(company: Company, role: Role) -> Client:
    person = a_user(role.value)
    Membership.objects.create(company=company, user=person, role=role)
    client = Client()
    client.force_login(person)
    return client


def _database() -> dict[str, str]:
    """A digest of every table but those that every request may write to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall() if not _is_left_out(name)]
        found = {}
        for name in names:
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t")
            found[name] = cursor.fetchone()[0]
    return found


def _is_left_out(table: str) -> bool:
    return any(table == each or table.startswith(each.rstrip("%")) for each in NOT_COMPARED)


def _body(ids: dict[str, object], company: Company) -> dict[str, object]:
    """A form that names whatever a form might ask for, of this company."""
    delivery = Delivery.objects.filter(connection__company=company).first()
    return {
        **ids,
        "delivery": delivery.pk if delivery else 0,
        "store": ids["connection_id"],
        "name": "Changed",
        "reason_code": "currency",
        "role": "owner",
        "email": "somebody@example.com",
        "year": "26-27",
    }


def test_every_address_is_accounted_for() -> None:
    """A new page without `company_id` has to be added to one of the lists, after a thought."""
    known = {route.name for route in OF_COMPANY} | {route.name for route in OF_API}
    assert {route.name for route in _routes()} - known == NOT_OF_A_COMPANY
    assert len(OF_COMPANY) > 40


@pytest.mark.parametrize("method", METHODS)
def test_to_a_stranger_no_address_of_a_company_exists(
    method: str, ids: dict[str, object], company: Company, stranger: Client
) -> None:
    before = _database()
    body = _body(ids, company)
    answers = {
        route.name: getattr(stranger, method)(route.address(ids), body).status_code
        for route in OF_COMPANY
    }
    assert {name: code for name, code in answers.items() if code not in NOT_THERE} == {}
    assert 404 in answers.values() or method not in ("get", "post")
    assert _database() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_is_reached_through_the_strangers_own_company(
    method: str, ids: dict[str, object], own_ids: dict[str, object], stranger: Client
) -> None:
    before = _database()
    for route in OF_COMPANY:
        for foreign in set(route.parameters) - {"company_id", "order_id", "kind"}:
            mixed = own_ids | {foreign: ids[foreign]}
            answer = getattr(stranger, method)(route.address(mixed), {"name": "Changed"})
            assert answer.status_code in NOT_THERE, (route, foreign)
    assert _database() == before


def test_a_form_of_ones_own_company_changes_nothing_of_anothers(
    ids: dict[str, object], own_ids: dict[str, object], company: Company, stranger: Client
) -> None:
    before = _rows_of(company)
    for route in OF_COMPANY:
        stranger.post(route.address(own_ids), _body(ids, company))
    assert _rows_of(company) == before


def _rows_of(company: Company) -> dict[str, str]:
    """A digest of a company's rows in every table that has a company."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'company_id'"
        )
        found = {}
        for (name,) in cursor.fetchall():
            cursor.execute(
                f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"
                " WHERE company_id = %s",
                [company.pk],
            )
            found[name] = cursor.fetchone()[0]
    return found


@pytest.mark.parametrize("method", METHODS[1:])
def test_a_viewer_changes_nothing_by_any_address(
    method: str, ids: dict[str, object], company: Company
) -> None:
    viewer, body = _as(company, Role.VIEWER), _body(ids, company)
    before = _database()
    answers = {
        route.name: getattr(viewer, method)(route.address(ids), body).status_code
        for route in OF_COMPANY
    }
    let_in = {name for name, code in answers.items() if code not in (403, 405)}
    assert let_in <= VIEWERS_OWN
    assert _database() == before


def test_an_operator_imports_and_does_not_post_or_lock_or_change_settings(
    ids: dict[str, object], company: Company
) -> None:
    operator = _as(company, Role.OPERATOR)
    let_in = {Permission.IMPORT_ORDERS, Permission.IMPORT_CUSTOMERS, Permission.IMPORT_ITEMS}
    for route in OF_COMPANY:
        to_change = route.rule.rpartition("to change ")[2]
        code = operator.post(route.address(ids)).status_code
        if to_change in {*let_in, Permission.PUSH_ITEMS, Role.VIEWER, Role.OPERATOR}:
            # Tokens and files are one's own: those of the owner are not there.
            own = route.name in ("revoke_token", "cancel_download")
            assert code not in (403, 404) or own, route
        else:
            assert code in (403, 405), route


def test_the_walk_meets_what_an_operator_may_not_do() -> None:
    """So that the test above does not pass for want of addresses."""
    rules = {route.rule.rpartition("to change ")[2] for route in OF_COMPANY}
    assert {"import_orders", "post", "settings", "owner", "viewer"} <= rules


def test_who_is_not_logged_in_is_asked_to(ids: dict[str, object], company: Company) -> None:
    before = _database()
    for route in OF_COMPANY:
        for method in ("get", "post"):
            answer = getattr(Client(), method)(route.address(ids), _body(ids, company))
            assert answer.status_code in (302, 405), route
            assert answer.status_code == 405 or answer["Location"].startswith(reverse("login"))
    assert _database() == before


# Programs ---------------------------------------------------------------------------------------


def _program(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(user, scope='write')}")
    return client


def _queries(ids: dict[str, object]) -> list[dict[str, str]]:
    store = str(ids["connection_id"])
    return [
        {},
        {"connection": store},
        {"order_id": "501"},
        {"connection": store, "order_id": "501"},
        {"company": str(ids["company_id"])},
    ]


@pytest.mark.parametrize("route", OF_API, ids=lambda route: route.name)
def test_a_strangers_program_gets_nothing_of_another_company(
    route: Route, ids: dict[str, object], owner: User
) -> None:
    owners = _program(owner)
    nobody = a_user("nobody")
    for query in _queries(ids):
        answer = _program(nobody).get(f"/{route.path}", query)
        if answer.status_code != 404:
            assert answer.json() == {"results": [], "next": None}, (route, query)
        assert owners.get(f"/{route.path}", query).content != answer.content


@pytest.mark.parametrize("route", OF_API, ids=lambda route: route.name)
def test_a_viewers_program_changes_nothing(
    route: Route, ids: dict[str, object], company: Company
) -> None:
    person = a_user("viewer")
    Membership.objects.create(company=company, user=person, role=Role.VIEWER)
    program = _program(person)
    before = _database() | {"ledger_apitoken": ""}
    assert program.get(f"/{route.path}").status_code == 200
    for method in METHODS[1:]:
        answer = getattr(program, method)(f"/{route.path}", _body(ids, company), format="json")
        assert answer.status_code in (403, 405), (route, method)
    assert _database() | {"ledger_apitoken": ""} == before


def test_a_session_of_somebody_else_is_not_ended(browser: Client, stranger: Client) -> None:
    key = browser.session.session_key
    browser.get(reverse("sessions"))
    from ledger.models import Session

    public_id = Session.objects.get(session_key=key).public_id
    assert stranger.post(reverse("end_session", args=[public_id])).status_code == 404
    assert browser.get(reverse("sessions")).status_code == 200
