"""Staff's view of the ledger: everything can be found, nothing posted can be touched."""

from ledger.admin import keys, masters, people, stock, vouchers
from ledger.admin.scope import AnyAdmin, NamedValues, OfCompany, Untouchable, visible_companies

__all__ = [
    "AnyAdmin",
    "NamedValues",
    "OfCompany",
    "Untouchable",
    "keys",
    "masters",
    "people",
    "stock",
    "visible_companies",
    "vouchers",
]
