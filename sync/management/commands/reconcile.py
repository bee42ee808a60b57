"""The completeness certificate of a store."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError

from connections.models import StoreConnection
from ledger.core.money import priced
from ledger.periods import Period
from sync.core.certificate import Certificate, Finding, InStore, Verdict
from sync.reconciliation import ALWAYS, UnreadableRecordingError, reconcile, recorded_orders


class Command(BaseCommand):
    help = (
        "Compare all orders of a store with the books; exit 1 when one is missing or different, "
        "exit 2 when there is nothing to compare with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which store, which orders, which period."""
        parser.add_argument("--connection", type=UUID, required=True)
        parser.add_argument(
            "--orders", type=Path, help="the store's orders, one JSON object a line"
        )
        parser.add_argument("--from", dest="first", type=date.fromisoformat, default=ALWAYS.first)
        parser.add_argument("--to", dest="last", type=date.fromisoformat, default=ALWAYS.last)
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: Any) -> None:
        """Reconcile and print; the exit code says whether the books are complete."""
        connection = StoreConnection.objects.filter(pk=options["connection"]).first()
        if connection is None:
            raise CommandError("There is no such connection.", returncode=2)
        if options["orders"] is None:
            raise CommandError(
                "Asking the store is not available yet: give its orders by --orders.", returncode=2
            )
        period = Period(options["first"], options["last"])
        try:
            certificate = reconcile(connection, _orders(options["orders"]), period)
        except (OSError, UnreadableRecordingError) as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(
            json.dumps(_as_json(certificate))
            if options["json"]
            else _as_text(certificate, connection.company.currency)
        )
        if not certificate.is_complete:
            sys.exit(1)


def _orders(path: Path) -> Iterator[InStore]:
    with path.open(encoding="utf-8") as lines:
        yield from recorded_orders(lines)


def _as_json(certificate: Certificate) -> dict[str, Any]:
    return {
        "counts": {verdict.value: certificate.counts[verdict] for verdict in Verdict},
        "store_total": f"{certificate.store_total:.2f}",
        "books_total": f"{certificate.books_total:.2f}",
        "difference": f"{certificate.difference:.2f}",
        "exceptions": [_exception(finding) for finding in certificate.exceptions],
        "excluded": dict(sorted(certificate.excluded.items())),
    }


def _exception(finding: Finding) -> dict[str, Any]:
    return {
        "order_id": finding.order_id,
        "kind": finding.verdict.value,
        "store_net": f"{finding.store_net:.2f}",
        "books_net": f"{finding.books_net:.2f}",
        "reason": finding.reason,
    }


def _as_text(certificate: Certificate, currency: str) -> str:
    counts = ", ".join(f"{certificate.counts[verdict]} {verdict}" for verdict in Verdict)
    store, books, difference = (
        priced(amount, currency)
        for amount in (certificate.store_total, certificate.books_total, certificate.difference)
    )
    lines = [
        f"{sum(certificate.counts.values())} orders: {counts}",
        f"Store {store}, books {books}, difference {difference}",
        *(f"  {rule}: {count}" for rule, count in sorted(certificate.excluded.items())),
        *(f"#{each.order_id} {each.verdict}: {each.reason}" for each in certificate.exceptions),
    ]
    lines.append("Complete." if certificate.is_complete else "Not complete.")
    return "\n".join(lines)
