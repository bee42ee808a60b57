"""Play a demo store, whose orders come in through the real door."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.kept_secrets import kept_secret
from connections.models import StoreConnection
from sync.demo import sender, stage
from sync.demo.story import Event, story


class Command(BaseCommand):
    """Safe to repeat: what was made and sent stays as it is, what is missing is sent."""

    help = "Make a demo company (once) and play its store: three weeks at once, then half a minute."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where Counterfoil runs."""
        site = f"http://127.0.0.1:{settings.PORT}"
        parser.add_argument("--site", default=site, help=f"where Counterfoil runs ({site})")

    def handle(self, *, site: str, **_options: Any) -> None:
        """Print the login, send the deliveries, end.

        :raises CommandError: when the door does not take them.
        """
        password = kept_secret(settings.VAR_DIR, "demo-password", lambda: secrets.token_urlsafe(9))
        try:
            connection = stage.demo_connection(password, now=timezone.now())
        except stage.NoStageError as reason:
            self.stdout.write(str(reason))
            return
        self._invite(site, password)
        told = story(connection.created_at)
        rest = sender.not_yet_sent(connection, told.events)
        try:
            self._play(connection, rest, site)
        except sender.DoorClosedError as error:
            raise CommandError(str(error)) from error
        orders = len(told.shop.orders)
        self.stdout.write(f"The demo store has told of its {orders} orders and is quiet now.")

    def _invite(self, site: str, password: str) -> None:
        known = password if stage.has_password(password) else "the password that you have chosen"
        self.stdout.write(f"Log in at {site}/ as {stage.EMAIL} with {known}")

    def _play(self, connection: StoreConnection, events: list[Event], site: str) -> None:
        """Send, and count on one line where somebody looks."""
        is_watched = self.stdout.isatty()
        for count, _ in enumerate(sender.send(connection, events, site=site), start=1):
            if is_watched:
                ending = "\n" if count == len(events) else ""
                text = f"\rDemo store: {count} of {len(events)} deliveries sent"
                self.stdout.write(text, ending=ending)
                self.stdout.flush()
