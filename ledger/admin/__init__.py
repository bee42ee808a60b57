"""Staff's view of the ledger: everything can be found, nothing posted can be touched."""

from ledger.admin import masters, people, vouchers
from ledger.admin.scope import AnyAdmin, OfCompany, Untouchable, visible_companies

__all__ = [
    "AnyAdmin",
    "OfCompany",
    "Untouchable",
    "masters",
    "people",
    "visible_companies",
    "vouchers",
]
