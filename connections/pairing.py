"""Pairing with the plugin: a code of eight characters becomes a connection with a secret.

Locks: first the connection's row, then its codes. Whatever fails, nothing of it stays.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from connections import activity, lifecycle
from connections.models import PairedSite, PairingCode, Status, StoreConnection
from connections.site import Condition, Site, host_and_path
from ledger.models import User

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without 0 O 1 I L: they are read aloud and typed."""

CODE_LENGTH = 8
CODE_LIFE = timedelta(minutes=10)
CODES_KEPT = timedelta(days=30)


class CodeNotFoundError(Exception):
    """No such code is open: it is unknown, used, expired or voided, and nobody learns which."""


class AnotherSiteError(Exception):
    """The connection belongs to another site, and the code does not allow a move."""

    def __init__(self, site_url: str) -> None:
        super().__init__(f"The connection belongs to {site_url}.")
        self.site_url = site_url


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code in plain text, for the one who made it."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Pairing:
    """A connection and its new signing secret in plain text, for the plugin."""

    connection: StoreConnection
    secret: str


@transaction.atomic
def make_code(
    connection: StoreConnection,
    *,
    by: User | None,
    now: datetime,
    allows_other_site: bool = False,
) -> MadeCode:
    """Make a code for a connection; an older one that is still open is voided.

    :raises connections.lifecycle.NotPossibleError: when the connection is deleted.
    """
    lifecycle.lock(connection)
    if connection.status == Status.DELETED:
        raise lifecycle.NotPossibleError(f"{connection.name} is deleted.")
    connection.pairing_codes.filter(used_at=None, voided_at=None).update(voided_at=now)
    made = MadeCode(_new_code(), now + CODE_LIFE)
    row = PairingCode(company_id=connection.company_id, connection=connection, made_by=by)
    row.digest, row.allows_other_site = _digest(made.code), allows_other_site
    row.made_at, row.expires_at = now, made.expires_at
    row.save(force_insert=True)
    moved = " for a store that has moved" if allows_other_site else ""
    activity.note(connection, f"A pairing code was made{moved}.", at=now, kind="pairing")
    return made


@transaction.atomic
def redeem(code: str, site: Site, *, now: datetime) -> Pairing:
    """Pair a site: the code is used up, and a new secret is in force.

    Of two at once with the same code one gets the connection's row first; the other then finds the
    code used. Where the connection knows another site, the code stays good.

    :raises CodeNotFoundError: when no such code is open.
    :raises AnotherSiteError: when the site may not have this connection.
    """
    found = PairingCode.objects.open_at(now).filter(digest=_digest(code)).first()
    if found is None:
        raise CodeNotFoundError
    connection = found.connection
    lifecycle.lock(connection)
    _use(found, connection, now)
    before = connection.site_url
    is_other = bool(before) and host_and_path(before) != host_and_path(site.site_url)
    if is_other and not found.allows_other_site:
        raise AnotherSiteError(before)
    secret = lifecycle.replace_secret(connection, now=now)
    connection.status, connection.site_url = Status.ACTIVE, site.site_url
    connection.save(update_fields=["status", "site_url"])
    if is_other:
        _note_move(connection, before, now)
    _keep_site(connection, site, now)
    return Pairing(connection, secret)


def _use(code: PairingCode, connection: StoreConnection, now: datetime) -> None:
    """Use the code up, if it still is open now that the connection's row is held."""
    still_open = PairingCode.objects.open_at(now).filter(pk=code.pk)
    if connection.status == Status.DELETED or not still_open.update(used_at=now):
        raise CodeNotFoundError


def _keep_site(connection: StoreConnection, site: Site, now: datetime) -> None:
    facts = {**asdict(site), "company_id": connection.company_id, "waiting": 0, "paused": []}
    _, is_new = PairedSite.objects.update_or_create(
        connection=connection, defaults=facts | {"paired_at": now, "told_at": now}
    )
    again = "" if is_new else " again"
    woocommerce, plugin = (each or "unknown" for each in (site.wc_version, site.plugin_version))
    text = (
        f"Paired{again} with {_shown(site.site_url)} (WooCommerce {woocommerce}, plugin {plugin})."
    )
    activity.note(connection, text, at=now, kind="pairing")


def _note_move(connection: StoreConnection, before: str, now: datetime) -> None:
    text = f"The store moved from {_shown(before)} to {_shown(connection.site_url)}."
    activity.note(connection, text, at=now, kind="pairing")


def _shown(site_url: str) -> str:
    """An address as short as an activity line allows."""
    return host_and_path(site_url)[:100]


@transaction.atomic
def unpaired_by_store(connection: StoreConnection) -> None:
    """Refuse deliveries from now on, for the store said so. Harmless where it is so already."""
    lifecycle.lock(connection)
    if connection.status == Status.ACTIVE:
        lifecycle.unpair(connection, by="by the store")


@transaction.atomic
def note_condition(connection: StoreConnection, told: Condition, *, now: datetime) -> None:
    """Keep what a paired site says about itself.

    From a copy at another address nothing is kept; where the merchant has said there that the store
    has moved, the connection moves along.
    """
    lifecycle.lock(connection)
    known = PairedSite.objects.filter(connection=connection).first()
    if known is None:
        return
    if told.site_url and host_and_path(told.site_url) != host_and_path(known.site_url):
        if not told.has_moved:
            return
        _move(connection, known, told, now)
    PairedSite.objects.filter(pk=known.pk).update(**told.facts, told_at=now)
    for topic in told.healed:
        text = f"The webhook {topic} was off, changed or deleted; the plugin put it right."
        activity.note(connection, text, at=now, kind="pairing")


def _move(connection: StoreConnection, known: PairedSite, told: Condition, now: datetime) -> None:
    before = known.site_url
    PairedSite.objects.filter(pk=known.pk).update(site_url=told.site_url, rest_url=told.rest_url)
    connection.site_url = told.site_url
    connection.save(update_fields=["site_url"])
    _note_move(connection, before, now)


def is_code(row: PairingCode, code: str) -> bool:
    """Whether this is the text of a kept code."""
    return constant_time_compare(bytes(row.digest), _digest(code))


def forget_old(now: datetime) -> None:
    """Remove codes that have been of no use for thirty days."""
    PairingCode.objects.filter(expires_at__lt=now - CODES_KEPT).delete()


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _digest(code: str) -> bytes:
    """The hash under which a code is kept; spaces, hyphens and case make no difference."""
    plain = code.upper().replace(" ", "").replace("-", "")
    text = plain.encode(errors="replace")
    return salted_hmac("connections.pairing", text, algorithm="sha256").digest()
