"""Write a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import archive


class Command(BaseCommand):
    """Prints where the backup is."""

    help = "Write the database and the secrets into one file, while the books are worked with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file to write."""
        parser.add_argument("file", nargs="?", type=Path, help="else VAR_DIR/backups/<time>.tar")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write it.

        :raises CommandError: it could not be written.
        """
        name = f"{timezone.now():%Y-%m-%dT%H%M%SZ}.tar"
        file = options["file"] or settings.VAR_DIR / "backups" / name
        try:
            archive.write(file, settings.DATABASES["owner"], settings.VAR_DIR)
        except (archive.NotEmptyError, archive.BackupFailedError) as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(str(file))
