"""*Reconnect* says exactly what is wrong, for each thing that can be."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import Activity, StoreConnection
from tests import pulled
from tests.fakes.store import KEY, SECRET, FakeStore, Fault
from tests.fakes.store.certificates import make_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStore]:
    """A store over https with a certificate that is trusted."""
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with pulled.a_store(certificate=certificate, deliver=lambda *_: 200) as there:
        yield there


def reconnect(browser: Client, store: StoreConnection, url: str, **changes: str) -> str:
    told = {"url": url, "consumer_key": KEY, "consumer_secret": SECRET, **changes}
    path = reverse("reconnect_store", args=[store.company_id, store.pk])
    return browser.post(path, told, follow=True).content.decode()


def house(**changes: object) -> Callable[[FakeStore], None]:
    def change(there: FakeStore) -> None:
        for name, value in changes.items():
            setattr(there.house, name, value)

    return change


def all_are(fault: Fault) -> Callable[[FakeStore], None]:
    return lambda there: there.faults.plan(1, 1.0, [fault])


WRONG = {
    "permission": (house(user_may=False), "The keys may not do that."),
    "permalinks": (house(has_plain_permalinks=True), "plain permalinks"),
    "firewall": (all_are(Fault.FORBIDDEN), "A firewall in front of the store"),
    "robots": (all_are(Fault.CHALLENGE), "a check for robots"),
    "login page": (all_are(Fault.LOGIN), "it seems to be a login page"),
    "maintenance": (all_are(Fault.MAINTENANCE), "left in peace"),
    "no WooCommerce": (house(has_woocommerce=False), "WooCommerce does not"),
    "old WooCommerce": (house(wc_version="5.7.1"), "5.8 is the oldest that works"),
    "locked API": (house(is_rest_locked=True), "locks its REST API"),
    "error": (all_are(Fault.FATAL), "An error happened inside the store."),
    "silence": (all_are(Fault.CLOSES), "does not answer"),
}


@pytest.mark.parametrize(("change", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_on_the_page_and_in_the_log(
    browser: Client,
    store: StoreConnection,
    there: FakeStore,
    change: Callable[[FakeStore], None],
    said: str,
) -> None:
    change(there)
    shown = reconnect(browser, store, there.url)
    assert "The keys were saved, but:" in shown
    assert said in shown
    assert said in Activity.objects.get(kind="keys", status="failed").text
    assert SECRET not in shown


@pytest.mark.parametrize("wrong", [{"consumer_key": "ck_" + "0" * 40},
                                   {"consumer_secret": "cs_" + "0" * 40}])  # fmt: skip
def test_wrong_keys_are_told(
    browser: Client, store: StoreConnection, there: FakeStore, wrong: dict[str, str]
) -> None:
    assert "does not accept the credentials" in reconnect(browser, store, there.url, **wrong)


def test_a_wrong_address_is_told_with_what_the_right_one_seems_to_be(
    browser: Client, store: StoreConnection, there: FakeStore
) -> None:
    assert f"it seems to be {there.url}" in reconnect(browser, store, f"{there.url}/blog")


def test_a_store_that_moved_is_told_with_where_to(
    browser: Client, store: StoreConnection, there: FakeStore
) -> None:
    with pulled.a_store() as old:
        old.house.redirects_to = there.url
        told = {"allow_http": "on"}
        assert f"it seems to be {there.url}" in reconnect(browser, store, old.url, **told)


def test_http_at_a_port_for_https_is_told_with_the_https_address(
    browser: Client, store: StoreConnection
) -> None:
    with pulled.a_store() as plain:
        all_are(Fault.HTTPS_PORT)(plain)
        shown = reconnect(browser, store, plain.url, allow_http="on")
    assert f"it seems to be https://127.0.0.1:{plain.port})" in shown


def test_a_certificate_that_is_not_good_is_told(
    browser: Client,
    store: StoreConnection,
    there: FakeStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    shown = reconnect(browser, store, there.url)
    assert "The store’s certificate is not good." in shown.replace("&#x27;", "’")
    assert there.requests == []


def test_a_header_that_is_stripped_is_got_over_and_told(
    browser: Client, store: StoreConnection, there: FakeStore
) -> None:
    there.house.strips_header = True
    shown = reconnect(browser, store, there.url)
    assert "Connected to" in shown
    assert "in the query, because the host removes the Authorization header" in shown


def test_a_proxy_that_hides_the_https_is_got_over_and_told(
    browser: Client, store: StoreConnection, there: FakeStore
) -> None:
    there.house.hides_tls = True
    shown = reconnect(browser, store, there.url)
    assert "A proxy hides from WordPress" in shown
