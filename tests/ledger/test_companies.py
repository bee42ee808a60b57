"""Founding companies, in code and on the command line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ledger.companies import Founding, UnfitCompanyError, found_company
from ledger.models import BooksLock, Company, Membership, Party, Series, User
from tests.factories import TODAY, a_sale, a_user, posted

pytestmark = pytest.mark.django_db

GSTIN = "27AAPFU0939F1ZV"


def test_a_new_company_can_be_posted_to_at_once() -> None:
    company = found_company(
        Founding(name="Asha", state="27", gstin=GSTIN), owner=a_user(), today=TODAY
    )
    (result,) = posted(company, a_sale())
    assert result.number == "INV/26-27/00001"


def test_a_new_company_has_all_that_books_need(owner: User) -> None:
    company = found_company(Founding(name=" Asha ", state="MH"), owner=owner, today=TODAY)
    assert (company.name, company.state) == ("Asha", "27")
    assert BooksLock.objects.get(company=company).locked_until is None
    assert Membership.objects.get(company=company).role == "owner"
    assert Party.objects.get(company=company).is_pseudo
    assert set(Series.objects.values_list("prefix", "financial_year")) == {
        (prefix, "26-27") for prefix in ("INV", "CN", "DN", "RCT", "PAY", "JV")
    }


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": " "}, "needs a name"),
        ({"state": "99"}, "“99” is not a state of India"),
        ({"state": ""}, "is not a state of India"),
        ({"gstin": "27AAPFU0939F1ZX"}, "is not a valid GSTIN"),
        ({"state": "29", "gstin": GSTIN}, "is of Maharashtra, the company of Karnataka"),
        ({"gstin": GSTIN, "scheme": "unregistered"}, "has no GSTIN"),
        ({"gstin": GSTIN, "country": "GB"}, "Only a company in India"),
        ({"scheme": "sometimes"}, "is not a GST scheme"),
        ({"timezone": "Asia/Atlantis"}, "is not a time zone"),
    ],
)
def test_a_company_that_cannot_be_is_refused(
    owner: User, changes: dict[str, str], why: str
) -> None:
    founding = Founding(**({"name": "Asha", "state": "27"} | changes))  # type: ignore[arg-type]
    with pytest.raises(UnfitCompanyError, match=why):
        found_company(founding, owner=owner, today=TODAY)
    assert not Company.objects.exists()


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_command_founds_a_company_and_makes_its_owner() -> None:
    printed = run(
        *("create_company", "Asha Traders", "--state", "27", "--gstin", GSTIN, "--lut"),
        *("--owner", "Asha@Example.com", "--password", "a long password", "--json"),
    )
    company = Company.objects.get()
    assert json.loads(printed) == {"company": company.pk}
    assert (company.gstin, company.has_lut, company.timezone) == (GSTIN, True, "Asia/Kolkata")
    owner = User.objects.get()
    assert owner.email == "asha@example.com"
    assert owner.check_password("a long password")
    assert not owner.is_staff


def test_the_command_knows_an_owner_again(owner: User) -> None:
    run("create_company", "Asha", "--state", "27", "--owner", owner.email.upper())
    assert Membership.objects.get().user == owner
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--state", "27", "--owner", "new@example.com"], "--password is needed"),
        (
            ["--timezone", "Asia/Atlantis", "--owner", "a@example.com", "--password", "x"],
            "not a time zone",
        ),
        (["--state", "0", "--owner", "a@example.com", "--password", "x"], "not a state"),
    ],
)
def test_the_command_makes_all_or_nothing(arguments: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        run("create_company", "Asha", *arguments)
    assert not User.objects.exists()
    assert not Company.objects.exists()
