"""Vouchers that people enter: journals, receipts, payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.core.documents import Body, Document, Header, VoucherType
from ledger.core.money import ZERO
from ledger.models import Account, Company, User
from ledger.posting.documents import Booking, Posted, write

BY_HAND = frozenset({VoucherType.JOURNAL, VoucherType.RECEIPT, VoucherType.PAYMENT})


class UnfitJournalError(Exception):
    """The entries cannot be posted; the text tells the person who entered them why."""


@dataclass(frozen=True, slots=True)
class AccountAmount:
    """One side of a hand-entered voucher, in rupees; exactly one amount is above zero."""

    account: Account
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class ChosenSide:
    """A side as posting takes it: `account` is an id."""

    account: int
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class Journal:
    """A hand-entered voucher. `source_key` makes sending the same form twice harmless."""

    type: VoucherType
    source_key: str
    date: date
    narration: str
    entries: Sequence[AccountAmount]
    reference: str = ""


def post_journal(
    company: Company, journal: Journal, *, posted_at: datetime, posted_by: User
) -> Posted:
    """Post a journal, a receipt or a payment that a person entered.

    :raises UnfitJournalError: when it does not balance, or an account is not the company's.
    :raises django.db.IntegrityError: when a voucher with this source key already stands.
    """
    total = _checked_total(company, journal)
    document = Document(
        type=journal.type,
        source_key=journal.source_key,
        date=journal.date,
        reference=journal.reference,
        header=Header(currency=company.currency),
        body=Body((), (), ZERO, total),
        money_account="",
        reason=journal.narration or None,
    )
    entries = [ChosenSide(side.account.pk, side.debit, side.credit) for side in journal.entries]
    return write(company, [Booking(document, entries)], posted_at=posted_at, posted_by=posted_by)[0]


def _checked_total(company: Company, journal: Journal) -> Decimal:
    if journal.type not in BY_HAND:
        raise UnfitJournalError(f"A {journal.type.replace('_', ' ')} is not entered by hand.")
    for side in journal.entries:
        if side.account.company_id != company.pk or not side.account.is_active:
            raise UnfitJournalError(f"{side.account.name} is not an account in use.")
        if min(side.debit, side.credit) != 0 or max(side.debit, side.credit) <= 0:
            raise UnfitJournalError("Every row is either a debit or a credit above zero.")
    debit = sum((side.debit for side in journal.entries), ZERO)
    credit = sum((side.credit for side in journal.entries), ZERO)
    if debit != credit:
        raise UnfitJournalError(f"Debits are {debit}, credits {credit}.")
    if not debit:
        raise UnfitJournalError("There are no entries.")
    return debit
