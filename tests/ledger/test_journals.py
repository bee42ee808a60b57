"""Vouchers that people enter."""

from decimal import Decimal

import pytest
from django.db import transaction

from ledger.core.documents import VoucherType
from ledger.models import Company, Voucher
from ledger.posting import (
    AccountAmount,
    Journal,
    UnfitJournalError,
    post_journal,
)
from tests.factories import NOW, TODAY, a_company, a_user, entries_in_books

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
        ("25.00", "24.00", {}, "Debits are 25.00, credits 24.00"),
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
