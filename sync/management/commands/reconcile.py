"""The completeness certificate of a store."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from connections.clients.transport import Limits
from connections.models import StoreConnection
from ledger.core.money import priced
from ledger.periods import Period
from sync import sweep
from sync.asking import pulls
from sync.certificate import certificates
from sync.core.certificate import Certificate, Finding, InStore, Verdict
from sync.models import SweepOrigin, SweepRun, SweepState
from sync.reconciliation import ALWAYS, UnreadableRecordingError, reconcile, recorded_orders

LONGEST_WAIT = 10.0
"""A store that wants to be left in peace for longer is asked another time."""
ATTEMPTS = 8
BUSY_SECONDS = 60
"""So long a slice of another sweep may still be at work."""


class Command(BaseCommand):
    help = (
        "Compare all orders of a store with the books, by asking it or from a file; exit 1 when "
        "one is missing or different, exit 2 when there is nothing to compare with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which store, which orders, which period."""
        parser.add_argument("--connection", type=UUID, required=True)
        parser.add_argument(
            "--orders",
            type=Path,
            help="the store's orders, one JSON object a line; without it the store is asked",
        )
        parser.add_argument("--from", dest="first", type=date.fromisoformat, default=ALWAYS.first)
        parser.add_argument("--to", dest="last", type=date.fromisoformat, default=ALWAYS.last)
        parser.add_argument(
            "--repair", action="store_true", help="book what the store says where it differs"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: Any) -> None:
        """Reconcile and print; the exit code says whether the books are complete."""
        connection = StoreConnection.objects.select_related("company").filter(
            pk=options["connection"]
        ).first()  # fmt: skip
        if connection is None:
            raise CommandError("There is no such connection.", returncode=2)
        if options["orders"] is None:
            told = certificates.as_json(_swept(connection, options))
        elif options["repair"]:
            raise CommandError("Only a store that is asked can be repaired from.", returncode=2)
        else:
            told = _as_json(_compared(connection, options))
        currency = connection.company.currency
        self.stdout.write(json.dumps(told) if options["json"] else _as_text(told, currency))
        if told["counts"]["missing"] or told["counts"]["different"]:
            sys.exit(1)


def _compared(connection: StoreConnection, options: dict[str, Any]) -> Certificate:
    period = Period(options["first"], options["last"])
    try:
        return reconcile(connection, _orders(options["orders"]), period)
    except (OSError, UnreadableRecordingError) as error:
        raise CommandError(str(error), returncode=2) from error


def _orders(path: Path) -> Iterator[InStore]:
    with path.open(encoding="utf-8") as lines:
        yield from recorded_orders(lines)


def _swept(connection: StoreConnection, options: dict[str, Any]) -> SweepRun:
    """A sweep that has come to its end.

    :raises CommandError: when the store cannot be asked, with the reason: there is nothing to show.
    """
    if not pulls.may_ask(connection):
        text = f"{connection.name} is unpaired, deleted or switched off."
        raise CommandError(f"{text} Give its orders by --orders.", returncode=2)
    row = _begun(connection, options)
    asked_until = time.monotonic() + BUSY_SECONDS
    for _ in range(ATTEMPTS):
        done = _run(row, asked_until)
        wait = done.problem.wait_seconds if done.problem else None
        if done.is_over or wait is None or wait > LONGEST_WAIT:
            break
        time.sleep(wait)
    row.refresh_from_db()
    if row.state != SweepState.DONE:
        raise CommandError(_why_not(row), returncode=2)
    return row


def _run(row: SweepRun, asked_until: float) -> sweep.Slice:
    """Once another one's slice has ended, if one is at work."""
    while True:
        done = sweep.run(row, limits=Limits(), patient=True)
        if not done.is_busy or time.monotonic() > asked_until:
            return done
        time.sleep(0.5)


def _why_not(row: SweepRun) -> str:
    problem = row.problem or "Another process is at it just now."
    if row.state == SweepState.RUNNING and row.problem:
        problem += " The worker goes on with it."
    return f"There is no certificate: {problem} Its orders can be given by --orders."


def _begun(connection: StoreConnection, options: dict[str, Any]) -> SweepRun:
    wanted = sweep.Wanted(
        first=None if options["first"] == ALWAYS.first else options["first"],
        last=None if options["last"] == ALWAYS.last else options["last"],
        repairs=options["repair"],
        insists=options["repair"],
    )
    found = sweep.running(connection)
    if found and (found.first, found.last, found.repairs, found.insists) == (
        wanted.first, wanted.last, wanted.repairs, wanted.insists
    ):  # fmt: skip
        return found
    try:
        return sweep.begin(connection, wanted, SweepOrigin.COMMAND, now=timezone.now())
    except sweep.NotPossibleError as error:
        raise CommandError(str(error), returncode=2) from error


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


def _as_text(told: dict[str, Any], currency: str) -> str:
    counts = told["counts"]
    store, books, difference = (
        priced(Decimal(told[name]), currency)
        for name in ("store_total", "books_total", "difference")
    )
    lines = [
        f"{sum(counts.values())} orders: {', '.join(f'{n} {name}' for name, n in counts.items())}",
        f"Store {store}, books {books}, difference {difference}",
        *(f"  {rule}: {count}" for rule, count in told["excluded"].items()),
        *(f"#{each['order_id']} {each['kind']}: {each['reason']}" for each in told["exceptions"]),
        *(f"#{each['order_id']} repaired: {each['reason']}" for each in told.get("repaired", ())),
    ]
    is_complete = not counts["missing"] and not counts["different"]
    return "\n".join([*lines, "Complete." if is_complete else "Not complete."])
