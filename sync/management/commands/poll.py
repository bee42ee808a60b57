"""Ask a store now."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from connections.clients.transport import Limits
from connections.models import StoreConnection
from sync.asking import backfill, polling, pulls
from sync.asking.backfill import Slice
from sync.asking.polling import Round
from sync.booking import pipeline
from sync.models import Backfill, BackfillState, Delivery, DeliveryState

Done = TypeVar("Done", Round, Slice)

ATTEMPTS = 8
LONGEST_WAIT = 10.0
"""A store that wants to be left in peace for longer is asked another time."""


class Command(BaseCommand):
    help = (
        "Ask a store for what has changed, or for all orders created since a day, and process it; "
        "exit 1 when the store could not be asked, or something processable is left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which store, and from which day."""
        parser.add_argument("--connection", type=UUID, required=True)
        parser.add_argument(
            "--since", type=date.fromisoformat, help="back-fill all orders created since this day"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: Any) -> None:
        """Ask, process, tell."""
        connection = _connection(options["connection"])
        if options["since"] is None:
            done: Round | Slice = _asked(lambda: polling.poll(connection, limits=Limits()))
        else:
            done = _filled(connection, options["since"])
        outcome = pipeline.drain(connection.pk, patient=True)
        self._tell(connection, done, outcome, as_json=options["json"])

    def _tell(
        self,
        connection: StoreConnection,
        done: Round | Slice,
        outcome: pipeline.Outcome,
        *,
        as_json: bool,
    ) -> None:
        waiting = Delivery.objects.filter(connection=connection, state=DeliveryState.RECEIVED)
        left = waiting.count()
        counts = {
            "fetched": done.orders, "pages": done.pages, "documents": outcome.documents,
            "waiting": outcome.waiting, "left": left,
        }  # fmt: skip
        problem = "Another process asks this store just now." if done.is_busy else None
        problem = done.problem.text if done.problem else problem
        if as_json:
            self.stdout.write(json.dumps({**counts, "problem": problem}))
        else:
            self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()))
        if problem and not as_json:
            self.stderr.write(problem)
        if problem or left:
            sys.exit(1)


def _connection(connection_id: UUID) -> StoreConnection:
    rows = StoreConnection.objects.select_related("company")
    connection = rows.filter(pk=connection_id).first()
    if connection is None:
        raise CommandError("There is no such connection.")
    if not pulls.may_ask(connection):
        raise CommandError(f"{connection.name} is unpaired, deleted or switched off.")
    return connection


def _asked(ask: Callable[[], Done]) -> Done:
    """Ask, and again after short pauses where it may pass by itself; all of it counted."""
    done = ask()
    for _ in range(1, ATTEMPTS):
        wait = done.problem.wait_seconds if done.problem else None
        if wait is None or wait > LONGEST_WAIT:
            break
        time.sleep(wait)
        before, done = done, ask()
        done.orders, done.pages = done.orders + before.orders, done.pages + before.pages
    return done


def _filled(connection: StoreConnection, since: date) -> Slice:
    row = _taken_up(connection, since)

    def ask() -> Slice:
        return backfill.run(row, limits=Limits())

    return _asked(ask)


def _taken_up(connection: StoreConnection, since: date) -> Backfill:
    """The back-fill from this day that was cut off before, or a new one."""
    found = backfill.open_backfill(connection)
    if found is None or found.since != since:
        try:
            return backfill.begin(connection, since, now=timezone.now())
        except backfill.NotPossibleError as error:
            raise CommandError(str(error)) from error
    if found.state == BackfillState.PAUSED:
        backfill.move(connection, BackfillState.RUNNING, now=timezone.now())
    return found
