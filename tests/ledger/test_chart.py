"""The chart of accounts as people keep it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ledger import chart
from ledger.company_forms import AccountForm
from ledger.core.documents import VoucherType
from ledger.models import Account, Company
from ledger.models.account import Nature
from ledger.posting import AccountAmount, Journal, UnfitJournalError, post_journal
from tests.factories import NOW, TODAY, a_company, a_copy, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rent(company: Company) -> Account:
    """An account that somebody added; never used."""
    return _add(company, code="5400", name="Rent", group="Indirect Expenses", nature="expense")


@pytest.fixture
def used_rent(rent: Account) -> Account:
    """The same with an entry."""
    _pay(rent)
    return rent


def _add(company: Company, **data: str) -> Account:
    form = AccountForm(data, company=company)
    assert form.is_valid(), form.errors
    chart.save(form.instance)
    return Account.objects.get(company=company, code=data["code"])


def _pay(account: Account) -> None:
    """Pay a hundred rupees from the bank to an account, as a journal."""
    bank = Account.objects.get(company=account.company, code="1110")
    sides = [
        AccountAmount(account, Decimal(100), Decimal(0)),
        AccountAmount(bank, Decimal(0), Decimal(100)),
    ]
    journal = Journal(VoucherType.JOURNAL, "form/rent", TODAY, "Rent", sides)
    with transaction.atomic():
        post_journal(account.company, journal, posted_at=NOW, posted_by=a_user())


def _change(account: Account, **changes: Any) -> AccountForm:
    data = {name: getattr(account, name) for name in ("code", "name", "group", "nature")}
    data = data | {"is_active": "on"} | changes
    return AccountForm(
        {name: value for name, value in data.items() if value},
        instance=Account.objects.get(pk=account.pk),
        company=account.company,
    )


def _by_rule(company: Company) -> Account:
    return Account.objects.get(company=company, key="round_off")


def test_an_account_is_added_to_its_group(company: Company, rent: Account) -> None:
    group = next(g for g in chart.groups_of(company) if g.name == "Indirect Expenses")
    assert rent in group.accounts
    assert (rent.key, rent.is_active) == ("", True)


def test_the_chart_goes_from_assets_to_expenses(company: Company) -> None:
    natures = [group.nature for group in chart.groups_of(company)]
    assert natures == sorted(natures, key=list(Nature).index)
    assert sum(len(group.accounts) for group in chart.groups_of(company)) == (
        Account.objects.filter(company=company).count()
    )


def test_one_group_name_may_stand_under_two_natures_in_a_chart(company: Company) -> None:
    """India's own chart has duties and taxes on both sides."""
    both = [g.nature for g in chart.groups_of(company) if g.name == "Duties & Taxes"]
    assert both == [Nature.ASSET, Nature.LIABILITY]
    for nature in both:
        _add(company, code=nature, name=f"TCS {nature}", group="Duties & Taxes", nature=nature)


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"code": "1110"}, "code", "Another account has this code"),
        ({"name": "Cash"}, "name", "Another account has this name"),
        ({"group": "Cash-in-Hand"}, "group", "of the nature “asset”"),
        ({"nature": "joke"}, "nature", "not one of"),
        ({"name": " "}, "name", "required"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    company: Company, changes: dict[str, str], field: str, why: str
) -> None:
    data = {"code": "5400", "name": "Rent", "group": "Indirect Expenses", "nature": "expense"}
    form = AccountForm(data | changes, company=company)
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert why in str(form.errors[field])


def test_another_companys_names_are_free(company: Company, rent: Account) -> None:
    other = a_company(name="Other")
    _add(other, code="5400", name="Rent", group="Indirect Expenses", nature="expense")


def test_who_was_second_with_a_code_is_told(company: Company, rent: Account) -> None:
    with pytest.raises(chart.UnfitAccountError, match="has this code"):
        chart.save(a_copy(rent, name="Other rent"))
    with pytest.raises(chart.UnfitAccountError, match="has this name"):
        chart.save(a_copy(rent, code="5401", name="Rent"))


def test_an_account_that_is_posted_to_by_rule_is_renamed_and_no_more(company: Company) -> None:
    account = _by_rule(company)
    form = _change(
        account, name="Rounding", code="5999", group="Odds", nature="income", is_active=""
    )
    assert form.is_valid(), form.errors
    chart.save(form.instance)
    account.refresh_from_db()
    assert (account.name, account.code) == ("Rounding", "5999")
    assert (account.group, account.nature, account.is_active) == (
        "Indirect Expenses", "expense", True,
    )  # fmt: skip


@pytest.mark.parametrize("change", [{"key": ""}, {"nature": "income"}, {"is_active": False}])
def test_the_database_keeps_an_account_that_is_posted_to_by_rule(
    company: Company, change: dict[str, Any]
) -> None:
    rows = Account.objects.filter(pk=_by_rule(company).pk)
    with pytest.raises(IntegrityError, match="account_stays_what_it_is"):
        rows.update(**change)


def test_the_database_does_not_delete_an_account_that_is_posted_to_by_rule(
    company: Company,
) -> None:
    with pytest.raises(IntegrityError, match="account_stays_what_it_is"):
        Account.objects.filter(pk=_by_rule(company).pk).delete()


def test_no_account_becomes_one_by_rule_or_another_companys(rent: Account) -> None:
    rows = Account.objects.filter(pk=rent.pk)
    with pytest.raises(IntegrityError, match="account_stays_what_it_is"), transaction.atomic():
        rows.update(key="shipping:express")
    with pytest.raises(IntegrityError, match="account_stays_what_it_is"):
        rows.update(company=a_company(name="Other"))


def test_an_unused_account_changes_its_nature(rent: Account) -> None:
    form = _change(rent, nature="income", group="Rent received")
    assert form.is_valid(), form.errors
    chart.save(form.instance)
    rent.refresh_from_db()
    assert rent.nature == Nature.INCOME


def test_an_account_with_entries_keeps_its_nature(used_rent: Account) -> None:
    form = _change(used_rent, nature="income", group="Something new")
    assert form.is_valid(), form.errors
    chart.save(form.instance)
    used_rent.refresh_from_db()
    assert (used_rent.nature, used_rent.group) == ("expense", "Something new")
    with pytest.raises(IntegrityError, match="account_stays_what_it_is"):
        Account.objects.filter(pk=used_rent.pk).update(nature="income")


def test_out_of_use_nobody_posts_to_it_by_hand_and_its_entries_stay(used_rent: Account) -> None:
    form = _change(used_rent, is_active="")
    assert form.is_valid(), form.errors
    chart.save(form.instance)
    with pytest.raises(UnfitJournalError, match="not an account in use"):
        _pay(Account.objects.get(pk=used_rent.pk))
    assert chart.has_entries(used_rent)


def test_an_account_is_deleted_only_while_it_is_unused(rent: Account) -> None:
    chart.remove(rent)
    assert not Account.objects.filter(code="5400").exists()


def test_an_account_with_entries_is_not_deleted(used_rent: Account) -> None:
    with pytest.raises(chart.UnfitAccountError, match="put out of use"):
        chart.remove(used_rent)
    assert Account.objects.filter(pk=used_rent.pk).exists()


def test_an_account_by_rule_is_not_deleted_though_unused(company: Company) -> None:
    with pytest.raises(chart.UnfitAccountError):
        chart.remove(_by_rule(company))
