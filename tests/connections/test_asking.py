"""How a connection's store is asked: by the plugin where it is paired, else by its keys."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from connections import lifecycle
from connections.asking import NoWayError, client_of
from connections.clients.errors import RefusedError
from connections.clients.plugin import PluginClient
from connections.clients.protocol import BEGINNING, StoreClient, Way
from connections.clients.rest import RestClient
from connections.lifecycle import RestAccess
from connections.models import PairedSite, StoreConnection
from tests.factories import a_company
from tests.fakes.store import KEY, PLUGIN_SECRET, SECRET, FakeStore, an_order
from tests.fakes.store.certificates import make_certificate

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


def connected(url: str = "", *, has_keys: bool = True, allow_http: bool = False) -> StoreConnection:
    """A connection with keys."""
    keys = (KEY, SECRET) if has_keys else ("", "")
    rest = RestAccess(url, *keys, allow_http=allow_http)
    return lifecycle.connect(a_company(), name="Shop", secret=PLUGIN_SECRET, rest=rest)


def paired(connection: StoreConnection, url: str) -> StoreConnection:
    """The connection's site, paired with the plugin."""
    PairedSite.objects.create(
        company_id=connection.company_id,
        connection=connection,
        site_url=url,
        rest_url=f"{url}/wp-json/",
        paired_at=NOW,
        told_at=NOW,
    )
    return connection


def test_keys_ask_by_rest_with_the_options_of_the_connection(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with FakeStore(certificate=certificate) as store:
        settings.ALLOW_PRIVATE_STORES = [f"127.0.0.1:{store.port}"]
        placed = store.life.place(an_order(1))
        connection = connected(store.url)
        connection.share_contact_details = True
        client = client_of(connection, gstin_fields=("gstin",), way=Way.QUERY, page_size=20)
        assert isinstance(client, RestClient)
        (order,) = client.changed_orders(BEGINNING, 100).orders
        client.close()
        assert order["id"] == placed
        assert order["billing"]["email"]
        sent = store.requests[0]
        assert sent.query["consumer_key"] == KEY
        assert sent.query["per_page"] == "20"
        assert sent.query["include_meta"] == "gstin"
        assert sent.headers["user-agent"].startswith("Counterfoil (")


def test_a_paired_site_is_asked_through_the_plugin(settings: LazySettings) -> None:
    with FakeStore() as store:
        settings.ALLOW_PRIVATE_STORES = [f"127.0.0.1:{store.port}"]
        store.clock.at = datetime.now(UTC)
        placed = store.life.place(an_order(1))
        client = client_of(paired(connected(store.url, allow_http=True), store.url))
        assert isinstance(client, PluginClient)
        assert [each["id"] for each in client.changed_orders(BEGINNING, 10).orders] == [placed]
        client.close()


def test_without_keys_or_plugin_nobody_can_be_asked() -> None:
    with pytest.raises(NoWayError, match="Shop"):
        client_of(connected(has_keys=False))


def test_private_stores_are_refused_unless_the_operator_names_them(settings: LazySettings) -> None:
    settings.ALLOW_PRIVATE_STORES = []
    client: StoreClient = client_of(connected("https://127.0.0.1"))
    with pytest.raises(RefusedError):
        client.changed_orders(BEGINNING, 10)
    client.close()
