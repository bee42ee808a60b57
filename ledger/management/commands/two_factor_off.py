"""Switch two-factor log-in off for somebody who has lost both phone and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from ledger import second_factor
from ledger.models import User


class Command(BaseCommand):
    help = "Let a person log in by password alone again. Make sure first that it is the person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("email")

    def handle(self, *, email: str, **_: Any) -> None:
        """Forget app and recovery codes."""
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {email}.")
        second_factor.switch_off(user)
        self.stdout.write(f"{user} logs in by password alone.")
