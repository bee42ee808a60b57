"""Profit and loss, and what the trial balance brings forward, by hand."""

from datetime import date
from decimal import Decimal

import pytest

from ledger.core.documents import LineKind, VoucherType
from ledger.models import Account, Company, User
from ledger.periods import Period
from ledger.posting import AccountAmount, Journal, post_journal
from ledger.reports.profit_and_loss import Column, columns_of, profit_and_loss
from ledger.reports.trial_balance import full_trial_balance, trial_balance
from tests.factories import NOW, a_company, a_line, a_note, a_sale, posted

pytestmark = pytest.mark.django_db

YEAR = Period(date(2026, 4, 1), date(2027, 3, 31))
AUTUMN = Period(date(2026, 10, 1), date(2026, 12, 31))


@pytest.fixture
def books(company: Company, owner: User) -> Company:
    """Last March a sale of 200; October a sale of 1000; November 500, of which 100 came back, with
    40 of shipping, 30 of courier's charges, and 10 of interest.
    """
    shipping = a_line("40.00", key="shipping:1", kind=LineKind.SHIPPING)
    posted(
        company,
        a_sale(a_line("200.00"), key="east/1/sale/1", day=date(2026, 3, 30)),
        a_sale(a_line("1000.00"), key="east/2/sale/1", day=date(2026, 10, 5)),
        a_sale(a_line("500.00"), shipping, key="west/1/sale/1", day=date(2026, 11, 5)),
        a_note(a_line("100.00"), against="west/1/sale/1", key="west/1/refund/1"),
    )
    Account.objects.create(
        company=company, code="4320", name="Interest", group="Indirect Incomes", nature="income"
    )
    _journal(company, owner, "1", debit="5320", credit="1110", amount="30.00")
    _journal(company, owner, "2", debit="1110", credit="4320", amount="10.00")
    posted(a_company(name="Other"), a_sale(a_line("7777.00"), day=date(2026, 11, 5)))
    return company


def _journal(
    company: Company, owner: User, key: str, *, debit: str, credit: str, amount: str
) -> None:
    accounts = {code: Account.objects.get(company=company, code=code) for code in (debit, credit)}
    sides = [
        AccountAmount(accounts[debit], Decimal(amount), Decimal(0)),
        AccountAmount(accounts[credit], Decimal(0), Decimal(amount)),
    ]
    journal = Journal(VoucherType.JOURNAL, f"hand/{key}", date(2026, 11, 20), "", sides)
    post_journal(company, journal, posted_at=NOW, posted_by=owner)


def test_groups_stand_above_and_below_gross_profit(books: Company) -> None:
    report = profit_and_loss(books, AUTUMN)
    assert [column.label for column in report.columns] == ["Oct 2026", "Nov 2026", "Dec 2026"]
    amounts = {
        group.name: (group.is_income, list(map(int, group.amounts)), int(group.total))
        for group in (*report.trading, *report.others)
    }
    assert amounts == {
        "Sales Accounts": (True, [1000, 400, 0], 1400),
        "Direct Incomes": (True, [0, 40, 0], 40),
        "Indirect Expenses": (False, [0, 30, 0], 30),
        "Indirect Incomes": (True, [0, 10, 0], 10),
    }
    assert [group.name for group in report.trading] == ["Sales Accounts", "Direct Incomes"]
    assert (list(map(int, report.gross)), int(report.gross_total)) == ([1000, 440, 0], 1440)
    assert (list(map(int, report.net)), int(report.net_total)) == ([1000, 420, 0], 1420)


def test_returns_are_an_amount_on_the_other_side(books: Company) -> None:
    sales = profit_and_loss(books, AUTUMN).trading[0]
    rows = {row.name: int(row.total) for row in sales.rows}
    assert rows == {"Sales 18% - Local": 1500, "Sales Returns 18% - Local": -100}


def test_one_source_has_a_profit_of_its_own(books: Company) -> None:
    assert int(profit_and_loss(books, YEAR, source="west").net_total) == 440
    assert int(profit_and_loss(books, YEAR, source="hand").net_total) == -20


def test_another_year_is_another_profit(books: Company) -> None:
    last = Period(date(2025, 4, 1), date(2026, 3, 31))
    assert int(profit_and_loss(books, last).net_total) == 200


def test_nothing_posted_is_no_profit(company: Company) -> None:
    report = profit_and_loss(company, AUTUMN)
    assert report.trading == report.others == []
    assert list(map(int, report.net)) == [0, 0, 0]


def test_a_group_that_holds_income_and_expense_is_shown_as_two(books: Company) -> None:
    Account.objects.filter(company=books, code="4320").update(group="Indirect Expenses")
    names = [group.name for group in profit_and_loss(books, AUTUMN).others]
    assert names == ["Indirect Expenses", "Indirect Expenses"]
    assert int(profit_and_loss(books, AUTUMN).net_total) == 1420


def test_a_period_longer_than_a_year_has_columns_by_financial_year(books: Company) -> None:
    both = Period(date(2026, 3, 1), date(2027, 3, 31))
    assert columns_of(both, 4) == [
        Column("FY 25-26", Period(date(2026, 3, 1), date(2026, 3, 31))),
        Column("FY 26-27", YEAR),
    ]
    assert list(map(int, profit_and_loss(books, both).net)) == [200, 1420]


def test_a_month_that_is_cut_counts_from_its_first_day_in_the_period(books: Company) -> None:
    late = Period(date(2026, 11, 10), date(2026, 12, 10))
    assert list(map(int, profit_and_loss(books, late).net)) == [-120, 0]


# Trial balance ----------------------------------------------------------------------------------


def test_assets_carry_over_and_income_starts_each_year_at_nothing(books: Company) -> None:
    balance = full_trial_balance(books, AUTUMN)
    found = {a.name: (a.opening, a.closing) for a in balance.accounts}
    assert found["store Clearing"] == (Decimal(236), Decimal("1935.20"))
    assert found["Sales 18% - Local"] == (Decimal(0), Decimal(-1500))
    assert balance.earlier_years == Decimal(-200)
    assert balance.opening_sides == (Decimal(236), Decimal(236))


def test_within_the_year_income_carries_over_too(books: Company) -> None:
    balance = full_trial_balance(books, Period(date(2026, 11, 1), date(2026, 11, 30)))
    found = {a.name: a.opening for a in balance.accounts}
    assert found["Sales 18% - Local"] == Decimal(-1000)
    assert balance.earlier_years == Decimal(-200)


def test_an_account_with_nothing_but_an_opening_balance_is_listed(books: Company) -> None:
    december = Period(date(2026, 12, 1), date(2026, 12, 31))
    names = {account.name for account in full_trial_balance(books, december).accounts}
    assert "store Clearing" in names
    assert trial_balance(books, december).accounts == []


def test_one_source_has_a_trial_balance_of_its_own(books: Company) -> None:
    balance = full_trial_balance(books, AUTUMN, source="west")
    closing = {account.name: account.closing for account in balance.accounts}
    assert closing["store Clearing"] == Decimal("519.20")
    assert "Bank - Current A/c" not in closing
    assert balance.closing_sides[0] == balance.closing_sides[1]


def test_a_balance_without_a_first_day_is_of_everything(books: Company) -> None:
    whole = trial_balance(books, Period(date.min, date.max))
    clearing = next(each for each in whole.accounts if each.name == "store Clearing")
    assert clearing.debit == Decimal("1935.20")
