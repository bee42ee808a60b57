"""Found a company, and its owner where there is none yet."""

import json
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from ledger.companies import Founding, UnfitCompanyError, found_company
from ledger.models import Company, User
from ledger.models.company import Scheme


class Command(BaseCommand):
    help = "Found a company with its chart of accounts; the owner is made where missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name, place, tax and owner of the company."""
        parser.add_argument("name")
        parser.add_argument("--country", default="IN")
        parser.add_argument("--state", default="", help="GST code or name; for India only")
        parser.add_argument("--gstin", default="")
        parser.add_argument("--scheme", choices=Scheme.values, default=Scheme.REGULAR.value)
        parser.add_argument("--lut", action="store_true", help="exports go out without tax")
        parser.add_argument("--currency", default="INR")
        parser.add_argument("--timezone", default="Asia/Kolkata")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--password", help="needed when the owner is new")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *, name: str, **options: Any) -> None:
        """Found it and print its id."""
        try:
            company = _found(name, options)
        except UnfitCompanyError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"company": company.pk}))
        else:
            self.stdout.write(f"Company {company.pk}: {company.name}, owner {options['owner']}")


@transaction.atomic
def _found(name: str, options: dict[str, Any]) -> Company:
    owner = _owner(options["owner"], options["password"])
    founding = Founding(
        name=name,
        country=options["country"],
        state=options["state"],
        gstin=options["gstin"],
        scheme=options["scheme"],
        has_lut=options["lut"],
        currency=options["currency"],
        timezone=options["timezone"],
    )
    return found_company(founding, owner=owner, today=_today(options["timezone"]))


def _owner(email: str, password: str | None) -> User:
    """The person with this address; a new one may log in and is no member of staff."""
    existing = User.objects.filter(email=email.lower()).first()
    if existing:
        return existing
    if not password:
        raise CommandError(f"{email} is new: --password is needed.")
    return User.objects.create_user(email, password)


def _today(timezone: str) -> date:
    try:
        return datetime.now(ZoneInfo(timezone)).date()
    except (KeyError, ValueError) as error:
        raise CommandError(f"“{timezone}” is not a time zone.") from error
