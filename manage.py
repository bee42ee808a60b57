#!/usr/bin/env python
"""Django's command line."""

import os
import sys
from contextlib import AbstractContextManager, nullcontext

# `restore` starts the database itself, once it has seen that there is none yet.
WITHOUT_DATABASE = {"check", "help", "makemigrations", "restore", "spectacular", "version"}


def main() -> None:
    """Run a management command, with the embedded database running while it works."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.embedded import TELLING_ERRORS

    try:
        with _database():
            execute_from_command_line(sys.argv)
    except TELLING_ERRORS as failure:
        sys.exit(str(failure))


def _database() -> AbstractContextManager[None]:
    from django.conf import settings

    from config.embedded import Server

    if settings.DATABASE_URL or not set(sys.argv[1:2]) - WITHOUT_DATABASE:
        return nullcontext()
    return Server(settings.VAR_DIR).in_use()


if __name__ == "__main__":
    main()
