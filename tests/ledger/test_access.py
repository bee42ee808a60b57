"""Who sees which company, and what a role allows."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from ledger import access
from ledger.models import Company, Membership, Role, User
from tests.factories import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(company: Company) -> User:
    """An operator of the company."""
    person = a_user("colleague")
    Membership.objects.create(company=company, user=person, role=Role.OPERATOR)
    return person


def test_everybody_sees_their_own_companies(
    company: Company, owner: User, colleague: User, stranger: User
) -> None:
    assert list(access.companies_of(owner)) == [company]
    assert list(access.companies_of(colleague)) == [company]
    assert [c.name for c in access.companies_of(stranger)] == ["Stranger & Sons"]
    assert not access.companies_of(AnonymousUser())


@pytest.mark.parametrize("need", list(Role))
def test_an_owner_may_do_everything(company: Company, owner: User, need: Role) -> None:
    assert access.company_for(owner, company.pk, need) == company
    assert access.may(owner, company, need)


@pytest.mark.parametrize(
    ("need", "enough"),
    [
        (Role.VIEWER, True),
        (Role.OPERATOR, True),
        (Role.ACCOUNTANT, False),
        (Role.OWNER, False),
    ],
)
def test_a_role_includes_the_smaller_ones(
    company: Company, colleague: User, need: Role, enough: bool
) -> None:
    assert access.may(colleague, company, need) is enough
    if enough:
        assert access.company_for(colleague, company.pk, need) == company
    else:
        with pytest.raises(PermissionDenied, match=need.label.lower()):
            access.company_for(colleague, company.pk, need)


def test_to_a_stranger_the_company_does_not_exist(company: Company, stranger: User) -> None:
    with pytest.raises(Http404):
        access.company_for(stranger, company.pk)
    assert not access.may(stranger, company, Role.VIEWER)


def test_a_superuser_who_is_no_member_is_a_stranger(company: Company) -> None:
    staff = User.objects.create_superuser("staff@example.com")
    with pytest.raises(Http404):
        access.company_for(staff, company.pk)


def test_who_was_switched_off_sees_nothing(company: Company, owner: User) -> None:
    owner.is_active = False
    assert not access.companies_of(owner)
    with pytest.raises(Http404):
        access.company_for(owner, company.pk)


# Views ------------------------------------------------------------------------------------------


@access.require(Role.ACCOUNTANT)
def a_page(request: HttpRequest, company: Company, *, year: str) -> HttpResponse:
    return HttpResponse(f"{company.name} {year}")


@access.signed_in
def a_personal_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def request_by(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/c/1/page/?a=b")
    request.user = user
    return request


def test_a_guarded_page_gets_the_company(company: Company, owner: User) -> None:
    response = a_page(request_by(owner), company_id=company.pk, year="26-27")
    assert isinstance(response, HttpResponse)
    assert response.content == b"Asha Traders 26-27"


def test_a_guarded_page_refuses_too_small_a_role(company: Company, colleague: User) -> None:
    with pytest.raises(PermissionDenied):
        a_page(request_by(colleague), company_id=company.pk, year="26-27")


def test_a_guarded_page_hides_from_strangers(company: Company, stranger: User) -> None:
    with pytest.raises(Http404):
        a_page(request_by(stranger), company_id=company.pk, year="26-27")


def test_who_has_not_logged_in_is_sent_to_the_log_in(company: Company) -> None:
    for response in (
        a_page(request_by(AnonymousUser()), company_id=company.pk, year="26-27"),
        a_personal_page(request_by(AnonymousUser())),
    ):
        assert response.status_code == 302
        assert response.headers["Location"].endswith("?next=/c/1/page/%3Fa%3Db")


def test_views_say_how_they_are_guarded() -> None:
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert access.access_rule(bare) is None
    assert access.access_rule(a_page) == "accountant"
    assert access.access_rule(a_personal_page) == "signed in"
    assert access.access_rule(access.open_to_all(bare)) == "open"
