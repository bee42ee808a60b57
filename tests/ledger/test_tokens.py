"""API tokens, and what they open."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from ledger import tokens
from ledger.api_auth import TokenScope, companies_of_request, company_of_request
from ledger.models import ApiToken, Company, User
from tests.factories import NOW, a_company, a_line, a_note, a_sale, posted

pytestmark = pytest.mark.django_db

TRIAL_BALANCE = "/api/v1/reports/trial-balance"


def test_only_a_digest_of_a_token_is_kept(owner: User) -> None:
    token = tokens.issue(owner)
    row = ApiToken.objects.get()
    assert token not in (row.digest, row.name)
    assert len(row.digest) == 64


def test_a_token_is_found_and_its_day_noted(owner: User) -> None:
    token = tokens.issue(owner)
    found = tokens.find(token, NOW)
    assert found is not None
    assert found.user == owner
    assert ApiToken.objects.get().last_used_on == NOW.date()


def test_a_token_that_is_not_ours_is_not_found(owner: User) -> None:
    tokens.issue(owner)
    assert tokens.find("cf_guess", NOW) is None


def test_a_token_ends(owner: User) -> None:
    token = tokens.issue(owner, expires_at=NOW)
    assert tokens.find(token, NOW - timedelta(seconds=1)) is not None
    assert tokens.find(token, NOW) is None


def test_a_token_ends_with_its_user(owner: User) -> None:
    token = tokens.issue(owner)
    owner.is_active = False
    owner.save()
    assert tokens.find(token, NOW) is None


def test_the_command_issues_a_token(owner: User) -> None:
    out = StringIO()
    call_command("api_token", owner.email.upper(), "--json", stdout=out)
    token = json.loads(out.getvalue())["token"]
    found = tokens.find(token, datetime.now(UTC))
    assert found is not None
    assert (found.user, found.scope) == (owner, "read")


def test_the_command_says_when_there_is_nobody(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("api_token", "nobody@example.com")


# What a request may see -------------------------------------------------------------------------


def request_with(token: ApiToken, method: str = "get") -> Request:
    request = Request(getattr(APIRequestFactory(), method)("/"))
    request.user = token.user
    request.auth = token
    return request


@pytest.mark.parametrize(
    ("scope", "method", "allowed"),
    [("read", "get", True), ("read", "post", False), ("write", "post", True)],
)
def test_a_reading_token_only_reads(owner: User, scope: str, method: str, allowed: bool) -> None:
    tokens.issue(owner, scope=scope)
    request = request_with(ApiToken.objects.get(), method)
    assert TokenScope().has_permission(request, None) is allowed  # type: ignore[arg-type]


def test_a_token_of_a_company_opens_that_one_alone(company: Company, owner: User) -> None:
    second = a_company(owner=owner, name="Second")
    tokens.issue(owner, company=company)
    request = request_with(ApiToken.objects.get())
    assert list(companies_of_request(request)) == [company]
    assert company_of_request(request, company.pk) == company
    with pytest.raises(Http404):
        company_of_request(request, second.pk)


def test_a_token_without_a_company_opens_all_of_its_user(
    company: Company, owner: User, stranger: User
) -> None:
    second = a_company(owner=owner, name="Second")
    tokens.issue(owner)
    request = request_with(ApiToken.objects.get())
    assert list(companies_of_request(request)) == [company, second]
    with pytest.raises(Http404):
        company_of_request(request, stranger.memberships.get().company_id)


# The trial balance ------------------------------------------------------------------------------


def client_of(user: User, **options: object) -> APIClient:
    client = APIClient()
    token = tokens.issue(user, **options)  # type: ignore[arg-type]
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def test_the_trial_balance_is_served(company: Company, owner: User) -> None:
    posted(company, a_sale(), a_note(a_line("100.00")))
    asked = {"company": str(company.pk), "from": "2026-11-01", "to": "2026-11-30"}
    response = client_of(owner).get(TRIAL_BALANCE, asked)
    assert response.status_code == 200
    assert response.json() == {
        "accounts": [
            {"code": "1210-1", "name": "store Clearing", "debit": "1062.00", "credit": "0.00"},
            {"code": "2110", "name": "Output CGST", "debit": "0.00", "credit": "81.00"},
            {"code": "2120", "name": "Output SGST", "debit": "0.00", "credit": "81.00"},
            {"code": "4110-18L", "name": "Sales 18% - Local", "debit": "0.00", "credit": "1000.00"},
            {
                "code": "4210-18L",
                "name": "Sales Returns 18% - Local",
                "debit": "100.00",
                "credit": "0.00",
            },
        ],
        "debit": "1162.00",
        "credit": "1162.00",
    }


def test_the_only_company_need_not_be_named(company: Company, owner: User) -> None:
    posted(company, a_sale())
    assert client_of(owner).get(TRIAL_BALANCE).json()["debit"] == "1180.00"
    a_company(owner=owner, name="Second")
    assert client_of(owner).get(TRIAL_BALANCE).status_code == 400
    assert client_of(owner, company=company).get(TRIAL_BALANCE).json()["debit"] == "1180.00"


def test_a_strangers_token_finds_no_company(company: Company, stranger: User) -> None:
    response = client_of(stranger).get(TRIAL_BALANCE, {"company": company.pk})
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("header", "status"),
    [("", 401), ("Token wrong", 401), ("Token a b", 401), ("Basic YTpi", 401)],
)
def test_without_a_good_token_nothing_is_served(company: Company, header: str, status: int) -> None:
    client = APIClient()
    if header:
        client.credentials(HTTP_AUTHORIZATION=header)
    response = client.get(TRIAL_BALANCE, {"company": company.pk})
    assert response.status_code == status
    assert response.headers["WWW-Authenticate"] == "Token"


def test_a_query_that_makes_no_sense_is_refused(company: Company, owner: User) -> None:
    response = client_of(owner).get(TRIAL_BALANCE, {"from": "yesterday"})
    assert response.status_code == 400
    assert "from" in response.json()


def test_an_expired_token_is_refused(company: Company, owner: User) -> None:
    client = client_of(owner, expires_at=timezone.now() - timedelta(minutes=1))
    assert client.get(TRIAL_BALANCE).status_code == 401
