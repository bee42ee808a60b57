"""Bring a backup back."""

from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config import archive, embedded, roles


class Command(BaseCommand):
    """Fills an empty VAR_DIR and an empty database; never touches what is there."""

    help = "Restore a backup into an empty VAR_DIR (and, with DATABASE_URL, an empty database)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the backup."""
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore, then migrate to this release.

        :raises CommandError: it is no backup, the place isn't empty, or the database refused.
        """
        server = None if settings.DATABASE_URL else embedded.Server(settings.VAR_DIR)
        try:
            archive.read_secrets(options["file"], settings.VAR_DIR)
            with server.in_use() if server else nullcontext():
                if server:
                    roles.prepare_embedded(server)
                _refuse_tables()
                archive.read_database(options["file"], settings.DATABASES["owner"])
                call_command("setup_database", verbosity=0)
                connections.close_all()
        except (
            archive.BackupFailedError,
            archive.NotABackupError,
            archive.NotEmptyError,
        ) as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write("Restored.")


def _refuse_tables() -> None:
    if connections["owner"].introspection.table_names():
        raise archive.NotEmptyError("The database has tables already; an empty one is needed.")
