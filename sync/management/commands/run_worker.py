"""Run the queue's workers under watch."""

import signal
import threading
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from sync.running.watchdog import Rhythm, Watchdog


class Command(BaseCommand):
    """Ends with SIGINT or SIGTERM, and the workers with it."""

    help = "Run the workers: what arrives is posted, and workers that hang are started anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the rhythm, in seconds."""
        rhythm = Rhythm()
        for name in ("beat", "stuck_after", "sweep"):
            usual = getattr(rhythm, name).total_seconds()
            parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=usual)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Watch until told to stop."""
        stopping = threading.Event()
        for end in (signal.SIGINT, signal.SIGTERM):
            signal.signal(end, lambda *_: stopping.set())
        seconds = {name: options[name] for name in ("beat", "stuck_after", "sweep")}
        rhythm = Rhythm(**{name: timedelta(seconds=count) for name, count in seconds.items()})
        Watchdog(rhythm).run(stopping)
