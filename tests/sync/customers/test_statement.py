"""A customer's statement: every document once, between what was before and what is left."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import transaction
from openpyxl import load_workbook

from connections.models import StoreConnection
from ledger.core.documents import VoucherType
from ledger.models import Account, Company, Party, User, Voucher
from ledger.periods import Period
from ledger.posting import AccountAmount, Journal, Reversal, post_journal, reverse_voucher
from ledger.sheet_files import write_excel
from sync.customers import merging, statement
from sync.customers.listing import bought_by, customers_of
from sync.customers.statement_files import statement_sheet
from sync.models import Customer
from tests.customers import an_order_of
from tests.factories import NOW
from tests.stores import a_connection, an_order, book
from tests.sync.customers.test_following import sharing

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 4, 1), date(2027, 3, 31))
GSTIN = "29AAGCB7383J1Z4"


@pytest.fixture
def shop(main_store: StoreConnection) -> StoreConnection:
    """A store that shares contact details."""
    return sharing(main_store)


def facts(found: statement.Statement) -> list[tuple[str, str, str, str]]:
    return [
        (line.type, str(line.debit), str(line.credit), str(line.balance)) for line in found.lines
    ]


def test_sales_and_notes_stand_on_their_sides_with_the_balance(shop: StoreConnection) -> None:
    book(shop, an_order_of("meera@example.in", 501))
    book(
        shop,
        an_order_of("meera@example.in", 501, modified="2026-11-19T06:00:00",
                    refunds=[{"id": 9, "total": "-118.00"}]),
    )  # fmt: skip
    book(shop, an_order_of("lata@example.in", 502))
    found = statement.of_customer(Customer.objects.get(email="meera@example.in"), YEAR)
    assert facts(found) == [
        ("sales", "1180.00", "0", "1180.00"),
        ("credit_note", "0", "118.00", "1062.00"),
    ]
    assert (found.opening, found.debit, found.credit, found.closing) == (
        Decimal(0), Decimal("1180.00"), Decimal("118.00"), Decimal("1062.00"),
    )  # fmt: skip
    assert [line.reference for line in found.lines] == ["501", "501"]
    assert {line.store for line in found.lines} == {"Main store"}


def test_what_was_before_is_brought_forward(shop: StoreConnection) -> None:
    book(shop, an_order_of("meera@example.in", 501, created="2026-11-01T06:00:00"))
    book(shop, an_order_of("meera@example.in", 502, created="2026-11-10T06:00:00"))
    days = [voucher.date for voucher in Voucher.objects.order_by("date")]
    known = Customer.objects.get()
    later = statement.of_customer(known, Period(days[1], YEAR.last))
    assert (str(later.opening), len(later.lines)) == ("1180.00", 1)
    none = statement.of_customer(known, Period(date(2025, 4, 1), date(2026, 3, 31)))
    assert (none.opening, list(none.lines), none.closing) == (Decimal(0), [], Decimal(0))


def test_the_statement_and_the_list_and_the_vouchers_agree(
    shop: StoreConnection, company: Company, owner: User
) -> None:
    second = sharing(a_connection(company, name="Second store"))
    for number in range(6):
        store, name = (shop, "a") if number % 2 else (second, "b")
        book(store, an_order_of(f"{name}@example.in", 500 + number, value=f"{number + 1}00.00"))
    first, other = (Customer.objects.get(email=f"{n}@example.in") for n in "ab")
    merging.merge(first, other, by=owner, now=NOW)
    assert list(customers_of(company)) == [first]
    by_hand = sum(voucher.total for voucher in Voucher.objects.all())
    bought = bought_by([first.pk])[first.pk]
    assert (bought.net, bought.orders) == (by_hand, 6)
    assert list(bought.stores) == ["Main store", "Second store"]
    assert statement.of_customer(first, YEAR).closing == by_hand


def by_hand(
    company: Company, owner: User, kind: VoucherType, party: Party, debit: str, credit: str
) -> Voucher:
    """A voucher over ₹100 that names the party; accounts by their codes."""
    accounts = {each.code: each for each in Account.objects.filter(company=company)}
    entries = [
        AccountAmount(accounts[debit], Decimal(100), Decimal(0)),
        AccountAmount(accounts[credit], Decimal(0), Decimal(100)),
    ]
    key = f"by-hand:{Voucher.objects.count()}"
    made = Journal(kind, key, date(2026, 11, 25), "By hand", entries, party=party)
    with transaction.atomic():
        done = post_journal(company, made, posted_at=NOW, posted_by=owner)
    return Voucher.objects.get(pk=done.id)


def test_a_business_has_its_orders_and_what_was_entered_by_hand(
    shop: StoreConnection, company: Company, owner: User
) -> None:
    book(shop, an_order(504, state="KA", gstin=GSTIN))
    party = Party.objects.get(gstin=GSTIN)
    bank, debtors, discount = "1110", "1310", "5310"
    receipt = by_hand(company, owner, VoucherType.RECEIPT, party, bank, debtors)
    by_hand(company, owner, VoucherType.PAYMENT, party, debtors, bank)
    by_hand(company, owner, VoucherType.JOURNAL, party, discount, debtors)
    with transaction.atomic():
        taken_back = Reversal(date(2026, 11, 26), "It bounced")
        reverse_voucher(company, receipt, taken_back, posted_at=NOW, posted_by=owner)
    assert facts(statement.of_party(party, YEAR)) == [
        ("sales", "1180.00", "0", "1180.00"),
        ("receipt", "0", "100.00", "1080.00"),
        ("payment", "100.00", "0", "1180.00"),
        ("journal", "0", "100.00", "1080.00"),
        ("journal", "100.00", "0", "1180.00"),
    ]


def test_a_foreign_companys_number_finds_nothing(shop: StoreConnection) -> None:
    book(shop, an_order_of("meera@example.in", 501))
    assert not statement.of_party(Party(pk=0, company=shop.company), YEAR).lines


def test_the_sheet_adds_up(shop: StoreConnection, company: Company) -> None:
    for number in range(3):
        book(shop, an_order_of("meera@example.in", 501 + number))
    found = statement.of_customer(Customer.objects.get(), YEAR)
    file = BytesIO()
    write_excel([statement_sheet(company, "Meera", YEAR, found)], file)
    rows = list(load_workbook(file).worksheets[0].iter_rows(values_only=True))
    text = "\n".join(str(row) for row in rows)
    assert text.count("Main store") == 3
    assert "3540" in text
