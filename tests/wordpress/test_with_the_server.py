"""The plugin's PHP and this server, without a network between them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from connections.models import StoreConnection
from sync.models import Delivery
from tests import deliveries
from tests.corpus.recording import a_connection
from tests.plugin import Plugin, a_code
from tests.wordpress.orders import recorded, sent
from tests.wordpress.php import Php

SERVER = "https://books.example.com"
Paired = tuple[StoreConnection, Plugin, dict[str, Any]]


@pytest.fixture
def paired(db: None) -> Paired:
    """A connection, a site that is paired with it, and the answer to its pairing."""
    connection, site = a_connection(), Plugin()
    status, answer = site.pair(a_code(connection))
    assert status == 200
    connection.refresh_from_db()
    return connection, site, answer


def why_not(plugin: Php, status: int, answer: Any) -> str:
    return str(plugin.call("counterfoil_why_not", status, json.dumps(answer), "", SERVER))


def test_the_answer_to_pairing_is_taken(plugin: Php, paired: Paired) -> None:
    connection, _, answer = paired
    assert why_not(plugin, 200, answer) == ""
    credentials = plugin.call("counterfoil_credentials", json.dumps(answer))
    assert credentials["connection_id"] == str(connection.pk)
    assert credentials["connection_name"] == connection.name
    assert credentials["webhook_url"].endswith(f"/hooks/woocommerce/{connection.pk}")
    assert credentials["secret"] == answer["secret"]


def test_what_the_server_tells_is_remembered(plugin: Php, paired: Paired) -> None:
    _, _, answer = paired
    told = plugin.calls([("counterfoil_remember_told", [answer]), ("counterfoil_told", [])])[1]
    assert told["share_contact_details"] is False
    assert told["gstin_fields"] == []
    assert told["latest"] == answer["plugin"]["latest"]
    assert abs(told["clock_off_by"]) <= 60


def test_a_code_that_is_unknown_or_used_is_told_in_the_server_s_words(
    plugin: Php, paired: Paired
) -> None:
    connection, _, _ = paired
    code = a_code(connection)
    site = Plugin("203.0.113.8")
    assert site.pair(code)[0] == 200
    for tried in ("AAAAAAAA", code):
        status, answer = site.pair(tried)
        assert status == 404
        sentence = why_not(plugin, status, answer)
        assert sentence == answer["error"]["message"]
        assert "pairing code" in sentence


def test_the_server_accepts_a_call_that_the_plugin_has_signed(plugin: Php, paired: Paired) -> None:
    _, site, answer = paired
    raw = '{"site_url":"https:\\/\\/shop.example.com","note":"\\u20b9 चाय"}'
    signature = plugin.call("counterfoil_sign", raw, answer["secret"])
    headers = {
        "HTTP_X_COUNTERFOIL_CONNECTION": answer["connection_id"],
        "HTTP_X_WC_WEBHOOK_SIGNATURE": signature,
    }
    assert site.post("status", raw.encode(), **headers)[0] == 200
    status, refusal = site.post("status", raw.encode() + b" ", **headers)
    assert status == 401
    assert why_not(plugin, status, refusal) == refusal["error"]["message"]


def test_the_door_accepts_what_the_plugin_sends_and_the_plugin_that_it_did(
    plugin: Php, paired: Paired
) -> None:
    connection, _, answer = paired
    store = deliveries.Store(connection.pk, answer["secret"])
    [body] = sent(plugin, [next(recorded())])
    delivered = _delivering(plugin, store, body)
    right = plugin.call("counterfoil_sign", body.decode(), answer["secret"])
    assert delivered(right) == (200, "")
    code, why = delivered(right[::-1])
    assert code == 401
    assert why
    assert Delivery.objects.filter(connection=connection).count() == 1


def _delivering(
    plugin: Php, store: deliveries.Store, body: bytes
) -> Callable[[str], tuple[int, str]]:
    def delivered(signature: str) -> tuple[int, str]:
        code, answer = store.send(body, HTTP_X_WC_WEBHOOK_SIGNATURE=signature)
        return code, plugin.call("counterfoil_why_not_delivered", code, json.dumps(answer))

    return delivered
