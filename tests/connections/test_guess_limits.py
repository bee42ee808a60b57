"""How often codes may be guessed: from one address, of all, and at once."""

import json
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from connections import guess_limits
from connections.guess_limits import TooManyGuessesError, count_guess, give_back
from connections.models import GuessCount, StoreConnection
from sync.running import processes
from tests.config.conftest import until
from tests.connections.test_pairing_at_once import at_once
from tests.factories import NOW
from tests.plugin import Plugin, a_code
from tests.server import as_environment

pytestmark = pytest.mark.django_db

ADDRESS = "203.0.113.7"
MINUTE = timedelta(minutes=1)


def refused(address: str, after: timedelta = timedelta()) -> int | None:
    """How long a guess has to wait, None if it may be made."""
    try:
        count_guess(address, now=NOW + after)
    except TooManyGuessesError as error:
        return error.seconds
    return None


def test_twenty_guesses_from_an_address_and_no_more() -> None:
    assert [refused(ADDRESS) for _ in range(20)] == [None] * 20
    assert refused(ADDRESS) == 600
    assert refused(ADDRESS, 4 * MINUTE) == 360
    assert refused("203.0.113.8") is None


def test_after_ten_minutes_guesses_are_counted_anew() -> None:
    for _ in range(30):
        refused(ADDRESS)
    assert refused(ADDRESS, 10 * MINUTE - timedelta(seconds=1)) == 1
    assert refused(ADDRESS, 10 * MINUTE) is None
    assert GuessCount.objects.filter(count=1).exists()


def test_a_thousand_of_all_addresses_and_no_more() -> None:
    for number in range(1000):
        assert refused(f"10.0.{number // 250}.{number % 250}") is None
    assert refused("10.9.9.9") == 600


def test_what_one_address_tries_beyond_its_limit_does_not_lock_out_the_others() -> None:
    for _ in range(1500):
        refused(ADDRESS)
    assert refused("203.0.113.8") is None


def test_a_right_code_is_given_back_to_both_counts() -> None:
    for _ in range(100):
        give_back(count_guess(ADDRESS, now=NOW))
    assert set(GuessCount.objects.values_list("count", flat=True)) == {0}


def test_what_was_counted_in_an_older_window_is_not_given_back_to_this_one() -> None:
    old = count_guess(ADDRESS, now=NOW)
    count_guess(ADDRESS, now=NOW + 11 * MINUTE)
    give_back(old)
    assert set(GuessCount.objects.values_list("count", flat=True)) == {1}


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("nonsense", "", False),
    ],
)
def test_who_has_an_ipv6_address_has_all_of_its_network(
    one: str, other: str, are_one: bool
) -> None:
    count_guess(one, now=NOW)
    count_guess(other, now=NOW)
    of_addresses = GuessCount.objects.count() - 1
    assert of_addresses == (1 if are_one else 2)


def test_no_address_is_kept() -> None:
    count_guess(ADDRESS, now=NOW)
    assert ADDRESS not in str(list(GuessCount.objects.values_list()))


def test_counts_go_when_their_window_is_over() -> None:
    count_guess(ADDRESS, now=NOW)
    guess_limits.forget_old(NOW + 10 * MINUTE - timedelta(seconds=1))
    assert GuessCount.objects.count() == 2
    guess_limits.forget_old(NOW + 10 * MINUTE)
    assert not GuessCount.objects.exists()


# Over HTTP.


def test_over_the_limit_a_right_code_is_refused_like_a_wrong_one(
    connection: StoreConnection, plugin: Plugin
) -> None:
    code = a_code(connection)
    assert [plugin.pair("AAAAAAAA")[0] for _ in range(21)] == [404] * 20 + [429]
    wrong, right = plugin.pair("AAAAAAAA"), plugin.pair(code)
    assert wrong == right
    assert wrong[1]["error"]["code"] == "too_many_attempts"
    assert "in 10 minutes." in wrong[1]["error"]["message"]
    assert Plugin("203.0.113.8").pair(code)[0] == 200


def test_the_answer_says_when_to_come_again(plugin: Plugin) -> None:
    for _ in range(20):
        plugin.pair("AAAAAAAA")
    body = {"code": "AAAAAAAA", "site_url": "https://shop.example.com"}
    answer = plugin.client.post("/api/plugin/v1/pair", body, "application/json")
    assert 590 <= int(answer["Retry-After"]) <= 600


def test_right_codes_are_never_too_many(connection: StoreConnection, plugin: Plugin) -> None:
    for _ in range(25):
        assert plugin.pair(a_code(connection))[0] == 200


def test_another_site_with_a_right_code_is_no_guess(
    connection: StoreConnection, plugin: Plugin
) -> None:
    plugin.pair(a_code(connection))
    code = a_code(connection)
    for _ in range(25):
        assert plugin.pair(code, site_url="https://other.example.com")[0] == 409


def test_forwarded_addresses_count_behind_a_trusted_proxy_alone(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    for number in range(30):
        headers: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}"}
        body = {"code": "AAAAAAAA", "site_url": "https://a.example"}
        assert Plugin("10.0.0.1").post("pair", body, **headers)[0] == 404
        expected = 404 if number < 20 else 429
        assert Plugin("203.0.113.9").post("pair", body, **headers)[0] == expected


# At once.


@contextmanager
def web_server(**environment: str) -> Iterator[int]:
    """The real web server with two processes on this test's database; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "8"]
    environment |= {"WEB_WORKERS": "2", "LOG_LEVEL": "CRITICAL", **as_environment()}
    process = processes.start([*command, "config.wsgi:application"], environment)
    try:
        until(lambda: _is_open(port), seconds=30, what="the web server")
        yield port
    finally:
        processes.stop(process, 20)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_guesses_at_once_get_no_further_than_the_limits(
    connection: StoreConnection,
) -> None:
    """From a hundred addresses, a hundred each: a thousand codes are looked at, and no more."""
    code = a_code(connection)
    with web_server(TRUSTED_PROXIES="127.0.0.1") as port:

        def guess(number: int) -> Counter[int]:
            server = HTTPConnection("127.0.0.1", port)
            seen: Counter[int] = Counter()
            for turn in range(625):
                address = f"198.51.100.{(number * 625 + turn) % 100}"
                seen[post(server, f"WRNG{turn:04}", address)] += 1
            server.close()
            return seen

        seen = sum(at_once(16, guess), Counter[int]())
        assert seen == {404: 1000, 429: 9000}
        own = HTTPConnection("127.0.0.1", port)
        assert post(own, code, "192.0.2.1") == 429
        GuessCount.objects.update(window_started_at=timezone.now() - timedelta(minutes=10))
        assert post(own, code, "192.0.2.1") == 200
        own.close()


def post(server: HTTPConnection, code: str, address: str) -> int:
    """Try a code from an address; the status of the answer."""
    body = json.dumps({"code": code, "site_url": "https://shop.example.com"})
    server.request("POST", "/api/plugin/v1/pair", body, {"X-Forwarded-For": address})
    answer = server.getresponse()
    answer.read()
    return answer.status
