"""Put recorded deliveries through the door."""

import base64
import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError

from sync import door


class Command(BaseCommand):
    help = "Replay recorded deliveries, in the order of the file; the signature is checked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The recording, and who it is for."""
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument("--connection", type=UUID, required=True)
        parser.add_argument("--trust", action="store_true", help="do not check signatures")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: Any) -> None:
        """Deliver them all and count the answers."""
        answers: Counter[int] = Counter()
        for hook in _hooks(options["file"], options["connection"]):
            answer, _ = door.receive(hook, trust=options["trust"])
            answers[answer.value] += 1
        if options["json"]:
            self.stdout.write(json.dumps({"answers": dict(sorted(answers.items()))}))
            return
        for status, count in sorted(answers.items()):
            self.stdout.write(f"{count} deliveries answered {status}")


def _hooks(path: Path, connection_id: UUID) -> Iterator[door.Hook]:
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _hook(number, line, connection_id)


def _hook(number: int, line: str, connection_id: UUID) -> door.Hook:
    """A recorded delivery: `{"received_at", "headers": [[name, value]…], "body_base64"}`."""
    try:
        record = json.loads(line)
        headers = {name.lower(): value for name, value in record["headers"]}
        return door.Hook(
            connection_id=connection_id,
            received_at=_moment(record["received_at"]),
            body=base64.b64decode(record["body_base64"], validate=True),
            signature=headers.get("x-wc-webhook-signature", ""),
            topic=headers.get("x-wc-webhook-topic", ""),
            resource=headers.get("x-wc-webhook-resource", ""),
            store_delivery_id=headers.get("x-wc-webhook-delivery-id", ""),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CommandError(f"Line {number} is no recorded delivery: {error!r}.") from error


def _moment(text: str) -> datetime:
    """A time of a recording; UTC where it names no zone."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
