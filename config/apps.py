"""The house itself as an app: its commands and its checks."""

import gc

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Carries commands and checks; it has no models."""

    name = "config"
    verbose_name = "Configuration"

    def ready(self) -> None:
        """Register the checks, note log-ins, and spare the garbage collector what startup made."""
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415 -- after the apps

        from config import checks, visits  # noqa: F401, PLC0415 -- they need the app registry

        user_logged_in.connect(visits.note_log_in, dispatch_uid="config.visits")
        gc.freeze()  # all modules and models stay for good; a batch of orders is a tenth faster
