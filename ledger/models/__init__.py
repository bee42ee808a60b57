"""The rows of the books."""

from ledger.models.account import Account
from ledger.models.company import BooksLock, Company, Membership, Role
from ledger.models.item import Item, ItemRate, SpellingKey
from ledger.models.party import Party
from ledger.models.token import ApiToken
from ledger.models.user import User
from ledger.models.voucher import Draft, Entry, Series, Voucher, VoucherLine, VoucherTax

__all__ = [
    "Account",
    "ApiToken",
    "BooksLock",
    "Company",
    "Draft",
    "Entry",
    "Item",
    "ItemRate",
    "Membership",
    "Party",
    "Role",
    "Series",
    "SpellingKey",
    "User",
    "Voucher",
    "VoucherLine",
    "VoucherTax",
]
