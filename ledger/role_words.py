"""Roles and permissions in sentences."""

from ledger.models import Permission, Role

ROLE_SENTENCES = {
    Role.OWNER: "everything, members too",
    Role.ACCOUNTANT: "keeps the books: posts, locks periods, connects stores, changes settings",
    Role.OPERATOR: "imports orders, customers and items; posts and locks nothing",
    Role.VIEWER: "sees the books, and changes nothing",
}

PERMISSION_SENTENCES = {
    Permission.IMPORT_ORDERS: "Import orders: retry what waits, replay deliveries",
    Permission.IMPORT_CUSTOMERS: "Import customers: match and merge contacts",
    Permission.IMPORT_ITEMS: "Import items: create items and map SKUs to them",
    Permission.PUSH_ITEMS: "Push items: send items, prices and stock to stores",
    Permission.POST: "Post: enter vouchers, post drafts, answer what an order waits for",
    Permission.LOCK: "Lock periods, and open them again",
    Permission.SETTINGS: "Change settings: company, accounts, series, stores and their options",
}
