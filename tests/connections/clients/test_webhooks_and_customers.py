"""The store's webhooks by REST keys, and its customers; the plugin has neither."""

from collections.abc import Iterator

import pytest

from connections.clients.errors import PermissionMissingError
from connections.clients.protocol import StoreClient
from connections.clients.rest import RestClient
from connections.clients.webhook_plan import Need, OurWebhooks
from tests.clients import plugin_client, rest_client
from tests.fakes.store import FakeStore

PATH = "/hooks/woocommerce/3f2a9c1b-0000-4000-8000-000000000001"
URL = f"https://counterfoil.test{PATH}"
OURS = OurWebhooks(URL, "secret1")
TOPICS = ["order.created", "order.updated", "order.deleted", "order.restored"]
CUSTOMER_TOPICS = ["customer.created", "customer.updated", "customer.deleted"]


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


def rows(store: FakeStore) -> list[tuple[str, str, str, str]]:
    hooks = store.hooks.rows.values()
    return [(hook.topic, hook.status, hook.delivery_url, hook.secret) for hook in hooks]


def changes(store: FakeStore) -> list[str]:
    return [each.method for each in store.requests if each.method != "GET"]


def test_one_webhook_for_each_topic_is_registered(store: FakeStore, client: RestClient) -> None:
    done = client.webhooks.repair(OURS)
    assert rows(store) == [(topic, "active", URL, "secret1") for topic in TOPICS]
    assert list(done.topics(Need.MAKING)) == TOPICS
    assert "order.created, order.updated, order.deleted, order.restored registered" in done.mended


def test_customers_are_told_of_where_contacts_are_shared_and_only_as_long(
    store: FakeStore, client: RestClient
) -> None:
    foreign = {"topic": "customer.updated", "delivery_url": "https://other.test/hook"}
    store.hooks.create(foreign)
    shared = OurWebhooks(URL, "secret1", shares_contact=True)
    assert list(client.webhooks.repair(shared).topics(Need.MAKING)) == TOPICS + CUSTOMER_TOPICS
    assert client.webhooks.repair(shared).mended == ""
    done = client.webhooks.repair(OURS)
    assert list(done.topics(Need.REMOVING)) == CUSTOMER_TOPICS
    assert (done.removed, "removed, as no contact details are shared" in done.mended) == (0, True)
    assert [hook.topic for hook in store.hooks.rows.values()] == ["customer.updated", *TOPICS]
    assert client.webhooks.repair(OURS).mended == ""


def test_what_is_as_it_should_be_is_left_alone(store: FakeStore, client: RestClient) -> None:
    client.webhooks.repair(OURS)
    store.requests.clear()
    done = client.webhooks.repair(OURS)
    assert (done.mended, changes(store)) == ("", [])
    assert len(store.hooks.rows) == 4


def test_what_was_switched_off_or_deleted_is_put_right(
    store: FakeStore, client: RestClient
) -> None:
    client.webhooks.repair(OURS)
    store.hooks.rows[2].status = "disabled"
    store.hooks.rows[2].secret = "changed"
    del store.hooks.rows[3]
    done = client.webhooks.repair(OURS)
    assert sorted(rows(store)) == sorted((topic, "active", URL, "secret1") for topic in TOPICS)
    assert done.topics(Need.ENABLING) == ("order.updated",)
    assert done.topics(Need.MAKING) == ("order.deleted",)


def test_the_secret_is_given_anew_where_that_is_wanted(
    store: FakeStore, client: RestClient
) -> None:
    client.webhooks.repair(OURS)
    done = client.webhooks.repair(OurWebhooks(URL, "secret2"), renews_secret=True)
    assert {hook.secret for hook in store.hooks.rows.values()} == {"secret2"}
    assert done.mended == ""


@pytest.mark.parametrize(
    "elsewhere", [f"http://old.test{PATH}", f"https://old.test/books{PATH}", "https://odd.test/"]
)
def test_one_whose_address_was_changed_is_given_it_back(
    store: FakeStore, client: RestClient, elsewhere: str
) -> None:
    client.webhooks.repair(OURS)
    store.hooks.rows[1].delivery_url = elsewhere
    done = client.webhooks.repair(OURS)
    assert rows(store) == [(topic, "active", URL, "secret1") for topic in TOPICS]
    assert done.topics(Need.MOVING) == ("order.created",)


def test_of_several_of_ours_the_oldest_that_works_stays(
    store: FakeStore, client: RestClient
) -> None:
    for url, status in ((f"http://old.test{PATH}", "active"), (URL, "disabled"), (URL, "active")):
        store.hooks.create({"topic": "order.updated", "delivery_url": url, "status": status})
    done = client.webhooks.repair(OURS)
    assert done.removed == 2
    assert [hook.hook_id for hook in store.hooks.rows.values() if hook.topic == TOPICS[1]] == [3]
    assert "2 that stood twice removed" in done.mended
    assert client.webhooks.repair(OURS).mended == ""


def test_a_paused_one_is_the_merchants_will_until_it_is_woken(
    store: FakeStore, client: RestClient
) -> None:
    client.webhooks.repair(OURS)
    store.hooks.rows[1].status = "paused"
    done = client.webhooks.repair(OURS, renews_secret=True)
    assert done.topics(Need.PAUSED) == ("order.created",)
    assert store.hooks.rows[1].status == "paused"
    client.webhooks.repair(OURS, wakes_paused=True)
    assert store.hooks.rows[1].status == "active"


def test_webhooks_of_others_are_listed_and_left_alone(store: FakeStore, client: RestClient) -> None:
    others = [
        {"topic": "order.updated", "delivery_url": "http://other.test/x", "status": "disabled"},
        {"topic": "order.updated", "delivery_url": f"https://counterfoil.test{PATH[:-1]}2"},
        {"topic": "order.created", "name": "Counterfoil: order.created (aaaaaaaa)",
         "delivery_url": "https://other-counterfoil.test/hooks/woocommerce/aaaaaaaa"},
    ]  # fmt: skip
    for number in range(120):
        store.hooks.create(others[number % 3])
    before = rows(store)
    client.webhooks.repair(OURS)
    client.webhooks.repair(OURS, renews_secret=True, wakes_paused=True)
    assert len(client.webhooks.all()) == 124
    assert rows(store)[:120] == before


def test_keys_that_only_read_cannot_register_but_see_that_all_is_well(
    store: FakeStore, client: RestClient
) -> None:
    store.house.keys_may = "read"
    with pytest.raises(PermissionMissingError):
        client.webhooks.repair(OURS)
    assert store.hooks.rows == {}
    store.house.keys_may = "read_write"
    client.webhooks.repair(OURS)
    store.house.keys_may = "read"
    assert client.webhooks.repair(OURS).mended == ""


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
