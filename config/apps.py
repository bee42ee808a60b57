"""The house itself as an app: its commands and its checks."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Carries commands and checks; it has no models."""

    name = "config"
    verbose_name = "Configuration"

    def ready(self) -> None:
        """Register the checks."""
        from config import checks  # noqa: F401, PLC0415 -- checks need the app registry
