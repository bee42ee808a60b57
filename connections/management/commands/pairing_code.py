"""Make a pairing code for a store."""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from connections.lifecycle import NotPossibleError
from connections.models import StoreConnection
from connections.pairing import make_code
from connections.wire import as_moment


class Command(BaseCommand):
    help = "Make a pairing code for a store's plugin; it is good for ten minutes and one use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which store, and whether it has moved."""
        parser.add_argument("--connection", type=UUID, required=True)
        parser.add_argument(
            "--moved", action="store_true", help="the store may have another address than before"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: Any) -> None:
        """Make the code and print it."""
        connection = StoreConnection.objects.filter(pk=options["connection"]).first()
        if connection is None:
            raise CommandError("There is no such connection.")
        try:
            made = make_code(
                connection, by=None, now=timezone.now(), allows_other_site=options["moved"]
            )
        except NotPossibleError as error:
            raise CommandError(str(error)) from error
        expires_at = as_moment(made.expires_at)
        if options["json"]:
            self.stdout.write(json.dumps({"code": made.code, "expires_at": expires_at}))
        else:
            self.stdout.write(f"{made.code}\nGood until {expires_at}, once.")
