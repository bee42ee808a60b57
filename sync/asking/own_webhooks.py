"""Our own webhooks in a store, by REST keys: registered and put right; no other's is touched."""

from datetime import datetime

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from connections import activity, lifecycle
from connections.asking import keys_client
from connections.clients.rest import RestClient
from connections.clients.transport import Limits
from connections.clients.webhook_plan import OurWebhooks, Repair
from connections.models import PairedSite, StoreConnection
from connections.public_address import is_private
from sync.asking import pulls
from sync.models import Watch

PATIENCE = Limits(connect=5, read=10, total=15)


def watch_of(connection: StoreConnection, now: datetime) -> Watch:
    """What is kept of looking after the connection; made where there is nothing yet."""
    made = {"company_id": connection.company_id, "next_at": now}
    return Watch.objects.get_or_create(connection=connection, defaults=made)[0]


def obstacle() -> str:
    """Why no store could deliver here, in a sentence; empty where nothing is in the way."""
    if settings.ALLOW_PRIVATE_STORES or not is_private(settings.PUBLIC_URL):
        return ""
    return (
        f"Stores on the internet cannot deliver to {settings.PUBLIC_URL}: it is a private address."
    )


def has_own(connection: StoreConnection) -> bool:
    """Whether its webhooks are ours: it has keys, no plugin keeps its own, and they can arrive."""
    has_plugin = PairedSite.objects.filter(connection=connection).exists()
    return bool(connection.consumer_key) and not has_plugin and not obstacle()


def repair(
    connection: StoreConnection,
    *,
    now: datetime,
    insists: bool = False,
    wakes_paused: bool = False,
    limits: Limits = PATIENCE,
) -> Repair | None:
    """Register what is missing and put right what is wrong; None while another one is at it.

    They are given the secret anew where it has changed since, or when one `insists`. What was done
    stands in the activity log.

    :raises StoreError: when the store does not let us, or does not answer.
    :raises connections.vault.SealBrokenError: when secret or keys cannot be opened.
    """
    with pulls.alone("webhooks", connection.pk) as is_alone:
        if not is_alone:
            return None
        secret = lifecycle.secret_of(connection)
        client = keys_client(connection, limits=limits)
        try:
            return _repaired(
                connection, client, secret, now, insists=insists, wakes_paused=wakes_paused
            )
        finally:
            client.close()


def _repaired(
    connection: StoreConnection,
    client: RestClient,
    secret: str,
    now: datetime,
    *,
    insists: bool,
    wakes_paused: bool,
) -> Repair:
    watch, digest = watch_of(connection, now), _digest(secret)
    has_it = constant_time_compare(bytes(watch.webhooks_secret), digest)
    done = client.webhooks.repair(
        OurWebhooks(delivery_url(connection), secret, connection.share_contact_details),
        renews_secret=insists or not has_it,
        wakes_paused=wakes_paused,
    )
    Watch.objects.filter(pk=watch.pk).update(
        webhooks_secret=digest, webhooks_at=watch.webhooks_at or now
    )
    if done.mended:
        activity.note(connection, done.mended[:300], at=now, kind="webhooks")
    return done


def delivery_url(connection: StoreConnection) -> str:
    """The connection's door, as stores call it."""
    return f"{settings.PUBLIC_URL}/hooks/woocommerce/{connection.pk}"


def _digest(secret: str) -> bytes:
    return salted_hmac("sync.own_webhooks", secret, algorithm="sha256").digest()
