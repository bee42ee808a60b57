"""Tells people of findings that need them: once a day for each cause, never in a transaction.

The day is claimed first, so two that look at once send one letter; what could not be sent is tried
again soon, and holds up nothing.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from connections.models import StoreConnection
from ledger import letters
from ledger.access import is_enough
from ledger.models import Membership, Permission
from sync.models import Finding

ONCE_IN = timedelta(days=1)
AGAIN_AFTER = timedelta(minutes=15)
NO_MAIL = "No mail is set up here (EMAIL_URL), so nobody was told."
NOT_SENT = "The mail could not be sent; it is tried again."
NOBODY = "Nobody who may change the store has an e-mail address."


def send_due(connection: StoreConnection, *, now: datetime) -> int:
    """Send what is due for a connection's open findings; how many letters went out."""
    due = Finding.objects.filter(
        connection=connection, resolved_at=None, needs_person=True, mail_at__lte=now
    )
    return sum(_sent(connection, finding, now) for finding in due.order_by("id"))


def _sent(connection: StoreConnection, finding: Finding, now: datetime) -> bool:
    row = Finding.objects.filter(pk=finding.pk)
    if not settings.MAIL_IS_CONFIGURED:
        row.update(mail_problem=NO_MAIL)
        return False
    if not row.filter(mail_at=finding.mail_at).update(mail_at=now + ONCE_IN):
        return False
    people = people_of(connection)
    is_sent = bool(people) and letters.send_note(*_letter(connection, finding), people)
    if is_sent:
        row.update(mailed_at=now, mail_problem="")
    else:
        row.update(mail_at=now + AGAIN_AFTER, mail_problem=NOT_SENT if people else NOBODY)
    return is_sent


def people_of(connection: StoreConnection) -> list[str]:
    """The addresses of all who may change the store, owners among them."""
    members = Membership.objects.filter(company=connection.company_id, user__is_active=True)
    rows = members.select_related("user").order_by("pk")
    may = (each.user.email for each in rows if is_enough(each, Permission.SETTINGS))
    return [address for address in may if address]


def _letter(connection: StoreConnection, finding: Finding) -> tuple[str, str]:
    page = reverse("store", args=[connection.company_id, connection.pk])
    context = {
        "connection": connection,
        "finding": finding,
        "link": f"{settings.PUBLIC_URL}{page}",
    }
    text = render_to_string("sync/mail/finding.txt", context)
    return f"{connection.name} needs you: {SUBJECTS[finding.cause]}", text


SUBJECTS = {
    "webhooks_off": "its webhooks do not stay on",
    "webhooks_paused": "its webhooks are paused",
    "silent": "it does not tell of its orders",
    "queue_stuck": "its deliveries are not processed",
    "cannot_ask": "it cannot be asked",
    "books_differ": "the books do not agree with it",
}
