"""Posting: the only way into the books."""

from ledger.posting.documents import NotInTransactionError, Posted, UnknownSaleError, post
from ledger.posting.drafts import drop_drafts, save_drafts
from ledger.posting.journal import (
    AccountAmount,
    AlreadyPostedError,
    Journal,
    Reversal,
    UnfitJournalError,
    is_reversible,
    post_journal,
    reverse_voucher,
)

__all__ = [
    "AccountAmount",
    "AlreadyPostedError",
    "Journal",
    "NotInTransactionError",
    "Posted",
    "Reversal",
    "UnfitJournalError",
    "UnknownSaleError",
    "drop_drafts",
    "is_reversible",
    "post",
    "post_journal",
    "reverse_voucher",
    "save_drafts",
]
