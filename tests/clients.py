"""Store clients for tests, as `connections.asking` makes them, pointed at a FakeStore."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from connections.clients.destinations import AllowedHosts
from connections.clients.guard import Guard, Resolve, resolve
from connections.clients.keys import Keys, Signing
from connections.clients.plugin import PluginClient
from connections.clients.protocol import (
    BEGINNING,
    Json,
    Page,
    Place,
    StoreClient,
)
from connections.clients.pull_calls import Paired, PullCalls
from connections.clients.rest import RestClient
from connections.clients.rest_calls import RestCalls
from connections.clients.transport import Limits, Transport
from tests.fakes.store import KEY, PLUGIN_SECRET, SECRET, FakeStore

KEYS = Keys(KEY, SECRET)
NORMAL = Limits()
NUMBERS = itertools.count()


def a_transport(
    *allowed: str, limits: Limits = NORMAL, ca_bundle: str = "", resolver: Resolve = resolve
) -> Transport:
    """A transport that may call these private hosts."""
    guard = Guard(AllowedHosts.read(allowed), resolver)
    return Transport(guard, user_agent="Counterfoil (test)", limits=limits, ca_bundle=ca_bundle)


def transport_to(store: FakeStore, **options: Any) -> Transport:
    """A transport that may call this store, by whatever name."""
    hosts = [f"{name}:{store.port}" for name in ("127.0.0.1", "shop.test", "www.shop.test")]
    return a_transport(*hosts, **options)


def rest_calls(
    store: FakeStore, *, keys: Keys = KEYS, url: str = "", **options: Any
) -> tuple[RestCalls, Transport]:
    """Calls with keys; over http they are allowed. `options` are the transport's, and `way`."""
    own = {name: options.pop(name) for name in ("way", "allow_http") if name in options}
    transport = transport_to(store, **options)
    signing = Signing(store.clock, lambda: f"nonce{next(NUMBERS)}")
    calls = RestCalls(transport, url or store.url, keys, signing, **{"allow_http": True, **own})
    return calls, transport


def rest_client(store: FakeStore, **options: Any) -> RestClient:
    """A client with keys; `options` are those of `rest_calls`, and `page_size` and the like."""
    names = ("page_size", "gstin_fields", "shares_contact")
    own = {name: options.pop(name) for name in names if name in options}
    return RestClient(rest_calls(store, **options)[0], **own)


def plugin_client(
    store: FakeStore, *, secret: str = PLUGIN_SECRET, rest_url: str = "", **options: Any
) -> PluginClient:
    """A client of the plugin."""
    own = {name: options.pop(name) for name in ("page_size",) if name in options}
    signing = Signing(store.clock, lambda: "")
    paired = Paired(store.url, secret, rest_url)
    calls = PullCalls(transport_to(store, **options), paired, signing, allow_http=True)
    return PluginClient(calls, **own)


def pages(
    ask: Callable[[Place, int], Page], limit: int = 100, place: Place = BEGINNING
) -> Iterator[Page]:
    """All pages from a place to the end."""
    at: Place | None = place
    while at is not None:
        page = ask(at, limit)
        yield page
        at = page.next


def all_changed(client: StoreClient, limit: int = 100, place: Place = BEGINNING) -> list[Json]:
    """All orders in the sequence of their change."""
    return [order for page in pages(client.changed_orders, limit, place) for order in page.orders]


def ids(orders: Sequence[Json]) -> list[int]:
    """The orders' ids."""
    return [order["id"] for order in orders]
