"""What exactly is wrong, and what the right address seems to be."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connections.clients.errors import (
    BlockedError,
    BusyError,
    FailedError,
    KeysRefusedError,
    NotJsonError,
    PageKind,
    PermissionMissingError,
    PlainPermalinksError,
    RefusedError,
    RestLockedError,
    StoreError,
    TlsBrokenError,
    UnreachableError,
    WooCommerceMissingError,
    WrongAddressError,
)
from connections.clients.keys import Keys
from connections.clients.protocol import Note, StoreFacts, Way
from tests.clients import rest_client
from tests.fakes.store import FakeStore, Fault


def check(store: FakeStore, **options: Any) -> StoreFacts:
    """Check with a client of its own."""
    client = rest_client(store, **options)
    try:
        return client.check()
    finally:
        client.close()


@pytest.fixture
def shop(secure_store: FakeStore, certificate: Path) -> Iterator[FakeStore]:
    """A store over https, whose certificate is trusted by whoever asks below."""
    BUNDLE["ca_bundle"] = str(certificate)
    yield secure_store
    BUNDLE.clear()


BUNDLE: dict[str, str] = {}


class TestFacts:
    def test_a_store_in_order_tells_what_it_is(self, shop: FakeStore) -> None:
        assert check(shop, **BUNDLE) == StoreFacts(
            name="Ganesh Tea & Stores",
            home=shop.url,
            way=Way.HEADER,
            wc_version="10.5.0",
            wp_version="6.9.1",
            currency="INR",
            decimals=2,
            timezone="Asia/Kolkata",
            may_write=True,
            clock_skew=0,
        )
        assert len(shop.requests) == 4

    @pytest.mark.parametrize(
        ("setting", "value", "note"),
        [
            ("strips_header", True, Note.HEADER_STRIPPED),
            ("hides_tls", True, Note.HIDDEN_TLS),
            ("home", "https://www.other.example", Note.OTHER_HOME),
            ("keys_may", "read", Note.READ_ONLY),
        ],
    )
    def test_what_is_odd_is_noted(
        self, shop: FakeStore, setting: str, value: object, note: Note
    ) -> None:
        setattr(shop.house, setting, value)
        facts = check(shop, **BUNDLE)
        assert facts.notes == (note,)
        assert note.sentence.endswith(".")
        assert facts.may_write is (note is not Note.READ_ONLY)

    def test_dirt_around_the_answers_is_noted(self, shop: FakeStore) -> None:
        shop.faults.plan(1, 1.0, [Fault.NOTICES])
        assert Note.DIRTY in check(shop, **BUNDLE).notes

    def test_a_clock_that_differs_is_noted(self, store: FakeStore) -> None:
        client = rest_client(store)
        theirs = store.clock.at
        signing = client._calls.signing
        ours = theirs - timedelta(minutes=5)
        client._calls.signing = type(signing)(lambda: ours, signing.nonce)
        facts = client.check()
        client.close()
        assert facts.clock_skew == 300
        assert facts.notes == (Note.CLOCK_DIFFERS,)

    def test_every_note_has_a_sentence(self) -> None:
        assert all(note.sentence for note in Note)


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("setting", "value", "error"),
        [
            ("has_plain_permalinks", True, PlainPermalinksError),
            ("has_woocommerce", False, WooCommerceMissingError),
            ("wc_version", "5.7.1", WooCommerceMissingError),
            ("wc_version", "3.6.5", WooCommerceMissingError),
            ("is_rest_locked", True, RestLockedError),
            ("user_may", False, PermissionMissingError),
        ],
    )
    def test_a_setting_of_the_store_is_named(
        self, shop: FakeStore, setting: str, value: object, error: type[StoreError]
    ) -> None:
        setattr(shop.house, setting, value)
        with pytest.raises(error) as raised:
            check(shop, **BUNDLE)
        assert raised.type is error

    def test_a_site_that_names_no_woocommerce_is_given_no_keys(self, shop: FakeStore) -> None:
        shop.house.has_woocommerce = False
        with pytest.raises(WooCommerceMissingError):
            check(shop, **BUNDLE)
        assert ["authorization" in request.headers for request in shop.requests] == [False]

    @pytest.mark.parametrize("version", ["5.8.0", "10.5.0-dev", "11.2"])
    def test_newer_versions_are_good(self, shop: FakeStore, version: str) -> None:
        shop.house.wc_version = version
        assert check(shop, **BUNDLE).wc_version == version

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (Fault.MAINTENANCE, BusyError),
            (Fault.TOO_MANY, BusyError),
            (Fault.FORBIDDEN, BlockedError),
            (Fault.CHALLENGE, BlockedError),
            (Fault.FATAL, FailedError),
            (Fault.CLOSES, UnreachableError),
        ],
    )
    def test_what_stands_in_front_of_the_store_is_named(
        self, shop: FakeStore, fault: Fault, error: type[StoreError]
    ) -> None:
        shop.faults.plan(1, 1.0, [fault])
        with pytest.raises(error):
            check(shop, **BUNDLE)

    def test_a_login_page_in_the_place_of_the_index_is_named(self, shop: FakeStore) -> None:
        shop.faults.plan(1, 1.0, [Fault.LOGIN])
        with pytest.raises(NotJsonError) as raised:
            check(shop, **BUNDLE)
        assert raised.value.kind is PageKind.LOGIN

    def test_an_untrusted_certificate_is_named(self, shop: FakeStore) -> None:
        with pytest.raises(TlsBrokenError):
            check(shop)
        assert shop.requests == []

    def test_an_address_that_is_not_called_is_named(self, shop: FakeStore) -> None:
        with pytest.raises(RefusedError):
            check(shop, url="https://192.168.1.1", **BUNDLE)

    def test_wrong_keys_are_named(self, shop: FakeStore) -> None:
        with pytest.raises(KeysRefusedError):
            check(shop, keys=Keys("ck_x", "cs_x"), **BUNDLE)


class TestTheRightAddress:
    def seems(self, store: FakeStore, url: str = "", **options: Any) -> str:
        """Where a check says that the store seems to be."""
        with pytest.raises(WrongAddressError) as raised:
            check(store, url=url, resolver=lambda *_: ["127.0.0.1"], **options)
        return raised.value.seems

    def test_it_is_where_the_site_redirects_to(self, store: FakeStore) -> None:
        with FakeStore(name="www.shop.test") as www:
            store.house.redirects_to = www.url
            client = rest_client(store, resolver=lambda *_: ["127.0.0.1"])
            guard = client._calls.transport._guard
            guard.allowed = type(guard.allowed)(guard.allowed.names | {("www.shop.test", www.port)})
            with pytest.raises(WrongAddressError) as raised:
                client.check()
            client.close()
            assert raised.value.seems == www.url
            assert all("authorization" not in each.headers for each in www.requests)

    def test_it_is_what_a_page_links_to_when_a_folder_was_entered(self, store: FakeStore) -> None:
        assert self.seems(store, f"{store.url}/shop") == store.url

    def test_it_is_the_home_when_the_keys_are_not_accepted_here(self, store: FakeStore) -> None:
        store.house.home = "https://www.other.example"
        keys = Keys("ck_x", "cs_x")
        assert self.seems(store, keys=keys) == "https://www.other.example"

    def test_a_site_that_is_no_wordpress_seems_to_be_nowhere(self, store: FakeStore) -> None:
        store.faults.plan(1, 1.0, [Fault.EMPTY])
        with pytest.raises(StoreError):
            check(store)

    def test_it_holds_no_query(self, store: FakeStore) -> None:
        store.house.redirects_to = f"http://www.shop.test:{store.port}/x?session=abc&y="
        assert "session" not in self.seems(store)
