"""Look at waiting orders again, now."""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError

from connections.models import StoreConnection
from sync.booking import pipeline, retry


class Command(BaseCommand):
    help = "Process a store's waiting orders again; what still cannot be decided goes on waiting."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and which of them."""
        parser.add_argument("--connection", type=UUID, required=True)
        parser.add_argument("--reason", metavar="CODE", help="only those that wait for this")
        parser.add_argument("--order", type=int, action="append", metavar="ID", help="only these")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: Any) -> None:
        """Put them back and drain."""
        connection = StoreConnection.objects.filter(pk=options["connection"]).first()
        if connection is None:
            raise CommandError("There is no such connection.")
        count = retry.retry(connection, reason_code=options["reason"], order_ids=options["order"])
        outcome = pipeline.drain(connection.pk, patient=True)
        counts = {"retried": count, "documents": outcome.documents, "waiting": outcome.waiting}
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{number} {name}" for name, number in counts.items()))
