"""Posting: the only way into the books."""

from ledger.posting.documents import NotInTransactionError, Posted, UnknownSaleError, post
from ledger.posting.drafts import drop_drafts, save_drafts
from ledger.posting.journal import AccountAmount, Journal, UnfitJournalError, post_journal

__all__ = [
    "AccountAmount",
    "Journal",
    "NotInTransactionError",
    "Posted",
    "UnfitJournalError",
    "UnknownSaleError",
    "drop_drafts",
    "post",
    "post_journal",
    "save_drafts",
]
