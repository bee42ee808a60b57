"""Seal all secrets anew with the first of VAULT_KEYS, so that the older keys can be dropped."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from connections.lifecycle import reseal_all
from connections.vault import SealBrokenError
from ledger import second_factor


class Command(BaseCommand):
    help = "Encrypt all stored secrets with the first of VAULT_KEYS. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Only how to print."""
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: Any) -> None:
        """All or none: a secret that no key opens stops it."""
        try:
            with transaction.atomic():
                stores, people = reseal_all(), second_factor.reseal_all()
        except SealBrokenError as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        if options["json"]:
            self.stdout.write(json.dumps({"connections": stores, "authenticators": people}))
        else:
            self.stdout.write(
                f"The secrets of {stores} connections and {people} authenticator apps are sealed "
                "with the first key."
            )
