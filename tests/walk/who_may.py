"""Who may do what at which address: written by hand from docs/pages.md, never asked of the code.

One line for each URL name: what looking needs, what sending needs. A new page fails
`test_addresses.py` until it has its line here.
"""

MEMBER = "member"
"""Every member of the company, the viewer too."""
IMPORT_ORDERS = "import_orders"
IMPORT_CUSTOMERS = "import_customers"
IMPORT_ITEMS = "import_items"
PUSH_ITEMS = "push_items"
POST = "post"
LOCK = "lock"
SETTINGS = "settings"
OWNER = "owner"
ITS_PERSON = "its person"
"""One's own token or file: to other members it does not exist."""
NOBODY = "nobody"
"""The address does not take this kind of request."""

_IMPORTING = {IMPORT_ORDERS, IMPORT_CUSTOMERS, IMPORT_ITEMS, PUSH_ITEMS}
MAY: dict[str, set[str]] = {
    "viewer": {MEMBER},
    "operator": {MEMBER, *_IMPORTING},
    "accountant": {MEMBER, *_IMPORTING, POST, LOCK, SETTINGS},
    "owner": {MEMBER, *_IMPORTING, POST, LOCK, SETTINGS, OWNER, ITS_PERSON},
}
"""What each role may do from the start. What is walked belongs to the owner."""

NEEDS: dict[str, tuple[str, str]] = {
    # The books
    "home": (MEMBER, NOBODY),
    "search": (MEMBER, NOBODY),
    "choose_year": (NOBODY, MEMBER),
    "day_book": (MEMBER, NOBODY),
    "day_book_csv": (MEMBER, NOBODY),
    "day_book_excel": (MEMBER, NOBODY),
    "late_documents": (MEMBER, NOBODY),
    "late_documents_csv": (MEMBER, NOBODY),
    "reports": (MEMBER, NOBODY),
    "trial_balance_csv": (MEMBER, NOBODY),
    "trial_balance_excel": (MEMBER, NOBODY),
    "profit_and_loss": (MEMBER, NOBODY),
    "profit_and_loss_csv": (MEMBER, NOBODY),
    "profit_and_loss_excel": (MEMBER, NOBODY),
    "sales_register": (MEMBER, NOBODY),
    "sales_register_csv": (MEMBER, NOBODY),
    "sales_register_excel": (MEMBER, NOBODY),
    "hsn_summary_csv": (MEMBER, NOBODY),
    "hsn_summary_excel": (MEMBER, NOBODY),
    "account": (MEMBER, NOBODY),
    "account_csv": (MEMBER, NOBODY),
    "account_excel": (MEMBER, NOBODY),
    "voucher": (MEMBER, NOBODY),
    "voucher_pdf": (MEMBER, NOBODY),
    "several_pdf": (NOBODY, MEMBER),
    "download": (ITS_PERSON, NOBODY),
    "download_file": (ITS_PERSON, NOBODY),
    "cancel_download": (NOBODY, ITS_PERSON),
    "draft": (MEMBER, NOBODY),
    "post_draft": (NOBODY, POST),
    "drafts": (MEMBER, NOBODY),
    "post_drafts": (NOBODY, POST),
    "all_orders": (MEMBER, NOBODY),
    "all_waiting": (MEMBER, NOBODY),
    "enter_voucher": (POST, POST),
    "reverse_voucher": (POST, POST),
    "account_choices": (POST, NOBODY),
    "party_choices": (POST, NOBODY),
    # Stores
    "stores": (MEMBER, NOBODY),
    "store": (MEMBER, NOBODY),
    "plugin_card": (MEMBER, NOBODY),
    "connect_store": (SETTINGS, SETTINGS),
    "new_secret": (NOBODY, SETTINGS),
    "unpair_store": (NOBODY, SETTINGS),
    "resume_store": (NOBODY, SETTINGS),
    "delete_store": (NOBODY, OWNER),
    "make_pairing_code": (NOBODY, SETTINGS),
    "store_orders": (MEMBER, NOBODY),
    "order": (MEMBER, NOBODY),
    "accept_order": (NOBODY, POST),
    "withdraw_answer": (NOBODY, POST),
    "all_orders_csv": (MEMBER, NOBODY),
    "all_orders_excel": (MEMBER, NOBODY),
    "retry_waiting": (NOBODY, IMPORT_ORDERS),
    "retry_run": (MEMBER, NOBODY),
    "leave_out_delivery": (NOBODY, POST),
    "take_in_again": (NOBODY, POST),
    "reallocate_refund": (NOBODY, POST),
    "map_waiting_sku": (NOBODY, IMPORT_ITEMS),
    "store_waiting": (MEMBER, NOBODY),
    "retry_orders": (NOBODY, IMPORT_ORDERS),
    "store_deliveries": (MEMBER, NOBODY),
    "replay_delivery": (NOBODY, IMPORT_ORDERS),
    "store_options": (SETTINGS, SETTINGS),
    "store_taxes": (SETTINGS, SETTINGS),
    "store_asking": (MEMBER, NOBODY),
    "reconnect_store": (NOBODY, SETTINGS),
    "ask_for_keys": (NOBODY, SETTINGS),
    "keys_come_back": (SETTINGS, NOBODY),
    "register_webhooks": (NOBODY, SETTINGS),
    "change_polling": (NOBODY, SETTINGS),
    "change_backfill": (NOBODY, SETTINGS),
    "store_certificate": (MEMBER, NOBODY),
    "make_certificate": (NOBODY, SETTINGS),
    "stop_certificate": (NOBODY, SETTINGS),
    "certificate": (MEMBER, NOBODY),
    "certificate_json": (MEMBER, NOBODY),
    "certificate_pdf": (MEMBER, NOBODY),
    # Import by hand
    "store_import": (MEMBER, NOBODY),
    "look_at_store": (NOBODY, IMPORT_ORDERS),
    "look": (MEMBER, NOBODY),
    "look_at_ticked": (NOBODY, IMPORT_ORDERS),
    "cancel_look": (NOBODY, IMPORT_ORDERS),
    "resume_look": (NOBODY, IMPORT_ORDERS),
    "import_orders": (NOBODY, IMPORT_ORDERS),
    "imported": (MEMBER, NOBODY),
    "order_import": (MEMBER, NOBODY),
    "customers": (MEMBER, NOBODY),
    "customers_csv": (MEMBER, NOBODY),
    "customers_excel": (MEMBER, NOBODY),
    "parties": (MEMBER, NOBODY),
    "party": (MEMBER, NOBODY),
    "party_pdf": (MEMBER, NOBODY),
    "party_csv": (MEMBER, NOBODY),
    "party_excel": (MEMBER, NOBODY),
    "duplicates": (MEMBER, NOBODY),
    "customer": (MEMBER, NOBODY),
    "customer_pdf": (MEMBER, NOBODY),
    "customer_csv": (MEMBER, NOBODY),
    "customer_excel": (MEMBER, NOBODY),
    "merge_customers": (IMPORT_CUSTOMERS, IMPORT_CUSTOMERS),
    "undo_merge": (NOBODY, IMPORT_CUSTOMERS),
    "store_customers": (IMPORT_CUSTOMERS, NOBODY),
    "look_at_customers": (NOBODY, IMPORT_CUSTOMERS),
    "keep_customers": (NOBODY, IMPORT_CUSTOMERS),
    "cancel_customer_look": (NOBODY, IMPORT_CUSTOMERS),
    "resume_customer_look": (NOBODY, IMPORT_CUSTOMERS),
    "cancel_order_import": (NOBODY, IMPORT_ORDERS),
    "resume_order_import": (NOBODY, IMPORT_ORDERS),
    "set_go_live": (NOBODY, SETTINGS),
    # Items
    "items": (MEMBER, NOBODY),
    "items_csv": (MEMBER, NOBODY),
    "items_excel": (MEMBER, NOBODY),
    "new_item": (IMPORT_ITEMS, IMPORT_ITEMS),
    "change_items": (IMPORT_ITEMS, IMPORT_ITEMS),
    "import_items": (IMPORT_ITEMS, IMPORT_ITEMS),
    "apply_item_import": (NOBODY, IMPORT_ITEMS),
    "item": (MEMBER, NOBODY),
    "edit_item": (IMPORT_ITEMS, IMPORT_ITEMS),
    "add_rate": (NOBODY, IMPORT_ITEMS),
    "enter_stock": (NOBODY, IMPORT_ITEMS),
    "take_back_rate": (NOBODY, IMPORT_ITEMS),
    "switch_item": (NOBODY, IMPORT_ITEMS),
    "delete_item": (NOBODY, IMPORT_ITEMS),
    # SKUs
    "store_skus": (MEMBER, NOBODY),
    "map_sku": (NOBODY, IMPORT_ITEMS),
    "unmap_sku": (NOBODY, IMPORT_ITEMS),
    "item_options": (MEMBER, NOBODY),
    "choose_item": (IMPORT_ITEMS, NOBODY),
    "create_item": (IMPORT_ITEMS, IMPORT_ITEMS),
    "mapping_csv": (MEMBER, NOBODY),
    "template_csv": (MEMBER, NOBODY),
    "import_skus": (IMPORT_ITEMS, IMPORT_ITEMS),
    "sku_import": (MEMBER, NOBODY),
    "apply_sku_import": (NOBODY, IMPORT_ITEMS),
    "check_sku_import": (NOBODY, IMPORT_ITEMS),
    "discard_sku_import": (NOBODY, IMPORT_ITEMS),
    "undo_sku_import": (NOBODY, IMPORT_ITEMS),
    "wrong_rows": (MEMBER, NOBODY),
    # Settings
    "settings": (MEMBER, NOBODY),
    "company_settings": (MEMBER, SETTINGS),
    "document_details": (SETTINGS, SETTINGS),
    "accounts": (MEMBER, NOBODY),
    "add_account": (SETTINGS, SETTINGS),
    "edit_account": (SETTINGS, SETTINGS),
    "delete_account": (NOBODY, SETTINGS),
    "series": (MEMBER, SETTINGS),
    "period_lock": (MEMBER, NOBODY),
    "lock_period": (NOBODY, LOCK),
    "unlock_period": (NOBODY, OWNER),
    "edit_log": (MEMBER, NOBODY),
    "edit_log_csv": (MEMBER, NOBODY),
    "members": (MEMBER, NOBODY),
    "invite": (OWNER, OWNER),
    "member": (OWNER, NOBODY),
    "change_role": (NOBODY, OWNER),
    "switch_permissions": (NOBODY, OWNER),
    "remove_member": (NOBODY, OWNER),
    "renew_invitation": (NOBODY, OWNER),
    "revoke_invitation": (NOBODY, OWNER),
    "tokens": (MEMBER, NOBODY),
    "add_token": (MEMBER, MEMBER),
    "revoke_token": (NOBODY, ITS_PERSON),
}

OF_ONESELF = {
    "start", "confirm", "profile", "password", "two_factor", "two_factor_begin",
    "two_factor_set_up", "new_recovery_codes", "two_factor_off", "sessions", "end_session",
    "end_other_sessions",
}  # fmt: skip
"""What belongs to a person and to no company: whoever is not logged in is asked to."""
OF_API = {
    "api_connections", "api_vouchers", "api_orders", "api_deliveries", "api_activity",
    "api_trial_balance",
}  # fmt: skip
"""What a token opens, of the companies of its person, to read."""
OPEN = {
    "login", "login_code", "logout", "admin_login", "invitation", "healthz", "readyz", "schema",
    "plugin_update", "plugin_package",
}  # fmt: skip
"""Says nothing of any company to whoever has not proved a right: a password, a link's secret."""
BY_SECRET = {"plugin_pair", "plugin_unpair", "plugin_status", "take_keys", "metrics"}
"""Asks for a signature, a pairing code or a token of its own; see tests/connections, tests/sync."""


def needed(name: str, method: str) -> str:
    """What a request needs; an address takes nothing but looking and posting."""
    look, send = NEEDS[name]
    if method in ("get", "head", "options"):
        return look
    return send if method == "post" else NOBODY
