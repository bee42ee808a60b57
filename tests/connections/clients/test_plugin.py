"""A paired store by the plugin's signed pull route."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connections.clients import plugin
from connections.clients.errors import (
    ClockOffError,
    FailedError,
    InsecureError,
    KeysRefusedError,
    PlainPermalinksError,
    PluginMissingError,
    StoreError,
    TryLaterError,
    UnexpectedError,
    UnreachableError,
    WooCommerceMissingError,
)
from connections.clients.plugin import PluginClient
from connections.clients.protocol import BEGINNING, Gone, Period, Place, Unread, Way
from connections.clients.pull_calls import PullCalls
from connections.clients.pull_signature import ROUTE, signature_of_pull
from sync.core.minimise import minimise
from sync.core.parse import parse_order
from sync.core.shapes import read_json
from tests.clients import all_changed, ids, pages, plugin_client
from tests.deliveries import final_orders
from tests.fakes.store import PASSING, FakeStore, Fault, an_order, load_history, load_recorded
from tests.server import PROJECT

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
EVER = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
SIGNATURE_PHP = PROJECT / "connections/plugin/counterfoil-for-woocommerce/includes/signature.php"


@pytest.fixture
def client(store: FakeStore) -> Iterator[PluginClient]:
    """A client of the paired store."""
    client = plugin_client(store, page_size=10)
    yield client
    client.close()


@pytest.mark.parametrize(
    "query",
    [
        {"timestamp": "1795672800", "modified_after": "0", "after_id": "0", "limit": "50"},
        {"ids": "1,2,30", "timestamp": "1"},
        {"b": "x y&z=~ü", "a": "/+%", "timestamp": "1"},
    ],
)
def test_the_signature_is_that_of_the_plugins_own_php(
    php: str, tmp_path: Path, query: dict[str, str]
) -> None:
    script = tmp_path / "sign.php"
    script.write_text(
        "<?php define('ABSPATH', '/'); require $argv[1];"
        "$text = counterfoil_text_of_pull($argv[2], json_decode($argv[3], true));"
        "echo counterfoil_sign($text, $argv[4]);"
    )
    secret = 's & "öß"'
    command = [php, str(script), str(SIGNATURE_PHP), ROUTE, json.dumps(query), secret]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert signature_of_pull(secret, query) == made


class TestOrders:
    def test_all_come_in_the_sequence_of_their_change(
        self, store: FakeStore, client: PluginClient
    ) -> None:
        load_history(store, 45, begin=BEGIN)
        store.life.trash(1003)
        store.life.place(an_order(1), status="checkout-draft")
        found = all_changed(client, 10)
        assert len(found) == 45
        changed = [(order["date_modified_gmt"], order["id"]) for order in found]
        assert changed == sorted(changed)
        assert found[-1]["status"] == "trash"

    def test_they_are_what_the_books_need(self, store: FakeStore, client: PluginClient) -> None:
        load_recorded(store, final_orders())
        truth = {row["id"]: row for row in final_orders() if not row.get("deleted")}
        found = all_changed(client, 100)
        assert {order["id"] for order in found} == truth.keys()
        for order in found:
            row = truth[order["id"]]
            delivered = read_json(json.dumps({**row["order"], "refunds": row["refunds"]}).encode())
            assert isinstance(delivered, dict)
            assert parse_order(minimise(order)) == parse_order(minimise(delivered))

    def test_those_of_a_period_come_with_start_and_without_end(
        self, store: FakeStore, client: PluginClient
    ) -> None:
        load_history(store, 40, begin=BEGIN)
        apart = timedelta(minutes=4)
        period = Period(BEGIN + 10 * apart, BEGIN + 20 * apart)
        found = [
            order["id"]
            for page in pages(lambda place, limit: client.orders_created(period, place, limit), 3)
            for order in page.orders
        ]
        assert sorted(found) == [1000 + 3 * n for n in range(10, 20)]

    def test_sums_are_those_of_the_orders(self, store: FakeStore, client: PluginClient) -> None:
        load_history(store, 8, begin=BEGIN)
        page = client.order_sums(EVER, BEGINNING, 100)
        assert page.next is None
        by_id = {each.order_id: each for each in page.sums}
        refund = store.shelf.get(1021).refunds[0]  # type: ignore[union-attr]
        assert by_id[1021].refunds == ((refund["id"], refund["amount"]),)
        assert by_id[1021].refunded == refund["amount"]
        assert by_id[1000].refunded == "0.00"
        assert by_id[1000].created_at == BEGIN

    def test_one_that_was_deleted_while_its_page_was_made_is_left_out(
        self, store: FakeStore, client: PluginClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        load_history(store, 3, begin=BEGIN)
        true = store._pull._order
        gone = {"id": 1003, "counterfoil": {"missing": True}}
        monkeypatch.setattr(
            store._pull, "_order", lambda entry: gone if entry.order_id == 1003 else true(entry)
        )
        assert sorted(ids(client.changed_orders(BEGINNING, 10).orders)) == [1000, 1006]

    def test_single_ones_are_there_or_gone(self, store: FakeStore, client: PluginClient) -> None:
        load_history(store, 5, begin=BEGIN)
        store.life.delete(1003)
        cart = store.life.place(an_order(1), status="checkout-draft")
        found = client.orders([1006, 1003, cart])
        assert [each if isinstance(each, Gone | Unread) else each["id"] for each in found] == [
            1006,
            Gone(1003),
        ]
        assert client.order(1003) == Gone(1003)
        assert client.order(cart) == Gone(cart, is_draft=True)

    def test_one_that_the_store_cannot_read_is_named_and_holds_up_no_other(
        self, store: FakeStore, client: PluginClient
    ) -> None:
        load_history(store, 3, begin=BEGIN)
        store.house.unreadable = {1003}
        page = client.changed_orders(BEGINNING, 10)
        assert sorted(ids(page.orders)) == [1000, 1006]
        assert page.unread == (1003,)
        assert client.order_sums(EVER, BEGINNING, 10).unread == (1003,)
        assert Unread(1003) in client.orders([1000, 1003])
        with pytest.raises(FailedError, match="1003"):
            client.order(1003)

    @pytest.mark.parametrize("named", [7, ["1003"], [{"id": 1003}]])
    def test_unread_orders_that_are_not_named_are_not_forgotten(self, named: object) -> None:
        with pytest.raises(UnexpectedError):
            plugin._unread({"unread": named})

    def test_one_request_in_five_failing_loses_nothing(self, store: FakeStore) -> None:
        load_history(store, 100, begin=BEGIN)
        store.faults.plan(3, 0.2, PASSING)
        client = plugin_client(store, page_size=10)
        found: list[int] = []
        place: Place | None = BEGINNING
        failures = 0
        while place:
            try:
                page = client.changed_orders(place, 10)
            except TryLaterError:
                failures += 1
                assert failures < 100
                continue
            found += ids(page.orders)
            place = page.next
        client.close()
        assert sorted(found) == [1000 + 3 * n for n in range(100)]
        assert failures

    def test_a_page_costs_one_request(self, store: FakeStore) -> None:
        load_history(store, 200, begin=BEGIN)
        client = plugin_client(store, page_size=100)
        assert len(client.changed_orders(BEGINNING, 100).orders) == 100
        client.close()
        assert len(store.requests) == 1

    @pytest.mark.parametrize(
        "told", [{"modified_after": 0, "after_id": 0}, {}, [1], {"modified_after": "x"}]
    )
    def test_a_next_page_that_leads_nowhere_is_not_followed_for_ever(self, told: object) -> None:
        with pytest.raises(UnexpectedError):
            plugin._next(told, BEGINNING)


class TestAddresses:
    def asked(self, store: FakeStore) -> list[str]:
        """Where the plugin was looked for."""
        return [
            next((name for name in ("rest_route", "wc-api") if name in request.query), request.path)
            for request in store.requests
        ]

    def test_the_rest_address_is_the_one_that_the_site_told(self, store: FakeStore) -> None:
        client = plugin_client(store, rest_url=f"{store.url}/wp-json/")
        client.changed_orders(BEGINNING, 10)
        client.close()
        assert self.asked(store) == [f"/wp-json{ROUTE}"]

    def test_plain_permalinks_are_no_hindrance_and_found_once(self, store: FakeStore) -> None:
        store.house.has_plain_permalinks = True
        client = plugin_client(store)
        client.changed_orders(BEGINNING, 10)
        client.changed_orders(BEGINNING, 10)
        client.close()
        assert self.asked(store) == [f"/wp-json{ROUTE}", "rest_route", "rest_route"]

    def test_an_address_with_a_query_of_its_own_is_used_as_told(self, store: FakeStore) -> None:
        store.house.has_plain_permalinks = True
        client = plugin_client(store, rest_url=f"{store.url}/?rest_route=/")
        client.changed_orders(BEGINNING, 10)
        client.close()
        assert self.asked(store) == ["rest_route"]

    def test_a_locked_rest_api_is_gone_around(self, store: FakeStore) -> None:
        store.house.is_rest_locked = True
        client = plugin_client(store)
        client.changed_orders(BEGINNING, 10)
        client.close()
        assert self.asked(store)[-1] == "wc-api"

    def test_where_no_address_answers_the_plugin_is_missing(self, store: FakeStore) -> None:
        store.house.has_plugin = False
        client = plugin_client(store)
        with pytest.raises(PluginMissingError):
            client.changed_orders(BEGINNING, 10)
        client.close()


class TestRefusals:
    def refusal(self, store: FakeStore, **options: str) -> StoreError:
        client = plugin_client(store, **options)
        with pytest.raises(StoreError) as raised:
            client.changed_orders(BEGINNING, 10)
        client.close()
        return raised.value

    def test_a_wrong_secret(self, store: FakeStore) -> None:
        assert type(self.refusal(store, secret="another")) is KeysRefusedError
        assert len(store.requests) == 1

    def test_a_site_that_was_unpaired_there(self, store: FakeStore) -> None:
        store.house.is_paired = False
        assert "not paired" in str(self.refusal(store))

    def test_a_clock_that_is_off_with_the_stores_time(self, store: FakeStore) -> None:
        client = plugin_client(store)
        theirs = store.clock.at
        signing = client._calls.signing
        client._calls.signing = type(signing)(lambda: theirs + timedelta(minutes=6), signing.nonce)
        with pytest.raises(ClockOffError) as raised:
            client.changed_orders(BEGINNING, 10)
        client.close()
        assert raised.value.store_time == theirs

    def test_http_that_is_not_allowed(self, store: FakeStore) -> None:
        client = plugin_client(store)
        client._calls = PullCalls(
            client._calls.transport, client._calls._paired, client._calls.signing
        )
        with pytest.raises(InsecureError):
            client.changed_orders(BEGINNING, 10)
        client.close()
        assert store.requests == []

    def test_a_site_that_is_gone(self, store: FakeStore) -> None:
        store.close()
        assert type(self.refusal(store)) is UnreachableError

    @pytest.mark.parametrize("fault", [Fault.CHALLENGE, Fault.LOGIN, Fault.FORBIDDEN, Fault.EMPTY])
    def test_a_page_in_the_place_of_every_answer_is_never_no_orders(
        self, store: FakeStore, fault: Fault
    ) -> None:
        load_history(store, 5, begin=BEGIN)
        store.faults.plan(1, 1.0, [fault])
        refusal = self.refusal(store)
        assert not isinstance(refusal, PlainPermalinksError | WooCommerceMissingError)


def test_a_check_tells_what_the_site_says(store: FakeStore, client: PluginClient) -> None:
    load_history(store, 1, begin=BEGIN)
    facts = client.check()
    assert (facts.way, facts.name, facts.home) == (Way.PLUGIN, "Ganesh Tea & Stores", store.url)
    assert (facts.currency, facts.decimals, facts.timezone) == ("INR", 2, "Asia/Kolkata")
    assert facts.notes == ()


def test_a_check_of_a_store_with_a_locked_index_works_all_the_same(
    store: FakeStore, client: PluginClient
) -> None:
    store.house.is_rest_locked = True
    assert client.check().way is Way.PLUGIN
