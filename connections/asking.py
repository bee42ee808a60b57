"""How a connection's store is asked: by the plugin where it is paired, else by REST keys."""

import os
import secrets
from collections.abc import Collection

from django.conf import settings
from django.utils import timezone

from connections import vault
from connections.clients.destinations import AllowedHosts
from connections.clients.guard import Guard
from connections.clients.keys import Keys, Signing
from connections.clients.plugin import PluginClient
from connections.clients.politeness import PageSize
from connections.clients.protocol import StoreClient, Way
from connections.clients.pull_calls import Paired, PullCalls
from connections.clients.rest import RestClient
from connections.clients.rest_calls import RestCalls
from connections.clients.transport import Limits, Transport
from connections.lifecycle import RestAccess
from connections.models import PairedSite, StoreConnection

USUAL = Limits()


class NoWayError(Exception):
    """The connection has neither a paired site nor REST keys: only the store can call us."""


def client_of(
    connection: StoreConnection,
    *,
    gstin_fields: Collection[str] = (),
    way: Way | None = None,
    page_size: int = PageSize.FIRST,
    limits: Limits = USUAL,
) -> StoreClient:
    """A client for a connection's store; close it after use. Each thread has its own.

    `gstin_fields` are the meta keys that are asked for; `way` and `page_size` are what the last
    client found out; `limits` is how long it may take.

    :raises NoWayError: when there is nothing to ask with.
    :raises connections.vault.SealBrokenError: when the credentials cannot be opened.
    """
    site = PairedSite.objects.filter(connection=connection).first()
    if site is not None and connection.secret:
        return _by_plugin(connection, site, page_size, transport(limits))
    return keys_client(
        connection, gstin_fields=gstin_fields, way=way, page_size=page_size, limits=limits
    )


def keys_client(
    connection: StoreConnection,
    *,
    gstin_fields: Collection[str] = (),
    way: Way | None = None,
    page_size: int = PageSize.FIRST,
    limits: Limits = USUAL,
) -> RestClient:
    """A client by REST keys, also where the site is paired: webhooks are registered by keys alone.

    :raises NoWayError: when there are none.
    :raises connections.vault.SealBrokenError: when they cannot be opened.
    """
    if not connection.consumer_key:
        raise NoWayError(f"{connection.name} has no REST keys and is not paired.")
    site = RestAccess(
        connection.site_url,
        vault.open_sealed(connection.pk, connection.consumer_key),
        vault.open_sealed(connection.pk, connection.consumer_secret),
        connection.allow_http,
    )
    return RestClient(
        _rest_calls(site, limits, way),
        gstin_fields=gstin_fields,
        shares_contact=connection.share_contact_details,
        page_size=page_size,
    )


def trial_client(site: RestAccess, *, limits: Limits = USUAL) -> RestClient:
    """A client with keys that are kept nowhere yet: to find out whether they are good."""
    return RestClient(_rest_calls(site, limits, None))


def _rest_calls(site: RestAccess, limits: Limits, way: Way | None) -> RestCalls:
    keys = Keys(site.consumer_key, site.consumer_secret)
    calls_by = transport(limits)
    return RestCalls(calls_by, site.url, keys, _signing(), allow_http=site.allow_http, way=way)


def _by_plugin(
    connection: StoreConnection, site: PairedSite, page_size: int, calls_by: Transport
) -> PluginClient:
    secret = vault.open_sealed(connection.pk, connection.secret)
    paired = Paired(site.site_url, secret, site.rest_url)
    calls = PullCalls(calls_by, paired, _signing(), allow_http=connection.allow_http)
    return PluginClient(calls, page_size=page_size)


def transport(limits: Limits = USUAL) -> Transport:
    """A transport under this installation's settings."""
    return Transport(
        Guard(AllowedHosts.read(settings.ALLOW_PRIVATE_STORES)),
        user_agent=f"Counterfoil ({settings.PUBLIC_URL})",
        limits=limits,
        ca_bundle=os.environ.get("REQUESTS_CA_BUNDLE", ""),
    )


def _signing() -> Signing:
    return Signing(now=timezone.now, nonce=lambda: secrets.token_hex(16))
