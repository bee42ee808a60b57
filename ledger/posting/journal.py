"""Vouchers that people enter: receipts, payments, journals, and the journal that reverses one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.core.documents import BY_HAND, Body, Document, Header, VoucherType
from ledger.core.money import ZERO, priced
from ledger.models import Account, BooksLock, Company, Entry, Party, User, Voucher
from ledger.periods import written
from ledger.posting.documents import Booking, Posted, write


class UnfitJournalError(Exception):
    """The entries cannot be posted; the text tells the person who entered them why."""


class AlreadyPostedError(Exception):
    """The same form was sent before, or the voucher is reversed; `voucher_id` is what stands."""

    def __init__(self, voucher_id: int) -> None:
        super().__init__(f"voucher {voucher_id} stands for this already")
        self.voucher_id = voucher_id


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
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Reversal:
    """What a person says about the journal that takes a voucher back."""

    date: date
    narration: str
    reference: str = ""


def post_journal(
    company: Company, journal: Journal, *, posted_at: datetime, posted_by: User
) -> Posted:
    """Post a journal, a receipt or a payment that a person entered, in the caller's transaction.

    Unlike what a store sends, it never moves to another day than the one that was entered.

    :raises UnfitJournalError: when it does not balance, its day is locked, or an account or the
        party is not the company's.
    :raises AlreadyPostedError: when a voucher with this source key stands.
    """
    total = _checked_total(company, journal)
    _hold_open(company, journal.date, journal.source_key)
    party = journal.party
    document = Document(
        type=journal.type,
        source_key=journal.source_key,
        date=journal.date,
        reference=journal.reference,
        header=Header(currency=company.currency, buyer_name=party.name if party else None),
        body=Body((), (), ZERO, total),
        money_account="",
        reason=journal.narration or None,
    )
    sides = [ChosenSide(side.account.pk, side.debit, side.credit) for side in journal.entries]
    booking = Booking(document, sides, party.pk if party else None)
    return write(company, [booking], posted_at=posted_at, posted_by=posted_by)[0]


def reverse_voucher(
    company: Company,
    voucher: Voucher,
    reversal: Reversal,
    *,
    posted_at: datetime,
    posted_by: User,
) -> Posted:
    """Take a voucher that a person entered back by a journal: every side turned around.

    In the caller's transaction. What a store caused is corrected by notes, not by this.

    :raises UnfitJournalError: when the voucher is not of this kind, or the day is locked or before
        the voucher's own.
    :raises AlreadyPostedError: when it is reversed already.
    """
    _check_reversible(company, voucher)
    if reversal.date < voucher.date:
        raise UnfitJournalError(f"{voucher.number} is of {written(voucher.date)}: not before.")
    key = f"reversal/{voucher.pk}"
    _hold_open(company, reversal.date, key)
    document = Document(
        type=VoucherType.JOURNAL,
        source_key=key,
        date=reversal.date,
        reference=reversal.reference,
        header=Header(currency=company.currency, buyer_name=voucher.buyer_name),
        body=Body((), (), ZERO, voucher.total),
        money_account="",
        against=voucher.source_key,
        reason=reversal.narration or None,
    )
    booking = Booking(document, _turned_around(voucher), voucher.party_id)
    return write(company, [booking], posted_at=posted_at, posted_by=posted_by)[0]


def is_reversible(voucher: Voucher) -> bool:
    """Whether a person entered it, and it is no reversal itself; it may be reversed already."""
    return voucher.type in BY_HAND and voucher.against_id is None


def _check_reversible(company: Company, voucher: Voucher) -> None:
    if voucher.company_id != company.pk:
        raise UnfitJournalError("The voucher is of another company.")
    if not is_reversible(voucher):
        raise UnfitJournalError(f"{voucher.number} is not reversed by a journal.")


def _turned_around(voucher: Voucher) -> list[ChosenSide]:
    entries = Entry.objects.filter(voucher=voucher).order_by("position")
    return [ChosenSide(entry.account_id, entry.credit, entry.debit) for entry in entries]


def _hold_open(company: Company, day: date, source_key: str) -> None:
    """Hold the books, so that until the commit nobody locks the day or posts the same key."""
    lock = BooksLock.objects.select_for_update(no_key=True).get(pk=company.pk)
    if lock.locked_until and day <= lock.locked_until:
        raise UnfitJournalError(f"The books are locked until {written(lock.locked_until)}.")
    posted = Voucher.objects.filter(company=company, source_key=source_key).first()
    if posted:
        raise AlreadyPostedError(posted.pk)


def _checked_total(company: Company, journal: Journal) -> Decimal:
    if journal.type not in BY_HAND:
        raise UnfitJournalError(f"A {journal.type.replace('_', ' ')} is not entered by hand.")
    if journal.party and journal.party.company_id != company.pk:
        raise UnfitJournalError(f"{journal.party.name} is of another company.")
    for side in journal.entries:
        if side.account.company_id != company.pk or not side.account.is_active:
            raise UnfitJournalError(f"{side.account.name} is not an account in use.")
        if min(side.debit, side.credit) != 0 or max(side.debit, side.credit) <= 0:
            raise UnfitJournalError("Every row is either a debit or a credit above zero.")
    debit = sum((side.debit for side in journal.entries), ZERO)
    credit = sum((side.credit for side in journal.entries), ZERO)
    if debit != credit:
        currency = company.currency
        raise UnfitJournalError(
            f"Debits are {priced(debit, currency)}, credits {priced(credit, currency)}."
        )
    if not debit:
        raise UnfitJournalError("There are no entries.")
    return debit
