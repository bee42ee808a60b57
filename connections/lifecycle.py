"""The life of a connection: connect, change the secret, unpair, resume, delete."""

import secrets
import string
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from connections import activity, vault
from connections.models import Status, StoreConnection
from ledger.models import Company

NEXT: dict[Status, frozenset[Status]] = {
    Status.ACTIVE: frozenset({Status.UNPAIRED, Status.DELETED}),
    Status.UNPAIRED: frozenset({Status.ACTIVE, Status.DELETED}),
    Status.DELETED: frozenset(),
}

PREVIOUS_SECRET_DAYS = 7
"""The old secret stays good this long, so that the store's side can be changed in peace."""

SECRET_LENGTH = 40
_ALPHABET = string.ascii_letters + string.digits
"""WooCommerce decodes HTML entities in a secret before it signs; letters and digits have none."""


SEALED_FIELDS = ("secret", "previous_secret", "consumer_key", "consumer_secret")


class NotPossibleError(Exception):
    """The connection's state does not allow the change; the text says why."""


@dataclass(frozen=True, slots=True)
class RestAccess:
    """Where and how to ask a store by WooCommerce's REST API; keys in plain text."""

    url: str = ""
    consumer_key: str = ""
    consumer_secret: str = ""
    allow_http: bool = False


@transaction.atomic
def connect(
    company: Company,
    *,
    name: str,
    platform: str = "woocommerce",
    secret: str = "",
    rest: RestAccess = RestAccess(),
) -> StoreConnection:
    """Make a connection; without a secret of the store's own, a new one is made up."""
    connection_id = uuid.uuid4()
    connection = StoreConnection.objects.create(
        id=connection_id,
        company=company,
        name=name,
        platform=platform,
        secret=vault.seal(connection_id, secret or new_signing_secret()),
        site_url=rest.url,
        consumer_key=vault.seal(connection_id, rest.consumer_key),
        consumer_secret=vault.seal(connection_id, rest.consumer_secret),
        allow_http=rest.allow_http,
    )
    activity.note(connection, f"{name} was connected.", at=timezone.now())
    return connection


def new_signing_secret() -> str:
    """Forty random letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(SECRET_LENGTH))


def secret_of(connection: StoreConnection) -> str:
    """The signing secret in plain text: for the page that shows it once.

    :raises connections.vault.SealBrokenError: when it cannot be opened.
    """
    return vault.open_sealed(connection.pk, connection.secret)


@transaction.atomic
def new_secret(connection: StoreConnection, *, now: datetime) -> str:
    """Put a new signing secret in force; the old one stays good for seven days.

    :raises NotPossibleError: when the connection is deleted.
    """
    lock(connection)
    if connection.status == Status.DELETED:
        raise NotPossibleError(f"{connection.name} is deleted.")
    secret = replace_secret(connection, now=now)
    activity.note(connection, "A new signing secret is in force.", at=now)
    return secret


def replace_secret(connection: StoreConnection, *, now: datetime) -> str:
    """Seal a new secret and keep the old one for seven days; the caller holds the lock."""
    secret = new_signing_secret()
    connection.previous_secret = connection.secret
    connection.previous_secret_until = (
        now + timedelta(days=PREVIOUS_SECRET_DAYS) if connection.secret else None
    )
    connection.secret = vault.seal(connection.pk, secret)
    connection.save(update_fields=["secret", "previous_secret", "previous_secret_until"])
    return secret


@transaction.atomic
def keep_keys(connection: StoreConnection, rest: RestAccess, *, now: datetime) -> None:
    """Keep where and how the store is asked; without keys, those that are kept stay.

    :raises NotPossibleError: when the connection is deleted.
    """
    lock(connection)
    if connection.status == Status.DELETED:
        raise NotPossibleError(f"{connection.name} is deleted.")
    fields = ["site_url", "allow_http"]
    connection.site_url, connection.allow_http = rest.url, rest.allow_http
    if rest.consumer_key:
        connection.consumer_key = vault.seal(connection.pk, rest.consumer_key)
        connection.consumer_secret = vault.seal(connection.pk, rest.consumer_secret)
        fields += ["consumer_key", "consumer_secret"]
    connection.save(update_fields=fields)
    activity.note(connection, "Address and REST keys of the store were saved.", at=now)


@transaction.atomic
def unpair(connection: StoreConnection, *, by: str = "here") -> None:
    """Refuse deliveries from now on; the credentials stay, so that `resume` goes on with them.

    :raises NotPossibleError: when the connection is not active.
    """
    _move(connection, Status.UNPAIRED, f"unpaired {by}")


@transaction.atomic
def resume(connection: StoreConnection) -> None:
    """Accept deliveries again.

    :raises NotPossibleError: when the connection is not unpaired.
    """
    _move(connection, Status.ACTIVE, "paired again")


@transaction.atomic
def delete(connection: StoreConnection) -> None:
    """Delete the connection and its credentials. The row stays, for its vouchers point to it.

    :raises NotPossibleError: when it is deleted already.
    """
    _move(connection, Status.DELETED, "deleted; its vouchers stay in the books")
    for field in SEALED_FIELDS:
        setattr(connection, field, "")
    connection.previous_secret_until = None
    connection.save(update_fields=[*SEALED_FIELDS, "previous_secret_until"])


@transaction.atomic
def reseal_all() -> int:
    """Seal all secrets anew with the first vault key; returns of how many connections.

    :raises connections.vault.SealBrokenError: when one cannot be opened; then none is changed.
    """
    connections = list(StoreConnection.objects.select_for_update(no_key=True).order_by("pk"))
    for connection in connections:
        for field in SEALED_FIELDS:
            setattr(connection, field, vault.rotate(getattr(connection, field)))
    StoreConnection.objects.bulk_update(connections, SEALED_FIELDS)
    return len(connections)


def _move(connection: StoreConnection, status: Status, word: str) -> None:
    lock(connection)
    if status not in NEXT[Status(connection.status)]:
        current = Status(connection.status).label.lower()
        raise NotPossibleError(f"{connection.name} is {current} and cannot become {status.label}.")
    connection.status = status
    connection.save(update_fields=["status"])
    activity.note(connection, f"{connection.name} was {word}.", at=timezone.now())


def lock(connection: StoreConnection) -> None:
    """Hold the row and see it as it is now: two people may press two buttons."""
    rows = StoreConnection.objects.select_for_update(of=("self",), no_key=True)
    fresh = rows.get(pk=connection.pk)
    for name in ("status", "site_url", "secret", "previous_secret", "previous_secret_until"):
        setattr(connection, name, getattr(fresh, name))
