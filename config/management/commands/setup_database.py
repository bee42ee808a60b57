"""Make the database ready: roles, tables, rights."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config import databases, embedded, roles
from config.kept_secrets import stored_secret


class Command(BaseCommand):
    """Safe to repeat; runs after every update. Works in the embedded database or DATABASE_URL's."""

    help = "Make roles, migrate as the owner, and give the app's role its rights."
    requires_system_checks = ()

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prepare roles, migrate, grant.

        :raises CommandError: the server allows fewer connections than we are set up to use.
        """
        verbosity = options["verbosity"]
        self._prepare_roles()
        _check_connections()
        call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
        role = self._app_role()
        if role != settings.DATABASES["owner"]["USER"]:
            roles.grant(settings.DATABASES["owner"], role)

    def _prepare_roles(self) -> None:
        owner_url = settings.DATABASE_URL
        if not owner_url:
            roles.prepare_embedded(embedded.Server(settings.VAR_DIR))
        elif not settings.APP_DATABASE_URL and not roles.prepare_external(
            owner_url, settings.VAR_DIR
        ):
            self.stderr.write(
                "The database's owner may not make roles, so the app works as the owner itself: "
                "make a role for it and set APP_DATABASE_URL."
            )

    def _app_role(self) -> str:
        # The settings were read before a role of an external database could be made.
        url = settings.DATABASE_URL
        if url and not settings.APP_DATABASE_URL:
            made = stored_secret(settings.VAR_DIR, databases.app_password_name(url))
            return databases.app_role(url) if made else settings.DATABASES["owner"]["USER"]
        return str(settings.DATABASES["default"]["USER"])


def _check_connections() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('max_connections')::int"
            " - current_setting('superuser_reserved_connections')::int"
        )
        allowed = cursor.fetchone()[0]
    if allowed < settings.CONNECTIONS_NEEDED:
        raise CommandError(
            f"The database allows {allowed} connections, and this set-up may use "
            f"{settings.CONNECTIONS_NEEDED}: raise max_connections, or lower WEB_WORKERS, "
            "DATABASE_POOL or WORKERS."
        )
