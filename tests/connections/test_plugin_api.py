"""What the plugin is answered, word for word, and in every wrong case."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from connections import lifecycle, pairing
from connections.models import Activity, PairedSite, Status, StoreConnection
from connections.plugin_package import package_of
from tests.factories import a_user
from tests.plugin import API, SITE, Plugin, a_code

pytestmark = pytest.mark.django_db
CALLS = ("pair", "unpair", "status")


def code_of(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["code"]


# Pairing.


def test_a_pairing_is_answered_with_all_that_the_plugin_needs(
    connection: StoreConnection, plugin: Plugin, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://books.example.com"
    StoreConnection.objects.update(share_contact_details=True, gstin_fields=["gst_no"])
    status, answer = plugin.pair(a_code(connection))
    connection.refresh_from_db()
    assert status == 200
    assert answer.pop("server_time")[-1] == "Z"
    assert answer == {
        "connection_id": str(connection.pk),
        "connection_name": "Main store",
        "webhook_url": f"https://books.example.com/hooks/woocommerce/{connection.pk}",
        "secret": lifecycle.secret_of(connection),
        "share_contact_details": True,
        "gstin_fields": ["gst_no"],
        "plugin": {"latest": package_of(settings.PLUGIN_FOLDER, "").version},
    }


def test_only_code_and_address_are_needed(connection: StoreConnection, plugin: Plugin) -> None:
    code = a_code(connection)
    assert plugin.post("pair", {"code": code, "site_url": "http://shop.local:8080/a"})[0] == 200


def test_codes_that_do_not_pair_are_answered_to_the_byte_alike(
    connection: StoreConnection, plugin: Plugin
) -> None:
    now = timezone.now()
    other = lifecycle.connect(connection.company, name="Second")
    gone = lifecycle.connect(connection.company, name="Gone")
    used, voided, of_deleted = a_code(connection), a_code(other), a_code(gone)
    plugin.pair(used)
    a_code(other)
    lifecycle.delete(gone)
    expired = pairing.make_code(connection, by=None, now=now - timedelta(minutes=10)).code
    answers = set()
    for code in ("AAAAAAAA", "", "x" * 9000, "\ud800", "ÄÖÜ", used, voided, expired, of_deleted):
        body = {"code": code, **SITE}
        answer = plugin.client.post(f"{API}/pair", body, "application/json")
        headers = {name: value for name, value in answer.items() if name != "Content-Length"}
        answers.add((answer.status_code, answer.content, str(headers)))
    assert len(answers) == 1
    status, content, _ = answers.pop()
    assert status == 404
    assert b"pairing_code_not_found" in content
    assert b"ten minutes" in content


def test_another_site_is_told_whose_connection_it_is_and_what_to_do(
    connection: StoreConnection, plugin: Plugin
) -> None:
    plugin.pair(a_code(connection))
    code = a_code(connection)
    other = {"site_url": "https://other.example.com"}
    status, answer = plugin.pair(code, **other)
    assert (status, answer["error"]["code"]) == (409, "another_site")
    assert "belongs to shop.example.com." in answer["error"]["message"]
    assert "tick “The store has moved”" in answer["error"]["message"]
    assert plugin.pair(code)[0] == 200
    assert plugin.pair(a_code(connection, moved=True), **other)[0] == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"code": 5},
        {"code": None},
        {"site_url": None},
        {"site_url": "shop.example.com"},
        {"site_url": "javascript:alert(1)"},
        {"site_url": "https://"},
        {"site_url": "https://a b.example"},
        {"site_url": "https://user:pw@shop.example.com"},
        {"site_url": "https://[::1"},
        {"site_url": "https://shop.example.com:99999"},
        {"site_url": "https://shop.example.com/" + "x" * 300},
        {"site_url": "https://shop.example.com/\u0000"},
    ],
)
def test_without_a_code_or_an_address_nothing_is_paired(
    connection: StoreConnection, plugin: Plugin, changes: dict[str, Any]
) -> None:
    code = a_code(connection)
    answer = plugin.post("pair", {"code": code, **SITE, **changes})
    assert code_of(answer) == (400, "unreadable")
    assert plugin.pair(code)[0] == 200


def test_facts_that_make_no_sense_are_left_out_and_the_store_is_paired(
    connection: StoreConnection, plugin: Plugin
) -> None:
    nonsense: dict[str, Any] = {name: {"a": [1]} for name in SITE}
    nonsense |= {
        "site_url": "https://shop.example.com",
        "site_name": "A\u0000b\n\ud800" + "x" * 5000,
        "wc_version": "ten; DROP TABLE",
        "rest_url": "file:///etc/passwd",
        "currency": "rupees",
        "decimals": True,
        "sent_at": "9999-12-31T23:59:59-23:59",
    }
    assert plugin.pair(a_code(connection), **nonsense)[0] == 200
    site = PairedSite.objects.get()
    assert site.site_name.startswith("A b")
    assert len(site.site_name) <= 200
    assert (site.wc_version, site.rest_url, site.currency, site.decimals) == ("", "", "", None)


@pytest.mark.parametrize(
    ("sent_at", "is_known"),
    [("2000-01-01T00:00:00Z", True), ("9999-12-31T23:59:59", True), ("soon", False), (5, False)],
)
def test_a_clock_that_is_absurd_does_no_harm(
    connection: StoreConnection, plugin: Plugin, sent_at: Any, is_known: bool
) -> None:
    assert plugin.pair(a_code(connection), sent_at=sent_at)[0] == 200
    assert (PairedSite.objects.get().clock_skew is not None) is is_known


# Wrong calls, of all kinds.


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 9000, b'{"a":' * 2000]
)
def test_a_body_that_is_no_json_object_is_refused(path: str, body: bytes, plugin: Plugin) -> None:
    assert code_of(plugin.post(path, body)) == (400, "unreadable")


@pytest.mark.parametrize("path", CALLS)
def test_a_long_body_is_refused_unread(path: str, plugin: Plugin) -> None:
    body = b'{"code": "' + b"x" * (16 * 1024) + b'"}'
    assert code_of(plugin.post(path, body)) == (413, "too_long")


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("method", ["get", "put", "delete", "head", "options"])
def test_calls_are_posted(path: str, method: str) -> None:
    answer = getattr(Client(), method)(f"{API}/{path}")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert method == "head" or answer.json()["error"]["code"] == "only_post"


@pytest.mark.parametrize(
    "path", ["/api/plugin/v1/update", "/plugin/counterfoil-for-woocommerce-1.zip"]
)
def test_what_is_fetched_is_not_posted_to(path: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(path)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert answer.json()["error"]["code"] == "only_get"


def test_no_call_needs_a_cookie_or_sets_one(connection: StoreConnection) -> None:
    client = Client(enforce_csrf_checks=True)
    body = {"code": a_code(connection), **SITE}
    answer = client.post(f"{API}/pair", body, "application/json")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.django_db(transaction=True)
def test_without_the_database_the_plugin_is_told_to_come_again(plugin: Plugin) -> None:
    settings = connections["default"].settings_dict
    connections["default"].close()
    port, host = settings["PORT"], settings["HOST"]
    settings["HOST"], settings["PORT"] = "127.0.0.1", "1"
    try:
        answer = plugin.pair("AAAAAAAA")
    finally:
        settings["HOST"], settings["PORT"] = host, port
    assert code_of(answer) == (503, "unavailable")


def test_a_server_without_the_plugin_says_so_and_uses_up_no_code(
    connection: StoreConnection, plugin: Plugin, settings: Settings, tmp_path: Any
) -> None:
    code, folder = a_code(connection), settings.PLUGIN_FOLDER
    settings.PLUGIN_FOLDER = tmp_path
    assert code_of(plugin.pair(code)) == (503, "no_plugin")
    settings.PLUGIN_FOLDER = folder
    assert plugin.pair(code)[0] == 200


# Who signs.


@pytest.fixture
def paired(connection: StoreConnection, plugin: Plugin) -> Plugin:
    """A site that is paired."""
    plugin.pair(a_code(connection))
    return plugin


@pytest.mark.parametrize("path", ["unpair", "status"])
def test_a_signature_by_another_secret_is_refused(path: str, paired: Plugin) -> None:
    for wrong in ({"HTTP_X_WC_WEBHOOK_SIGNATURE": each} for each in ("", "x", "ö" * 44)):
        assert code_of(paired.signed(path, **wrong)) == (401, "unauthentic")
    paired.secret = "another"
    assert code_of(paired.signed(path)) == (401, "unauthentic")


@pytest.mark.parametrize("path", ["unpair", "status"])
@pytest.mark.parametrize("name", ["", "x", "0" * 36, "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_connection_is_not_found(path: str, name: str, paired: Plugin) -> None:
    wrong = {"HTTP_X_COUNTERFOIL_CONNECTION": name}
    assert code_of(paired.signed(path, **wrong)) == (404, "unknown_connection")


@pytest.mark.parametrize("path", ["unpair", "status"])
def test_a_deleted_connection_is_not_found(
    path: str, paired: Plugin, connection: StoreConnection
) -> None:
    lifecycle.delete(connection)
    assert code_of(paired.signed(path)) == (404, "unknown_connection")


@pytest.mark.parametrize("path", ["unpair", "status"])
def test_a_secret_that_no_key_opens_is_our_fault(
    path: str, paired: Plugin, settings: Settings
) -> None:
    from cryptography.fernet import Fernet

    settings.VAULT_KEYS = [Fernet.generate_key().decode()]
    StoreConnection.objects.update(secret="lost")
    assert code_of(paired.signed(path)) == (503, "sealed")


# Unpairing.


def test_the_store_unpairs_itself_and_may_say_so_twice(
    paired: Plugin, connection: StoreConnection
) -> None:
    assert paired.signed("unpair", {"action": "unpair"}) == (200, {"ok": True})
    connection.refresh_from_db()
    assert connection.status == Status.UNPAIRED
    assert paired.signed("unpair") == (200, {"ok": True})
    said = Activity.objects.filter(text="Main store was unpaired by the store.")
    assert said.count() == 1


def test_a_delivery_that_somebody_recorded_does_not_unpair(
    paired: Plugin, connection: StoreConnection
) -> None:
    assert code_of(paired.signed("unpair", {"id": 501})) == (400, "unreadable")
    connection.refresh_from_db()
    assert connection.status == Status.ACTIVE


def test_the_site_that_a_store_moved_from_does_not_unpair_the_new_one(
    paired: Plugin, connection: StoreConnection
) -> None:
    new = Plugin()
    new.pair(a_code(connection, moved=True), site_url="https://new.example.com")
    assert paired.signed("unpair") == (200, {"ok": True})
    connection.refresh_from_db()
    assert connection.status == Status.ACTIVE


def test_a_secret_is_refused_when_its_seven_days_are_over(
    paired: Plugin, connection: StoreConnection
) -> None:
    Plugin().pair(a_code(connection))
    assert paired.signed("status")[0] == 200
    StoreConnection.objects.update(previous_secret_until=timezone.now())
    assert code_of(paired.signed("status")) == (401, "unauthentic")


def test_an_accountants_name_is_in_no_answer(connection: StoreConnection, plugin: Plugin) -> None:
    person = a_user("accountant")
    code = pairing.make_code(connection, by=person, now=timezone.now()).code
    assert person.email not in str(plugin.pair(code))
