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
from connections.clients.transport import Transport
from connections.models import PairedSite, StoreConnection


class NoWayError(Exception):
    """The connection has neither a paired site nor REST keys: only the store can call us."""


def client_of(
    connection: StoreConnection,
    *,
    gstin_fields: Collection[str] = (),
    way: Way | None = None,
    page_size: int = PageSize.FIRST,
) -> StoreClient:
    """A client for a connection's store; close it after use. Each thread has its own.

    `gstin_fields` are the meta keys that are asked for; `way` and `page_size` are what the last
    client found out.

    :raises NoWayError: when there is nothing to ask with.
    :raises connections.vault.SealBrokenError: when the credentials cannot be opened.
    """
    site = PairedSite.objects.filter(connection=connection).first()
    if site is not None and connection.secret:
        return _by_plugin(connection, site, page_size)
    if not connection.consumer_key:
        raise NoWayError(f"{connection.name} has no REST keys and is not paired.")
    calls = RestCalls(
        transport(),
        connection.site_url,
        _keys(connection),
        _signing(),
        allow_http=connection.allow_http,
        way=way,
    )
    return RestClient(
        calls,
        gstin_fields=gstin_fields,
        shares_contact=connection.share_contact_details,
        page_size=page_size,
    )


def _by_plugin(connection: StoreConnection, site: PairedSite, page_size: int) -> PluginClient:
    secret = vault.open_sealed(connection.pk, connection.secret)
    paired = Paired(site.site_url, secret, site.rest_url)
    calls = PullCalls(transport(), paired, _signing(), allow_http=connection.allow_http)
    return PluginClient(calls, page_size=page_size)


def _keys(connection: StoreConnection) -> Keys:
    return Keys(
        vault.open_sealed(connection.pk, connection.consumer_key),
        vault.open_sealed(connection.pk, connection.consumer_secret),
    )


def transport() -> Transport:
    """A transport under this installation's settings."""
    return Transport(
        Guard(AllowedHosts.read(settings.ALLOW_PRIVATE_STORES)),
        user_agent=f"Counterfoil ({settings.PUBLIC_URL})",
        ca_bundle=os.environ.get("REQUESTS_CA_BUNDLE", ""),
    )


def _signing() -> Signing:
    return Signing(now=timezone.now, nonce=lambda: secrets.token_hex(16))
