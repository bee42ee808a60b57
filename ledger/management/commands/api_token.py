"""Issue a token for the REST API."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from ledger import tokens
from ledger.models import User


class Command(BaseCommand):
    help = "Issue an API token for a person; it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose token, and what it may do."""
        parser.add_argument("email")
        parser.add_argument("--name", default="API")
        parser.add_argument("--write", action="store_true", help="more than reading")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *, email: str, **options: Any) -> None:
        """Issue it and print it."""
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {email}.")
        scope = "write" if options["write"] else "read"
        token = tokens.issue(user, name=options["name"], scope=scope)
        self.stdout.write(json.dumps({"token": token}) if options["json"] else token)
