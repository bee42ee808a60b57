"""Vouchers that people enter."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ledger.core.documents import VoucherType
from ledger.models import Account, Company, Entry, Party, Series, User, Voucher
from ledger.period_lock import lock_until
from ledger.posting import (
    AccountAmount,
    AlreadyPostedError,
    Journal,
    Reversal,
    UnfitJournalError,
    post_journal,
    reverse_voucher,
)
from tests.factories import (
    NOW,
    TODAY,
    a_company,
    a_copy,
    a_user,
    check_as_at_commit,
    entries_in_books,
)

pytestmark = pytest.mark.django_db


def a_journal(company: Company, debit: str, credit: str, **changes: object) -> Journal:
    """A journal that pays bank charges from the bank."""
    charges, bank = company.accounts.get(code="5310"), company.accounts.get(code="1110")
    values: dict[str, object] = {
        "type": VoucherType.JOURNAL,
        "source_key": "form/1",
        "date": TODAY,
        "narration": "Gateway charges of October",
        "entries": [
            AccountAmount(charges, Decimal(debit), Decimal(0)),
            AccountAmount(bank, Decimal(0), Decimal(credit)),
        ],
    }
    return Journal(**(values | changes))  # type: ignore[arg-type]


def test_a_journal_is_posted_by_its_author(company: Company) -> None:
    author = a_user("accountant")
    with transaction.atomic():
        result = post_journal(
            company, a_journal(company, "25.00", "25.00"), posted_at=NOW, posted_by=author
        )
    voucher = Voucher.objects.get(pk=result.id)
    assert (voucher.number, voucher.total, voucher.party) == ("JV/26-27/00001", Decimal(25), None)
    assert (voucher.posted_by, voucher.reason) == (author, "Gateway charges of October")
    assert entries_in_books(result.id)["Payment Gateway Charges"] == ("25.00", "0.00")


@pytest.mark.parametrize(
    ("debit", "credit", "changes", "why"),
    [
        ("25.00", "24.00", {}, "Debits are ₹25.00, credits ₹24.00"),
        ("0", "0", {}, "either a debit or a credit"),
        ("1", "1", {"entries": []}, "no entries"),
        ("1", "1", {"type": VoucherType.SALES}, "A sales is not entered by hand"),
    ],
)
def test_an_unfit_journal_is_refused(
    company: Company, debit: str, credit: str, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(UnfitJournalError, match=why):
        post_journal(
            company,
            a_journal(company, debit, credit, **changes),
            posted_at=NOW,
            posted_by=a_user(),
        )


def test_a_journal_stays_within_its_company(company: Company) -> None:
    journal = a_journal(a_company(name="Other"), "1.00", "1.00")
    with pytest.raises(UnfitJournalError, match="is not an account in use"):
        post_journal(company, journal, posted_at=NOW, posted_by=a_user())


def test_a_voucher_by_hand_is_with_a_party(company: Company) -> None:
    party = Party.objects.create(company=company, name="Meera Nair")
    result = entered(company, type=VoucherType.RECEIPT, party=party)
    assert (result.number, result.party, result.buyer_name) == (
        "RCT/26-27/00001", party, "Meera Nair",
    )  # fmt: skip


def test_a_party_is_of_the_same_company(company: Company) -> None:
    theirs = Party.objects.create(company=a_company(name="Other"), name="Meera Nair")
    with pytest.raises(UnfitJournalError, match="of another company"):
        entered(company, party=theirs)


def test_what_a_person_enters_does_not_move_to_another_day(company: Company) -> None:
    lock_until(company, TODAY, reason="Closed")
    with pytest.raises(UnfitJournalError, match="locked until 21 Nov 2026"):
        entered(company)
    open_day = TODAY + timedelta(days=1)
    voucher = entered(company, date=open_day)
    assert (voucher.date, voucher.original_date, voucher.flags) == (open_day, None, [])


def test_the_same_form_is_posted_once(company: Company) -> None:
    first = entered(company)
    with pytest.raises(AlreadyPostedError) as again:
        entered(company)
    assert again.value.voucher_id == first.pk
    assert Series.objects.get(company=company, type="journal").next_ordinal == 2


# Taking one back ------------------------------------------------------------------------


def entered(company: Company, **changes: object) -> Voucher:
    """A voucher of 25 rupees that a person entered."""
    journal = a_journal(company, "25.00", "25.00", **changes)
    with transaction.atomic():
        result = post_journal(company, journal, posted_at=NOW, posted_by=a_user("accountant"))
    check_as_at_commit()
    return Voucher.objects.get(pk=result.id)


REVERSAL = Reversal(date=TODAY, narration="Wrong account")


def reversed_(voucher: Voucher, reversal: Reversal = REVERSAL) -> Voucher:
    """The journal that takes it back."""
    with transaction.atomic():
        result = reverse_voucher(
            voucher.company, voucher, reversal, posted_at=NOW, posted_by=a_user("accountant")
        )
    check_as_at_commit()
    return Voucher.objects.get(pk=result.id)


@pytest.mark.parametrize("type_", [VoucherType.JOURNAL, VoucherType.RECEIPT, VoucherType.PAYMENT])
def test_a_reversal_turns_every_side_around_and_points_back(
    company: Company, type_: VoucherType
) -> None:
    voucher = entered(company, type=type_)
    taken_back = reversed_(voucher)
    assert (taken_back.type, taken_back.against) == ("journal", voucher)
    assert (taken_back.total, taken_back.reason) == (Decimal(25), "Wrong account")
    assert entries_in_books(taken_back.pk) == {
        name: (credit, debit) for name, (debit, credit) in entries_in_books(voucher.pk).items()
    }


def test_a_reversal_needs_no_account_to_be_in_use(company: Company) -> None:
    voucher = entered(company)
    Account.objects.filter(company=company, code="5310").update(is_active=False)
    assert reversed_(voucher).total == Decimal(25)


def test_a_voucher_is_reversed_once(company: Company) -> None:
    voucher = entered(company)
    first = reversed_(voucher)
    with pytest.raises(AlreadyPostedError) as again:
        reversed_(voucher)
    assert again.value.voucher_id == first.pk


def test_a_reversal_is_not_dated_before_its_voucher(company: Company) -> None:
    voucher = entered(company)
    with pytest.raises(UnfitJournalError, match="of 21 Nov 2026: not before"):
        reversed_(voucher, replace(REVERSAL, date=TODAY - timedelta(days=1)))


def test_a_reversal_does_not_move_out_of_a_locked_period(company: Company) -> None:
    voucher = entered(company, date=date(2026, 10, 5))
    lock_until(company, date(2026, 10, 31), reason="GSTR-1 filed")
    with pytest.raises(UnfitJournalError, match="locked until 31 Oct 2026"):
        reversed_(voucher, replace(REVERSAL, date=date(2026, 10, 31)))
    assert reversed_(voucher, replace(REVERSAL, date=date(2026, 11, 1))).against == voucher


def test_what_a_store_caused_is_not_reversed_by_a_journal(sale: Voucher) -> None:
    with pytest.raises(UnfitJournalError, match="INV/26-27/00001 is not reversed by a journal"):
        reversed_(sale)


def test_a_reversal_is_not_reversed(company: Company) -> None:
    with pytest.raises(UnfitJournalError, match="JV/26-27/00002 is not reversed"):
        reversed_(reversed_(entered(company)))


def test_another_companys_voucher_is_not_reversed(company: Company, owner: User) -> None:
    voucher = entered(a_company(name="Other"))
    with pytest.raises(UnfitJournalError, match="of another company"):
        reverse_voucher(company, voucher, REVERSAL, posted_at=NOW, posted_by=owner)


# What the database itself refuses ------------------------------------------------------------


@pytest.fixture
def by_orm(company: Company) -> Callable[..., Voucher]:
    """A voucher by the ORM: a copy of a journal of 25 rupees, with entries as given."""
    template = entered(company, source_key="template")

    def insert(sides: list[tuple[str, str, str]], **changes: Any) -> Voucher:
        series = Series.objects.get(company=company, type=changes.get("type", "journal"))
        number = f"{series.prefix}/26-27/{series.next_ordinal:05}"
        series.next_ordinal += 1
        series.save()
        values = {"number": number, "source_key": number, **changes}
        voucher: Voucher = a_copy(Voucher.objects.get(pk=template.pk), **values)
        voucher.save(force_insert=True)
        Entry.objects.bulk_create(
            Entry(
                company=company,
                voucher=voucher,
                account=company.accounts.get(code=code),
                position=position,
                debit=Decimal(debit),
                credit=Decimal(credit),
            )
            for position, (code, debit, credit) in enumerate(sides, 1)
        )
        check_as_at_commit()
        return voucher

    return insert


MIRROR = [("5310", "0", "25"), ("1110", "25", "0")]


def test_the_mirror_of_a_voucher_may_be_against_it(
    company: Company, by_orm: Callable[..., Voucher]
) -> None:
    voucher = entered(company, type=VoucherType.RECEIPT)
    assert by_orm(MIRROR, against_id=voucher.pk).against == voucher


@pytest.mark.parametrize(
    "sides",
    [
        [("5310", "0", "24"), ("5390", "0", "1"), ("1110", "25", "0")],
        [("1110", "0", "25"), ("5310", "25", "0")],
    ],
)
def test_a_reversal_is_an_exact_mirror(
    company: Company, by_orm: Callable[..., Voucher], sides: list[tuple[str, str, str]]
) -> None:
    voucher = entered(company)
    with pytest.raises(IntegrityError, match="not the mirror"):
        by_orm(sides, against_id=voucher.pk)


def test_two_journals_against_one_voucher_are_refused(
    company: Company, by_orm: Callable[..., Voucher]
) -> None:
    voucher = entered(company)
    by_orm(MIRROR, against_id=voucher.pk)
    with pytest.raises(IntegrityError, match="voucher_is_reversed_once"):
        by_orm(MIRROR, against_id=voucher.pk)


@pytest.mark.parametrize("type_", ["receipt", "payment"])
def test_only_a_journal_reverses(
    company: Company, by_orm: Callable[..., Voucher], type_: str
) -> None:
    voucher = entered(company)
    with pytest.raises(IntegrityError, match="voucher_is_against_a_sale_if_a_note"):
        by_orm(MIRROR, type=type_, against_id=voucher.pk)


def test_a_journal_is_against_no_sale_no_reversal_and_nothing_later(
    company: Company, sale: Voucher, by_orm: Callable[..., Voucher]
) -> None:
    taken_back = reversed_(entered(company))
    later = entered(company, source_key="later", date=TODAY + timedelta(days=1))
    for against in (sale, taken_back, later):
        with (
            pytest.raises(IntegrityError, match="reverses nothing that was entered by hand"),
            transaction.atomic(),
        ):
            by_orm(MIRROR, against_id=against.pk)
