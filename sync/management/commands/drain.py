"""Process what waits, now, without the worker."""

import json
import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError

from connections.models import Status, StoreConnection
from sync.booking import pipeline, retry
from sync.models import Delivery, DeliveryState


class Command(BaseCommand):
    help = "Process all that has arrived; exit 0 when nothing processable is left."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One store, or all."""
        parser.add_argument("--connection", type=UUID, help="only this one")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: Any) -> None:
        """Drain store after store, and count."""
        connections = _connections(options["connection"])
        outcome = pipeline.Outcome()
        for connection in connections:
            _drain(connection, outcome)
        left = Delivery.objects.filter(
            connection__in=connections, state=DeliveryState.RECEIVED
        ).count()
        counts = {
            "orders": outcome.orders, "documents": outcome.documents,
            "waiting": outcome.waiting, "left": left,
        }  # fmt: skip
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()))
        if left:
            sys.exit(1)


def _connections(connection_id: UUID | None) -> list[StoreConnection]:
    """Those that are processed at all: a store that is switched off keeps what it has sent."""
    if connection_id is not None and not StoreConnection.objects.filter(pk=connection_id).exists():
        raise CommandError("There is no such connection.")
    found = StoreConnection.objects.exclude(status=Status.DELETED).filter(is_enabled=True)
    if connection_id is not None:
        found = found.filter(pk=connection_id)
    return list(found.select_related("company").order_by("created_at"))


def _drain(connection: StoreConnection, outcome: pipeline.Outcome) -> None:
    """Waiting for a running drainer; then once more with the orders that need wait no longer."""
    outcome.add(pipeline.drain(connection.pk, patient=True))
    ripe = retry.ripe(connection)
    if ripe:
        retry.retry(connection, order_ids=ripe)
        outcome.add(pipeline.drain(connection.pk, patient=True))
