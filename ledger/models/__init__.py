"""The rows of the books."""

from ledger.models.account import Account
from ledger.models.company import BooksLock, Company, Membership, Permission, Role
from ledger.models.company_version import CompanyVersion
from ledger.models.draft import Draft
from ledger.models.edit import Edit
from ledger.models.invitation import Invitation
from ledger.models.item import Item, ItemRate
from ledger.models.party import Party
from ledger.models.second_factor import Authenticator, RecoveryCode
from ledger.models.session import Session
from ledger.models.stock import StockKind, StockLevel, StockMovement
from ledger.models.token import ApiToken
from ledger.models.user import User
from ledger.models.voucher import Entry, Series, Voucher, VoucherLine, VoucherTax

__all__ = [
    "Account",
    "ApiToken",
    "Authenticator",
    "BooksLock",
    "Company",
    "CompanyVersion",
    "Draft",
    "Edit",
    "Entry",
    "Invitation",
    "Item",
    "ItemRate",
    "Membership",
    "Party",
    "Permission",
    "RecoveryCode",
    "Role",
    "Series",
    "Session",
    "StockKind",
    "StockLevel",
    "StockMovement",
    "User",
    "Voucher",
    "VoucherLine",
    "VoucherTax",
]
