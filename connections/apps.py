"""The connections app: who may talk to us."""

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    """Connected stores and their credentials."""

    name = "connections"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Connections"
