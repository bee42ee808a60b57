"""The house itself as an app: its commands and its checks."""

import gc

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Carries commands and checks; it has no models."""

    name = "config"
    verbose_name = "Configuration"

    def ready(self) -> None:
        """Register the checks, and spare the garbage collector what startup made."""
        from config import checks  # noqa: F401, PLC0415 -- checks need the app registry

        gc.freeze()  # all modules and models stay for good; a batch of orders is a tenth faster
