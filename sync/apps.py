"""The sync app: how a store becomes books."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """Deliveries, orders, and the pipeline between store and ledger."""

    name = "sync"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Sync"
