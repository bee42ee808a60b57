"""Vouchers by hand: the form as it is sent, with and without JavaScript."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from connections.models import StoreConnection
from ledger import periods
from ledger.models import Account, Company, Membership, Party, Role, User, Voucher
from ledger.period_lock import lock_until
from sync.models import Order
from tests.factories import a_company, a_sale, a_user, entries_in_books, posted
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db

BANK, CHARGES = "1110 · Bank - Current A/c", "5310 · Payment Gateway Charges"
Row = tuple[str, str, str]


@pytest.fixture
def party(company: Company) -> Party:
    """A customer with a GSTIN."""
    return Party.objects.create(
        company=company, name="Nair Textiles", gstin="27AAPFU0939F1ZV", state="27"
    )


def _form(rows: list[Row], **changes: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    values: dict[str, Any] = {
        "date": "2026-11-20", "party": "", "reference": "UTR123", "narration": "Pay-out",
        "token": str(uuid.uuid4()), "row-TOTAL_FORMS": len(rows), "row-INITIAL_FORMS": 0,
    }  # fmt: skip
    for number, (side, account, amount) in enumerate(rows):
        values |= {
            f"row-{number}-side": side,
            f"row-{number}-account": account,
            f"row-{number}-amount": amount,
        }
    return values | changes


PAYOUT = [("dr", BANK, "1,152.15"), ("dr", CHARGES, "27.85"), ("cr", "Main store Clearing", "1180")]


def _send(client: Client, company: Company, form: dict[str, Any], kind: str = "receipt") -> Any:
    return client.post(reverse("enter_voucher", args=[company.pk, kind]), form, follow=True)


@pytest.fixture
def clearing(company: Company, store: StoreConnection) -> Account:
    """The store's clearing account, with 1180 rupees in it."""
    book(store, an_order(501))
    return Account.objects.get(company=company, key__startswith="clearing:")


def test_a_gateways_pay_out_settles_the_clearing_account(
    browser: Client, owner: User, company: Company, clearing: Account
) -> None:
    page = _send(browser, company, _form(PAYOUT)).content.decode()
    voucher = Voucher.objects.get(type="receipt")
    assert (voucher.number, voucher.date, voucher.posted_by) == (
        "RCT/26-27/00001", date(2026, 11, 20), owner,
    )  # fmt: skip
    assert (voucher.total, voucher.reference, voucher.reason) == (
        Decimal("1180.00"), "UTR123", "Pay-out",
    )  # fmt: skip
    assert entries_in_books(voucher.pk) == {
        "Bank - Current A/c": ("1152.15", "0.00"),
        "Payment Gateway Charges": ("27.85", "0.00"),
        "Main store Clearing": ("0.00", "1180.00"),
    }
    assert "RCT/26-27/00001</a> over ₹1,180.00 is posted" in page
    assert 'value="2026-11-20"' in page


def test_the_form_of_a_pay_out_shows_what_is_open(
    browser: Client, company: Company, clearing: Account
) -> None:
    address = reverse("enter_voucher", args=[company.pk, "receipt"])
    answer = browser.get(address, {"account": clearing.pk})
    rows = [(row["side"].value(), row.account_text) for row in answer.context["form"].rows]
    assert rows == [
        ("dr", BANK),
        ("dr", CHARGES),
        ("cr", "1210-1 · Main store Clearing"),
        ("dr", ""),
    ]
    assert answer.context["form"].rows[2].balance == Decimal("1180.00")
    (open_one,) = answer.context["clearing"]
    assert (open_one.account, open_one.balance) == (clearing, Decimal("1180.00"))
    assert "1,180.00 Dr" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("receipt", [("dr", BANK), ("cr", "")]),
        ("payment", [("dr", ""), ("cr", BANK)]),
        ("journal", [("dr", ""), ("cr", "")]),
    ],
)
def test_every_type_begins_with_the_rows_it_needs(
    browser: Client, company: Company, kind: str, rows: list[tuple[str, str]]
) -> None:
    form = browser.get(reverse("enter_voucher", args=[company.pk, kind])).context["form"]
    assert [(row["side"].value(), row.account_text) for row in form.rows][:2] == rows


def test_a_receipt_from_a_customer(browser: Client, company: Company, party: Party) -> None:
    address = reverse("enter_voucher", args=[company.pk, "receipt"])
    form = browser.get(address, {"party": party.pk}).context["form"]
    assert form.head["party"].value() == "Nair Textiles · 27AAPFU0939F1ZV"
    rows = [("dr", BANK, "500"), ("cr", form.rows[1].account_text, "500")]
    _send(browser, company, _form(rows, party=form.head["party"].value()))
    voucher = Voucher.objects.get()
    assert (voucher.party, voucher.buyer_name) == (party, "Nair Textiles")
    assert entries_in_books(voucher.pk)["Customers"] == ("0.00", "500.00")


@pytest.mark.parametrize(
    "text", ["nair textiles", "nair t", "27aapfu0939f1zv", "Nair Textiles · 27AAPFU0939F1ZV"]
)
def test_a_party_is_named_in_any_usual_way(
    browser: Client, company: Company, party: Party, text: str
) -> None:
    _send(browser, company, _form([("dr", BANK, "1"), ("cr", CHARGES, "1")], party=text))
    assert Voucher.objects.get().party == party


def test_parties_of_one_name_are_told_apart_by_number(browser: Client, company: Company) -> None:
    first = Party.objects.create(company=company, name="Asha Rao")
    Party.objects.create(company=company, name="Asha Rao")
    rows = [("dr", BANK, "1"), ("cr", CHARGES, "1")]
    page = _send(browser, company, _form(rows, party="Asha Rao")).content.decode()
    assert "fits several customers" in page
    _send(browser, company, _form(rows, party=f"Asha Rao · #{first.pk}"))
    assert Voucher.objects.get().party == first


@pytest.mark.parametrize("text", ["1110", "Bank - Current A/c", "bank - cur", BANK])
def test_an_account_is_named_in_any_usual_way(browser: Client, company: Company, text: str) -> None:
    _send(browser, company, _form([("dr", text, "1"), ("cr", CHARGES, "1")]), "journal")
    assert "Bank - Current A/c" in entries_in_books(Voucher.objects.get().pk)


@pytest.mark.parametrize("amount", ["1,23,456.78", "₹ 123456.78", " 123,456.78 "])
def test_amounts_are_read_as_people_write_them(
    browser: Client, company: Company, amount: str
) -> None:
    _send(browser, company, _form([("dr", BANK, amount), ("cr", CHARGES, amount)]), "journal")
    assert Voucher.objects.get().total == Decimal("123456.78")


ONE = [("dr", BANK, "1"), ("cr", CHARGES, "1")]
WRONG: dict[str, tuple[list[Row], dict[str, str], str]] = {
    "unbalanced": ([("dr", BANK, "2"), ("cr", CHARGES, "1")], {}, "Debits are ₹2.00, credits"),
    "empty": ([("dr", "", ""), ("cr", "", "")], {}, "There are no entries"),
    "no amount": ([("dr", BANK, ""), ("cr", CHARGES, "1")], {}, "The amount is missing"),
    "no account": ([("dr", "", "1"), ("cr", CHARGES, "1")], {}, "The account is missing"),
    "nonsense": ([("dr", BANK, "much"), ("cr", CHARGES, "1")], {}, "Enter a number"),
    "below zero": ([("dr", BANK, "-1"), ("cr", CHARGES, "-1")], {}, "greater than or equal to"),
    "half a paisa": ([("dr", BANK, "0.005"), ("cr", CHARGES, "1")], {}, "2 decimal places"),
    "unknown": ([("dr", "Petty gold", "1"), ("cr", CHARGES, "1")], {}, "No account is called"),
    "ambiguous": ([("dr", "Sales", "1"), ("cr", CHARGES, "1")], {}, "fits several"),
    "stranger": (ONE, {"party": "X"}, "No customer is called"),
    "future": (ONE, {"date": "2999-01-01"}, "in the future"),
    "ancient": (ONE, {"date": "1926-11-20"}, "in the past"),
    "locked": (ONE, {"date": "2026-10-31"}, "locked until"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_and_nothing_is_posted(
    browser: Client, company: Company, case: str
) -> None:
    rows, changes, why = WRONG[case]
    lock_until(company, date(2026, 10, 31), reason="GSTR-1 filed")
    page = _send(browser, company, _form(rows, **changes)).content.decode()
    assert why in page.replace("&gt;", ">")
    assert not Voucher.objects.exists()
    for _, account, _amount in rows:
        assert account in page


def test_the_same_form_is_posted_once(browser: Client, company: Company) -> None:
    form = _form([("dr", BANK, "1"), ("cr", CHARGES, "1")])
    _send(browser, company, form)
    page = _send(browser, company, form).content.decode()
    assert Voucher.objects.count() == 1
    assert "is posted" in page


def test_another_companys_account_or_party_is_unknown(
    browser: Client, company: Company, party: Party
) -> None:
    other = a_company(name="Other")
    theirs = Account.objects.get(company=other, code="1110")
    theirs.name = "Their bank"
    theirs.save()
    Party.objects.create(company=other, name="Their customer")
    rows = [("dr", "Their bank", "1"), ("cr", CHARGES, "1")]
    page = _send(browser, company, _form(rows, party="Their customer")).content.decode()
    assert "No account is called" in page
    assert "No customer is called" in page
    address = reverse("enter_voucher", args=[company.pk, "receipt"])
    assert "Their bank" not in browser.get(address, {"account": theirs.pk}).content.decode()


def test_an_account_out_of_use_is_not_offered(browser: Client, company: Company) -> None:
    Account.objects.filter(company=company, code="5310").update(is_active=False)
    page = _send(browser, company, _form([("dr", BANK, "1"), ("cr", CHARGES, "1")]))
    assert "No account is called" in page.content.decode()


def test_without_javascript_there_are_more_rows_at_a_press(
    browser: Client, company: Company
) -> None:
    form = _form([("dr", BANK, "x")], more="rows", date="2026-11-19")
    answer = _send(browser, company, form)
    rows = answer.context["form"].rows
    assert len(rows.forms) == 5
    assert rows[0]["amount"].value() == "x"
    page = answer.content.decode()
    assert 'value="2026-11-19"' in page
    assert form["token"] in page
    assert "Enter a number" not in page


def test_too_many_rows_are_refused(browser: Client, company: Company) -> None:
    rows: list[Row] = [("dr", BANK, "1"), ("cr", CHARGES, "1")] * 60
    assert "at most 100" in _send(browser, company, _form(rows)).content.decode()
    assert not Voucher.objects.exists()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"more": "rows"},
        {"more": "rows", "row-TOTAL_FORMS": "9" * 30},
        {"row-TOTAL_FORMS": "-1", "row-INITIAL_FORMS": "x"},
        {"row-TOTAL_FORMS": "5000", "row-INITIAL_FORMS": "0", "token": "1"},
    ],
)
def test_half_a_form_is_no_voucher_and_no_accident(
    browser: Client, company: Company, form: dict[str, str]
) -> None:
    assert _send(browser, company, form).status_code == 200
    assert not Voucher.objects.exists()


@pytest.mark.parametrize("kind", ["sales", "credit_note", "contra"])
def test_a_sale_is_not_entered_by_hand(browser: Client, company: Company, kind: str) -> None:
    assert browser.get(reverse("enter_voucher", args=[company.pk, kind])).status_code == 404


def test_letters_find_accounts_with_what_they_stand_at(
    browser: Client, company: Company, clearing: Account
) -> None:
    address = reverse("account_choices", args=[company.pk])
    page = browser.get(address, {"q": "clear"}).content.decode()
    used, unused = page.index("Main store Clearing"), page.index("Payment Gateway Clearing")
    assert used < unused
    assert "1,180.00 Dr" in page
    assert "1110 · Bank" in browser.get(address, {"q": "111"}).content.decode()
    assert "No account like this" in browser.get(address, {"q": "gold"}).content.decode()


def test_letters_find_customers(browser: Client, company: Company, party: Party) -> None:
    address = reverse("party_choices", args=[company.pk])
    for letters in ("nair", "27AAP"):
        assert "Nair Textiles" in browser.get(address, {"q": letters}).content.decode()
    page = browser.get(address, {"q": "store"}).content.decode()
    assert "No customer like this" in page  # the pseudo-customer is nobody


def test_an_income_account_stands_at_this_years_balance(browser: Client, company: Company) -> None:
    today = periods.today_in(company, timezone.now())
    last_year = today - timedelta(days=400)
    posted(company, a_sale(key="old", day=last_year), a_sale(key="new", day=today))
    page = browser.get(reverse("account_choices", args=[company.pk]), {"q": "18% - local"})
    assert "1,000.00 Cr" in page.content.decode()


# Where they appear ------------------------------------------------------------------------


@pytest.fixture
def receipt(browser: Client, company: Company, clearing: Account, party: Party) -> Voucher:
    """A pay-out that was entered."""
    _send(browser, company, _form(PAYOUT, party="Nair Textiles"))
    return Voucher.objects.get(type="receipt")


NOVEMBER = {"date_from": "2026-11-01", "date_to": "2026-11-30"}


def test_a_receipt_stands_in_day_book_ledger_and_trial_balance(
    browser: Client, company: Company, clearing: Account, receipt: Voucher
) -> None:
    book_page = browser.get(reverse("day_book", args=[company.pk]), NOVEMBER)
    assert receipt in [row.voucher for row in book_page.context["page"].rows]
    assert "Nair Textiles" in book_page.content.decode()
    ledger = browser.get(reverse("account", args=[company.pk, clearing.pk]), NOVEMBER)
    pay_out = ledger.context["page"].rows[1].entry
    assert (pay_out.number, pay_out.credit, pay_out.balance) == (
        receipt.number, Decimal("1180.00"), Decimal("0.00"),
    )  # fmt: skip
    balance = browser.get(reverse("reports", args=[company.pk]), NOVEMBER).context["balance"]
    sides = {each.name: (each.debit, each.credit) for each in balance.accounts}
    assert sides["Bank - Current A/c"] == (Decimal("1152.15"), Decimal(0))
    assert sides["Main store Clearing"] == (Decimal(0), Decimal(0))


@pytest.mark.parametrize("words", ["RCT/26-27/00001", "Nair", "UTR123"])
def test_a_receipt_is_found_by_number_party_and_reference(
    browser: Client, company: Company, receipt: Voucher, words: str
) -> None:
    page = browser.get(reverse("search", args=[company.pk]), {"q": words}, follow=True)
    assert "RCT/26-27/00001" in page.content.decode()


def test_a_reference_that_is_an_orders_number_leads_to_the_order(
    browser: Client, company: Company, clearing: Account
) -> None:
    """What a person writes beside a voucher does not stand in the way of the order."""
    _send(browser, company, _form([("dr", BANK, "1"), ("cr", CHARGES, "1")], reference="777"))
    answer = browser.get(reverse("search", args=[company.pk]), {"q": "501"})
    assert answer["Location"].endswith(f"/orders/{Order.objects.get().order_id}/")


def test_a_voucher_by_hand_reads_like_one(
    browser: Client, company: Company, receipt: Voucher
) -> None:
    page = browser.get(reverse("voucher", args=[company.pk, receipt.pk])).content.decode()
    for text in ("Pay-out", "UTR123", "Nair Textiles", "1,152.15", "Reverse"):
        assert text in page
    for text in ("Tax invoice", "#UTR123", "Taxable value", "Where it hangs"):
        assert text not in page


# Taking one back ------------------------------------------------------------------------


def _reverse(client: Client, voucher: Voucher, **changes: str) -> Any:
    form = {"date": "2026-11-21", "narration": "Twice", "reference": "", **changes}
    address = reverse("reverse_voucher", args=[voucher.company_id, voucher.pk])
    return client.post(address, form, follow=True)


def test_reverse_fills_the_journal_in_and_links_both(
    browser: Client, company: Company, receipt: Voucher
) -> None:
    address = reverse("reverse_voucher", args=[company.pk, receipt.pk])
    form = browser.get(address)
    assert form.context["form"]["narration"].value() == "Reversal of RCT/26-27/00001"
    assert form.context["form"]["reference"].value() == "UTR123"
    page = _reverse(browser, receipt).content.decode()
    journal = Voucher.objects.get(type="journal")
    assert (journal.against, journal.reason, journal.party) == (receipt, "Twice", receipt.party)
    assert "Reverses" in page
    assert receipt.number in page
    back = browser.get(reverse("voucher", args=[company.pk, receipt.pk])).content.decode()
    assert "Reversed by" in back
    assert journal.number in back
    assert address not in back


def test_a_voucher_that_is_reversed_is_not_reversed_again(
    browser: Client, company: Company, receipt: Voucher
) -> None:
    _reverse(browser, receipt)
    address = reverse("reverse_voucher", args=[company.pk, receipt.pk])
    assert "It is reversed already" in browser.get(address).content.decode()
    _reverse(browser, receipt)
    journal = Voucher.objects.get(type="journal")
    address = reverse("reverse_voucher", args=[company.pk, journal.pk])
    assert browser.get(address).status_code == 404


def test_a_sale_has_no_reverse_button(browser: Client, company: Company) -> None:
    (sale,) = posted(company, a_sale())
    assert (
        "Reverse"
        not in browser.get(reverse("voucher", args=[company.pk, sale.id])).content.decode()
    )
    address = reverse("reverse_voucher", args=[company.pk, sale.id])
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize(
    ("day", "why"), [("2026-11-19", "not before"), ("2999-01-01", "in the future")]
)
def test_a_reversal_of_another_day_is_refused_with_the_reason(
    browser: Client, receipt: Voucher, day: str, why: str
) -> None:
    assert why in _reverse(browser, receipt, date=day).content.decode()
    assert not Voucher.objects.filter(type="journal").exists()


# Who may ------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_only_accountants_enter_and_reverse(company: Company, receipt: Voucher, role: Role) -> None:
    person = a_user("colleague")
    Membership.objects.create(company=company, user=person, role=role)
    client = Client()
    client.force_login(person)
    before = Voucher.objects.count()
    assert _send(client, company, _form(PAYOUT)).status_code == 403
    assert _reverse(client, receipt).status_code == 403
    assert client.get(reverse("account_choices", args=[company.pk])).status_code == 403
    assert Voucher.objects.count() == before
    page = client.get(reverse("voucher", args=[company.pk, receipt.pk])).content.decode()
    assert "Reverse</a>" not in page
    book_page = client.get(reverse("day_book", args=[company.pk])).content.decode()
    assert "Voucher</summary>" not in book_page


def test_the_number_of_queries_does_not_grow(
    browser: Client,
    company: Company,
    clearing: Account,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    rows: list[Row] = [("dr", BANK, "2"), ("cr", CHARGES, "1")] * 30
    with django_assert_max_num_queries(22):
        browser.post(reverse("enter_voucher", args=[company.pk, "journal"]), _form(rows))
    rows = [("dr", BANK, "1"), ("cr", CHARGES, "1")] * 30
    with django_assert_max_num_queries(22):
        browser.post(reverse("enter_voucher", args=[company.pk, "journal"]), _form(rows))
