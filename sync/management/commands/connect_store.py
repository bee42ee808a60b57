"""Connect a store whose webhooks sign with a secret that is known."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from connections.lifecycle import RestAccess, connect
from ledger.models import Company


class Command(BaseCommand):
    help = "Connect a WooCommerce store and print the address for its webhooks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The company, the store, its secret; REST keys where it may be asked too."""
        parser.add_argument("--company", type=int, required=True, help="its id")
        parser.add_argument("--name", required=True)
        parser.add_argument("--secret", required=True, help="what the store signs webhooks with")
        parser.add_argument("--url", default="", help="the store's address")
        parser.add_argument("--consumer-key", default="")
        parser.add_argument("--consumer-secret", default="")
        parser.add_argument("--allow-http", action="store_true", help="for tests only")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: Any) -> None:
        """Connect and print the connection's id and webhook address."""
        company = Company.objects.filter(pk=options["company"]).first()
        if company is None:
            raise CommandError(f"There is no company {options['company']}.")
        if not options["secret"]:
            raise CommandError("The secret is empty: anybody could sign with it.")
        connection = connect(
            company, name=options["name"], secret=options["secret"], rest=_rest(options)
        )
        url = f"{settings.PUBLIC_URL}/hooks/woocommerce/{connection.pk}"
        if options["json"]:
            self.stdout.write(json.dumps({"connection": str(connection.pk), "webhook_url": url}))
        else:
            self.stdout.write(f"Connection {connection.pk}\nWebhooks go to {url}")


def _rest(options: dict[str, Any]) -> RestAccess:
    given = (options["url"], options["consumer_key"], options["consumer_secret"])
    if any(given) and not all(given):
        raise CommandError("To ask the store, --url and both keys are needed.")
    if options["url"].startswith("http://") and not options["allow_http"]:
        raise CommandError("Keys would go over the wire in clear: use https, or --allow-http.")
    return RestAccess(*given, allow_http=options["allow_http"])
