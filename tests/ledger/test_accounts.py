"""The chart of accounts, and the account behind a key."""

import pytest

from ledger.account_keys import UnknownAccountKeyError, meaning_of
from ledger.accounts import ids_for
from ledger.companies import Founding, found_company
from ledger.models import Account, Company
from tests.factories import TODAY, a_company, a_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "code", "name", "group"),
    [
        ("sales:18:local", "4110-18L", "Sales 18% - Local", "Sales Accounts"),
        ("sales:5:interstate", "4110-05I", "Sales 5% - Interstate", "Sales Accounts"),
        ("sales:0.25:local", "4110-00.25L", "Sales 0.25% - Local", "Sales Accounts"),
        ("returns:18:local", "4210-18L", "Sales Returns 18% - Local", "Sales Accounts"),
        ("sales:nil_rated", "4120-1", "Sales - Nil-rated", "Sales Accounts"),
        ("sales:exempt", "4120-2", "Sales - Exempt", "Sales Accounts"),
        ("sales:non_gst", "4120-3", "Sales - Non-GST", "Sales Accounts"),
        ("sales:zero_rated:unpaid", "4120-4", "Sales - Export (LUT)", "Sales Accounts"),
        ("sales:zero_rated:paid", "4120-5", "Sales - Export (with IGST)", "Sales Accounts"),
        ("sales:bill_of_supply", "4120-6", "Sales - Bill of Supply", "Sales Accounts"),
        ("returns:foreign", "4230", "Sales Returns", "Sales Accounts"),
        ("output:UTGST", "2130", "Output UTGST", "Duties & Taxes"),
        ("round_off", "5390", "Round Off", "Indirect Expenses"),
        ("debtors", "1310", "Customers", "Sundry Debtors"),
    ],
)
def test_every_key_means_an_account(key: str, code: str, name: str, group: str) -> None:
    meaning = meaning_of(key)
    assert (meaning.code, meaning.name, meaning.group) == (code, name, group)


@pytest.mark.parametrize(
    "key", ["", "sales", "sales:18", "sales:x:local", "sales:18:abroad", "profit", "clearing:"]
)
def test_a_key_that_means_nothing_is_refused(company: Company, key: str) -> None:
    before = Account.objects.filter(company=company).count()
    with pytest.raises(UnknownAccountKeyError):
        ids_for(company.pk, ["clearing:new", key])
    assert Account.objects.filter(company=company).count() == before


def test_an_account_that_is_there_is_found(company: Company) -> None:
    account = Account.objects.get(company=company, name="Sales 18% - Local")
    assert ids_for(company.pk, ["sales:18:local"]) == {"sales:18:local": account.pk}


def test_an_account_that_is_missing_is_opened_once(company: Company) -> None:
    first = ids_for(company.pk, ["sales:28:local", "round_off"])
    assert ids_for(company.pk, ["sales:28:local", "round_off"]) == first
    assert Account.objects.get(pk=first["sales:28:local"]).name == "Sales 28% - Local"


def test_a_store_has_a_clearing_account_of_its_name(company: Company) -> None:
    ids = ids_for(
        company.pk,
        ["clearing:a", "clearing:b", "clearing:c"],
        {"clearing:a": "Shop", "clearing:b": "Shop"},
    )
    accounts = {key: Account.objects.get(pk=id_) for key, id_ in ids.items()}
    assert {key: (a.code, a.name) for key, a in accounts.items()} == {
        "clearing:a": ("1210-1", "Shop Clearing"),
        "clearing:b": ("1210-2", "Shop Clearing 2"),
        "clearing:c": ("1210-3", "c Clearing"),
    }
    assert {a.group for a in accounts.values()} == {"Current Assets"}


def test_a_label_never_renames_an_account(company: Company) -> None:
    ids_for(company.pk, ["clearing:a"], {"clearing:a": "Shop"})
    ids = ids_for(company.pk, ["clearing:a"], {"clearing:a": "New name"})
    assert Account.objects.get(pk=ids["clearing:a"]).name == "Shop Clearing"


def test_a_name_that_people_took_is_left_to_them(company: Company) -> None:
    Account.objects.create(
        company=company, code="4110-28L", name="Sales 28% - Local", group="Mine", nature="income"
    )
    ids = ids_for(company.pk, ["sales:28:local"])
    opened = Account.objects.get(pk=ids["sales:28:local"])
    assert (opened.code, opened.name) == ("4110-28L-1", "Sales 28% - Local 2")


def test_accounts_are_of_their_company(company: Company) -> None:
    other = a_company(name="Other")
    assert ids_for(company.pk, ["round_off"]) != ids_for(other.pk, ["round_off"])


def test_a_company_abroad_starts_with_a_plain_chart() -> None:
    founding = Founding(name="Kettle", country="GB", currency="GBP", timezone="Europe/London")
    company = found_company(founding, owner=a_user(), today=TODAY)
    names = set(Account.objects.filter(company=company).values_list("name", flat=True))
    assert "Sales" in names
    assert not any("GST" in name for name in names)


@pytest.mark.parametrize("country", ["IN", "GB"])
def test_the_charts_keys_mean_what_they_say(country: str) -> None:
    """A chart may word an account in its own way, but never put a key on the wrong side."""
    founding = Founding(name="A", country=country, state="27")
    company = found_company(founding, owner=a_user(), today=TODAY)
    for account in Account.objects.filter(company=company).exclude(key=""):
        meaning = meaning_of(account.key)
        assert (account.nature, account.group) == (meaning.nature, meaning.group), account.key
