"""Roles and permissions in sentences."""

from ledger.models import Permission, Role

ROLE_SENTENCES = {
    Role.OWNER: "everything, members too",
    Role.ACCOUNTANT: "keeps the books: posts, locks periods, connects stores, changes settings",
    Role.OPERATOR: "imports orders, customers and items; posts and locks nothing",
    Role.VIEWER: "sees the books, and changes nothing",
}

FOR_LATER = "for later"
"""Said of a permission that no page asks for yet. It can be switched all the same, so that nobody
is given it by an update."""

PERMISSION_SENTENCES = {
    Permission.IMPORT_ORDERS: "Import orders: retry what waits, replay deliveries, import by hand",
    Permission.IMPORT_CUSTOMERS: "Import customers: keep those of a store, and merge duplicates",
    Permission.IMPORT_ITEMS: "Import items: create items and map SKUs to them",
    Permission.PUSH_ITEMS: "Push items, for later: nothing is sent to stores yet",
    Permission.POST: "Post: enter vouchers, post drafts, answer what an order waits for",
    Permission.LOCK: "Lock periods, and open them again",
    Permission.SETTINGS: "Change settings: company, accounts, series, stores and their options",
}
