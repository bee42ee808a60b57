"""From a document to its journal entries: debits and credits by account key.

Account keys name what an account is for; `ledger.accounts` knows or opens the account of a
company that answers to one.
"""

from dataclasses import dataclass
from decimal import Decimal

from ledger.core.documents import Body, Document, LineKind, VoucherType
from ledger.core.gst import Split, Taxability, TaxGroup
from ledger.core.money import ZERO

ROUND_OFF = "round_off"
SHIPPING = "shipping"
FEES = "fees"


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of the double entry; exactly one of the two amounts (rupees) is above zero."""

    account: str
    debit: Decimal
    credit: Decimal


def entries_of(document: Document) -> tuple[Entry, ...]:
    """The balanced entries of a sale, debit note or credit note; none where every amount is zero.

    A sale and a debit note debit the money account (the connection's clearing account or a
    debtor); a credit note turns every side around and debits sales returns.
    """
    body = document.body
    is_credit_note = document.type is VoucherType.CREDIT_NOTE
    by_account = _credits(body, returns=is_credit_note)
    by_account[ROUND_OFF] = by_account.get(ROUND_OFF, ZERO) + body.round_off
    sign = -1 if is_credit_note else 1
    entries = [_entry(document.money_account, -sign * body.total)]
    entries += [_entry(account, sign * amount) for account, amount in by_account.items()]
    return tuple(entry for entry in entries if entry.debit or entry.credit)


def _credits(body: Body, *, returns: bool) -> dict[str, Decimal]:
    """What a sale credits, by account, in the order of its lines and then of its taxes."""
    by_account: dict[str, Decimal] = {}
    for line in body.lines:
        account = income_account(line.kind, line.group, returns=returns)
        by_account[account] = by_account.get(account, ZERO) + line.taxable_value
    for part in body.groups:
        for component, amount in zip(part.group.components, part.taxes, strict=True):
            account = f"output:{component.name}"
            by_account[account] = by_account.get(account, ZERO) + amount
    return by_account


def _entry(account: str, credit: Decimal) -> Entry:
    return Entry(account, ZERO, credit) if credit >= 0 else Entry(account, -credit, ZERO)


def income_account(kind: LineKind, group: TaxGroup, *, returns: bool) -> str:
    """The key of the income account a line is credited to; returns have accounts of their own."""
    if kind is not LineKind.PRODUCT:
        return SHIPPING if kind is LineKind.SHIPPING else FEES
    book = "returns" if returns else "sales"
    if group.split is Split.FOREIGN:
        return f"{book}:foreign"
    if group.taxability is Taxability.ZERO_RATED:
        return f"{book}:zero_rated:{'paid' if group.components else 'unpaid'}"
    if group.taxability is not Taxability.TAXABLE:
        return f"{book}:{group.taxability}"
    if group.split is Split.NONE:
        return f"{book}:financial" if group.rate else f"{book}:bill_of_supply"
    return f"{book}:{_plain(group.rate)}:{group.split}"


def _plain(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
