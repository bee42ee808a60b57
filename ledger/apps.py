"""The ledger app: what is in the books."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Companies, accounts, parties, items, vouchers."""

    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Ledger"
