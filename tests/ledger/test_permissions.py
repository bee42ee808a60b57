"""What each role may do, and what is switched member by member."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from ledger import access, members
from ledger.models import Company, Membership, Permission, Role, User
from tests.factories import a_user

pytestmark = pytest.mark.django_db

IMPORTS = {"import_orders", "import_customers", "import_items"}


def _member(company: Company, role: Role) -> Membership:
    return Membership.objects.create(company=company, user=a_user(role.value), role=role)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.OWNER, {*IMPORTS, "push_items", "post", "lock", "settings"}),
        (Role.ACCOUNTANT, {*IMPORTS, "push_items", "post", "lock", "settings"}),
        (Role.OPERATOR, {*IMPORTS, "push_items"}),
        (Role.VIEWER, set()),
    ],
)
def test_each_role_has_its_permissions(company: Company, role: Role, allowed: set[str]) -> None:
    assert access.permissions_of(_member(company, role)) == allowed


def test_an_operator_is_allowed_to_post_and_forbidden_to_push(company: Company) -> None:
    operator = _member(company, Role.OPERATOR)
    members.switch_permissions(operator, [*IMPORTS, "post"])  # type: ignore[list-item]
    operator.refresh_from_db()
    assert access.permissions_of(operator) == {*IMPORTS, "post"}
    assert (operator.granted, operator.withheld) == (["post"], ["push_items"])
    assert access.may(operator.user, company, Permission.POST)
    assert not access.may(operator.user, company, Permission.PUSH_ITEMS)


def test_what_is_as_usual_is_not_kept_as_switched(company: Company) -> None:
    accountant = _member(company, Role.ACCOUNTANT)
    members.switch_permissions(accountant, list(Permission))
    assert (accountant.granted, accountant.withheld) == ([], [])


@pytest.mark.parametrize("role", [Role.OWNER, Role.VIEWER])
def test_owners_and_viewers_are_not_switched(company: Company, role: Role) -> None:
    member = _member(company, role)
    before = access.permissions_of(member)
    members.switch_permissions(member, [Permission.POST])
    member.refresh_from_db()
    assert access.permissions_of(member) == before


@pytest.mark.parametrize(
    ("role", "switched", "rule"),
    [
        (Role.OWNER, {"withheld": ["post"]}, "membership_owner_lacks_nothing"),
        (Role.VIEWER, {"granted": ["post"]}, "membership_viewer_may_do_nothing"),
        (Role.OPERATOR, {"granted": ["fly"]}, "membership_permissions_are_known"),
        (Role.OPERATOR, {"withheld": ["fly"]}, "membership_permissions_are_known"),
    ],
)
def test_the_database_holds_roles_to_it(
    company: Company, role: Role, switched: dict[str, list[str]], rule: str
) -> None:
    member = _member(company, role)
    with pytest.raises(IntegrityError, match=rule):
        Membership.objects.filter(pk=member.pk).update(**switched)


# Views ------------------------------------------------------------------------------------------


@access.permit(Permission.POST)
def post_something(request: HttpRequest, company: Company) -> HttpResponse:
    return HttpResponse("posted")


@access.require(Role.VIEWER, to_change=Permission.SETTINGS)
def a_setting(request: HttpRequest, company: Company) -> HttpResponse:
    return HttpResponse("shown")


def _ask(user: User, method: str = "get") -> HttpRequest:
    request = getattr(RequestFactory(), method)("/")
    request.user = user
    assert isinstance(request, HttpRequest)
    return request


def test_an_act_asks_for_its_permission(company: Company, owner: User, stranger: User) -> None:
    assert post_something(_ask(owner), company_id=company.pk).status_code == 200
    with pytest.raises(PermissionDenied, match="the permission “post”"):
        post_something(_ask(_member(company, Role.OPERATOR).user), company_id=company.pk)
    with pytest.raises(Http404):
        post_something(_ask(stranger), company_id=company.pk)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_who_may_look_does_not_change(company: Company, method: str) -> None:
    viewer = _member(company, Role.VIEWER).user
    assert a_setting(_ask(viewer), company_id=company.pk).status_code == 200
    assert a_setting(_ask(viewer, "head"), company_id=company.pk).status_code == 200
    with pytest.raises(PermissionDenied):
        a_setting(_ask(viewer, method), company_id=company.pk)


def test_views_say_which_permission_they_ask_for() -> None:
    assert access.access_rule(post_something) == "post"
    assert access.access_rule(a_setting) == "viewer, to change settings"
