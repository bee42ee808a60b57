"""The store's webhooks by REST keys, and its customers; the plugin has neither."""

from collections.abc import Iterator

import pytest

from connections.clients.errors import PermissionMissingError
from connections.clients.protocol import StoreClient, Webhook
from connections.clients.rest import RestClient
from tests.clients import plugin_client, rest_client
from tests.fakes.store import FakeStore

URL = "http://counterfoil.test/hooks/woocommerce/1"
TOPICS = ["order.created", "order.updated", "order.deleted", "order.restored"]


@pytest.fixture
def store() -> Iterator[FakeStore]:
    """A store whose webhooks go nowhere, and are taken."""
    with FakeStore(deliver=lambda *_: 200) as store:
        yield store


@pytest.fixture
def client(store: FakeStore) -> Iterator[RestClient]:
    """A client with keys."""
    client = rest_client(store)
    yield client
    client.close()


def test_one_webhook_for_each_topic_is_registered(store: FakeStore, client: RestClient) -> None:
    made = client.webhooks.register(URL, "secret1")
    assert [each.topic for each in made] == TOPICS
    assert {each.status for each in made} == {"active"}
    hooks = store.hooks.rows.values()
    assert [(hook.topic, hook.delivery_url, hook.secret) for hook in hooks] == [
        (topic, URL, "secret1") for topic in TOPICS
    ]


def test_registering_again_makes_nothing_twice_and_sets_the_secret(
    store: FakeStore, client: RestClient
) -> None:
    first = client.webhooks.register(URL, "secret1")
    store.hooks.rows[first[1].webhook_id].status = "disabled"
    del store.hooks.rows[first[2].webhook_id]
    second = client.webhooks.register(URL, "secret2")
    assert len(store.hooks.rows) == 4
    assert [each.webhook_id for each in second[:2]] == [each.webhook_id for each in first[:2]]
    assert {hook.secret for hook in store.hooks.rows.values()} == {"secret2"}
    assert {hook.status for hook in store.hooks.rows.values()} == {"active"}


def test_webhooks_of_others_are_listed_and_left_alone(store: FakeStore, client: RestClient) -> None:
    for _ in range(120):
        store.hooks.create({"topic": "order.updated", "delivery_url": "http://other.test/x"})
    client.webhooks.register(URL, "secret1")
    assert len(client.webhooks.all()) == 124
    other = store.hooks.rows[1]
    assert (other.delivery_url, other.secret) == ("http://other.test/x", "made & <up>")


def test_one_that_was_switched_off_is_enabled(store: FakeStore, client: RestClient) -> None:
    (made, *_) = client.webhooks.register(URL, "secret1")
    store.hooks.rows[made.webhook_id].status = "disabled"
    (listed,) = [each for each in client.webhooks.all() if each.status == "disabled"]
    assert client.webhooks.enable(listed) == Webhook(
        made.webhook_id, "order.created", "active", URL
    )


def test_keys_that_only_read_cannot_register(store: FakeStore, client: RestClient) -> None:
    store.house.keys_may = "read"
    with pytest.raises(PermissionMissingError):
        client.webhooks.register(URL, "secret1")
    assert store.hooks.rows == {}


def test_customers_come_by_page_with_what_a_contact_needs(client: RestClient) -> None:
    page = client.customers.page(1)
    assert page.next is None
    assert {"id", "email", "first_name", "billing"} <= page.customers[0].keys()
    assert "username" not in page.customers[0]


def test_what_a_way_cannot_do_is_known_before_it_is_tried(
    store: FakeStore, client: RestClient
) -> None:
    by_plugin = plugin_client(store)
    by_keys: StoreClient = client
    other: StoreClient = by_plugin
    assert by_keys.webhooks is not None
    assert by_keys.customers is not None
    assert other.webhooks is None
    assert other.customers is None
    by_plugin.close()
