"""How keys reach a store: in the header, in the query, by OAuth; tried in turn, once."""

from datetime import timedelta
from pathlib import Path

import pytest

from connections.clients.errors import (
    ClockOffError,
    InsecureError,
    KeysRefusedError,
    PermissionMissingError,
    RestLockedError,
)
from connections.clients.keys import Keys
from connections.clients.protocol import Way
from tests.clients import rest_calls
from tests.fakes.store import KEY, SECRET, FakeStore


def ways_of(store: FakeStore) -> list[str]:
    """How each request that came carried its keys."""
    return [
        "header"
        if "authorization" in request.headers
        else next((name for name in ("consumer_key", "oauth_nonce") if name in request.query), "")
        for request in store.requests
    ]


@pytest.fixture
def bundle(certificate: Path) -> str:
    """What trusts the store's certificate."""
    return str(certificate)


def test_the_header_is_enough_for_most(secure_store: FakeStore, bundle: str) -> None:
    calls, transport = rest_calls(secure_store, ca_bundle=bundle)
    with transport:
        assert calls.get("orders").value == []
    assert ways_of(secure_store) == ["header"]
    assert calls.way is Way.HEADER


def test_a_stripped_header_is_found_once_and_then_known(
    secure_store: FakeStore, bundle: str
) -> None:
    secure_store.house.strips_header = True
    calls, transport = rest_calls(secure_store, ca_bundle=bundle)
    with transport:
        calls.get("orders")
        calls.get("orders", {"page": 2})
    assert ways_of(secure_store) == ["header", "consumer_key", "consumer_key"]
    assert calls.way is Way.QUERY


def test_a_proxy_that_hides_the_tls_is_got_past_by_oauth(
    secure_store: FakeStore, bundle: str
) -> None:
    secure_store.house.hides_tls = True
    calls, transport = rest_calls(secure_store, ca_bundle=bundle)
    with transport:
        calls.get("orders", {"status": "any", "_fields": "id,status"})
        calls.get("orders")
    assert ways_of(secure_store) == ["header", "consumer_key"] + ["oauth_nonce"] * 3
    assert calls.way is Way.OAUTH


def test_a_way_that_was_kept_is_tried_first(secure_store: FakeStore, bundle: str) -> None:
    calls, transport = rest_calls(secure_store, ca_bundle=bundle, way=Way.QUERY)
    with transport:
        calls.get("orders")
    assert ways_of(secure_store) == ["consumer_key"]


def test_a_way_that_no_longer_works_gives_room_to_the_others(
    secure_store: FakeStore, bundle: str
) -> None:
    calls, transport = rest_calls(secure_store, ca_bundle=bundle)
    with transport:
        calls.get("orders")
        secure_store.house.strips_header = True
        calls.get("orders")
    assert ways_of(secure_store) == ["header", "header", "consumer_key"]


class TestRefusals:
    @pytest.mark.parametrize(
        "keys", [Keys("ck_" + "0" * 40, SECRET), Keys(KEY, "cs_" + "0" * 40)], ids=["key", "secret"]
    )
    @pytest.mark.parametrize("is_stripped", [False, True])
    def test_wrong_keys_are_refused_by_name(
        self, secure_store: FakeStore, bundle: str, keys: Keys, is_stripped: bool
    ) -> None:
        secure_store.house.strips_header = is_stripped
        calls, transport = rest_calls(secure_store, keys=keys, ca_bundle=bundle)
        with transport, pytest.raises(KeysRefusedError):
            calls.get("orders")
        assert len(secure_store.requests) <= 4

    def test_over_http_nothing_is_sent_unless_it_is_allowed(self, store: FakeStore) -> None:
        calls, transport = rest_calls(store, allow_http=False)
        with transport, pytest.raises(InsecureError):
            calls.get("orders")
        assert store.requests == []

    def test_over_http_the_secret_stays_here(self, store: FakeStore) -> None:
        calls, transport = rest_calls(store)
        with transport:
            calls.get("orders", {"_fields": "id,line_items", "status": "any"})
        assert ways_of(store) == ["oauth_nonce"]
        sent = repr(store.requests)
        assert SECRET not in sent

    def test_wrong_keys_over_http_are_refused_by_name(self, store: FakeStore) -> None:
        calls, transport = rest_calls(store, keys=Keys(KEY, "cs_" + "0" * 40))
        with transport, pytest.raises(KeysRefusedError):
            calls.get("orders")

    @pytest.mark.parametrize("minutes", [-16, 16])
    def test_a_clock_that_is_off_is_told_with_the_stores_time(
        self, store: FakeStore, minutes: int
    ) -> None:
        calls, transport = rest_calls(store)
        theirs = store.clock.at
        calls.signing = type(calls.signing)(
            lambda: theirs + timedelta(minutes=minutes), calls.signing.nonce
        )
        with transport, pytest.raises(ClockOffError) as raised:
            calls.get("orders")
        assert raised.value.store_time == theirs

    def test_a_user_who_may_not_is_told_apart_from_wrong_keys(
        self, secure_store: FakeStore, bundle: str
    ) -> None:
        secure_store.house.user_may = False
        calls, transport = rest_calls(secure_store, ca_bundle=bundle)
        with transport, pytest.raises(PermissionMissingError):
            calls.get("orders")
        assert len(secure_store.requests) == 1

    @pytest.mark.parametrize("is_http", [False, True])
    def test_keys_that_only_read_are_told_when_something_is_changed(
        self, store: FakeStore, secure_store: FakeStore, bundle: str, is_http: bool
    ) -> None:
        asked = store if is_http else secure_store
        asked.house.keys_may = "read"
        calls, transport = rest_calls(asked, ca_bundle=bundle)
        with transport:
            calls.get("orders")
            with pytest.raises(PermissionMissingError):
                calls.change("POST", "webhooks", {"topic": "order.created"})

    def test_a_plugin_that_locks_the_api_is_told_apart_from_wrong_keys(
        self, secure_store: FakeStore, bundle: str
    ) -> None:
        secure_store.house.is_rest_locked = True
        calls, transport = rest_calls(secure_store, ca_bundle=bundle)
        with transport, pytest.raises(RestLockedError):
            calls.get("orders")


def test_every_oauth_request_has_another_nonce(store: FakeStore) -> None:
    calls, transport = rest_calls(store)
    with transport:
        for _ in range(3):
            calls.get("orders")
    assert len({request.query["oauth_nonce"] for request in store.requests}) == 3
