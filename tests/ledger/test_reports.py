"""Reports and queries of the books."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.http import Http404

from ledger.models import Account, Company, Entry, Voucher
from ledger.periods import Period
from ledger.queries import voucher_of, with_parts
from ledger.reports import account_ledger, daily_sums, day_book
from ledger.reports.trial_balance import trial_balance
from tests.factories import TODAY, a_company, a_line, a_note, a_sale, posted

pytestmark = pytest.mark.django_db

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
OCTOBER_SALE = a_sale(a_line("500.00"), key="october", day=date(2026, 10, 5))


@pytest.fixture
def books(company: Company) -> Company:
    """October: a sale of 590. November: sales of 1180 and 118, and a credit note of 118."""
    posted(
        company,
        OCTOBER_SALE,
        a_sale(key="a", day=date(2026, 11, 3)),
        a_sale(a_line("100.00"), key="b", day=date(2026, 11, 3)),
        a_note(a_line("100.00"), against="a", day=TODAY),
    )
    posted(a_company(name="Other"), a_sale(a_line("7777.00")))
    return company


def clearing(company: Company) -> Account:
    return Account.objects.get(company=company, key="clearing:store")


# Trial balance ----------------------------------------------------------------------------------


def test_both_sides_of_the_trial_balance_agree(books: Company) -> None:
    balance = trial_balance(books, NOVEMBER)
    assert balance.debit == balance.credit == Decimal("1280.00")


def test_the_trial_balance_is_of_its_period_and_company(books: Company) -> None:
    balances = {a.name: (a.debits, a.credits) for a in trial_balance(books, NOVEMBER).accounts}
    assert balances["store Clearing"] == (Decimal("1298.00"), Decimal("118.00"))
    whole = trial_balance(books, Period(date(2026, 4, 1), date(2027, 3, 31)))
    assert {a.name: a.debit for a in whole.accounts}["store Clearing"] == Decimal("1770.00")


def test_a_period_without_vouchers_has_no_balances(books: Company) -> None:
    balance = trial_balance(books, Period(date(2026, 9, 1), date(2026, 9, 30)))
    assert not balance.accounts
    assert balance.debit == balance.credit == 0


def test_sums_by_day_are_those_of_the_entries(books: Company) -> None:
    """The trial balance against a plain sum over all entries, which shares nothing with it."""
    posted(
        books,
        a_sale(a_line("3.33"), key="c", day=date(2026, 11, 3)),
        a_sale(a_line("4.44"), key="d", day=date(2026, 10, 5)),
    )
    for period in (NOVEMBER, Period(date(2026, 10, 5), date(2026, 10, 5))):
        entries = Entry.objects.filter(
            company=books, voucher__date__range=(period.first, period.last)
        )
        sums = entries.values_list("account_id").annotate(Sum("debit"), Sum("credit"))
        found = trial_balance(books, period).accounts
        assert {(a.id, a.debits, a.credits) for a in found} == set(sums)


# Ledger of an account ---------------------------------------------------------------------------


def test_an_accounts_ledger_runs_on_from_what_was_brought_forward(books: Company) -> None:
    page = account_ledger.account_ledger(books, clearing(books).pk, NOVEMBER, size=10)
    assert page.brought_forward == Decimal("590.00")
    assert [(row.number, row.debit, row.credit, row.balance) for row in page.rows] == [
        ("INV/26-27/00002", Decimal("1180.00"), 0, Decimal("1770.00")),
        ("INV/26-27/00003", Decimal("118.00"), 0, Decimal("1888.00")),
        ("CN/26-27/00001", 0, Decimal("118.00"), Decimal("1770.00")),
    ]
    assert page.next is None


def test_an_accounts_ledger_turns_pages(books: Company) -> None:
    account = clearing(books)
    first = account_ledger.account_ledger(books, account.pk, NOVEMBER, size=2)
    second = account_ledger.account_ledger(books, account.pk, NOVEMBER, after=first.next, size=2)
    assert [row.number for row in second.rows] == ["CN/26-27/00001"]
    assert second.rows[0].balance == Decimal("1770.00")
    assert second.next is None


def test_income_starts_each_year_at_nothing(books: Company) -> None:
    account = Account.objects.get(company=books, key="sales:18:local")
    april = Period(date(2027, 4, 1), date(2027, 4, 30))
    assert account_ledger.account_ledger(books, account.pk, april, size=1).brought_forward == 0
    clearing_page = account_ledger.account_ledger(books, clearing(books).pk, april, size=1)
    assert clearing_page.brought_forward == Decimal("1770.00")


def test_a_strangers_account_has_no_ledger(books: Company) -> None:
    other = Account.objects.exclude(company=books).first()
    assert other is not None
    with pytest.raises(Http404):
        account_ledger.account_ledger(books, other.pk, NOVEMBER, size=1)


# Day book ---------------------------------------------------------------------------------------


def numbers(page: day_book.Page) -> list[str]:
    return [voucher.number for voucher in page.vouchers]


def test_the_day_book_is_newest_first(books: Company) -> None:
    page = day_book.day_book(books, day_book.Filter(period=NOVEMBER), size=10)
    assert numbers(page) == ["CN/26-27/00001", "INV/26-27/00003", "INV/26-27/00002"]
    assert page.next is None


def test_the_day_book_turns_pages(books: Company) -> None:
    chosen = day_book.Filter(period=NOVEMBER)
    seen, mark = [], None
    for _ in range(3):
        page = day_book.day_book(books, chosen, after=mark, size=1)
        seen += numbers(page)
        mark = page.next
    assert seen == ["CN/26-27/00001", "INV/26-27/00003", "INV/26-27/00002"]
    assert mark is None


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"types": ["credit_note"]}, ["CN/26-27/00001"]),
        ({"flag": "locked_period"}, []),
        ({"source": "b"}, []),
    ],
)
def test_the_day_book_is_filtered(
    books: Company, chosen: dict[str, object], found: list[str]
) -> None:
    filter_ = day_book.Filter(period=NOVEMBER, **chosen)  # type: ignore[arg-type]
    assert numbers(day_book.day_book(books, filter_, size=10)) == found


def test_the_day_book_is_summed_by_type(books: Company) -> None:
    assert day_book.sums(books, day_book.Filter(period=NOVEMBER)) == [
        day_book.TypeSum("credit_note", 1, Decimal("100.00"), Decimal("18.00"), Decimal("118.00")),
        day_book.TypeSum("sales", 2, Decimal("1100.00"), Decimal("198.00"), Decimal("1298.00")),
    ]


def test_days_are_summed_by_type(books: Company) -> None:
    assert daily_sums.daily_sums(books, NOVEMBER) == [
        daily_sums.DaySum(date(2026, 11, 3), "sales", 2, Decimal("198.00"), Decimal("1298.00")),
        daily_sums.DaySum(TODAY, "credit_note", 1, Decimal("18.00"), Decimal("118.00")),
    ]


# Vouchers ---------------------------------------------------------------------------------------


def test_a_voucher_comes_with_all_its_parts(books: Company) -> None:
    sale = Voucher.objects.get(company=books, source_key="a")
    parts = voucher_of(books, sale.pk)
    assert [line.position for line in parts.lines] == [1]
    assert [tax.name for tax in parts.taxes] == ["CGST", "SGST"]
    assert [entry.account.name for entry in parts.entries] == [
        "store Clearing",
        "Sales 18% - Local",
        "Output CGST",
        "Output SGST",
    ]
    assert [note.number for note in parts.notes] == ["CN/26-27/00001"]


def test_a_strangers_voucher_is_not_there(books: Company) -> None:
    other = Voucher.objects.exclude(company=books).first()
    assert other is not None
    with pytest.raises(Http404):
        voucher_of(books, other.pk)


def test_any_number_of_vouchers_takes_three_queries(
    books: Company, django_assert_num_queries: object
) -> None:
    vouchers = list(Voucher.objects.filter(company=books).order_by("id"))
    with django_assert_num_queries(3):  # type: ignore[operator]
        parts = with_parts(vouchers)
        assert [len(part.entries) for part in parts] == [4, 4, 4, 4]
        assert {entry.account.name for part in parts for entry in part.entries}
