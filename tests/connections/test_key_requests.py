"""Questions for keys: what the database refuses, two answers at once, addresses never asked."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from connections import one_click
from connections.clients.authorise import GivenKeys
from connections.clients.errors import RefusedError
from connections.models import Activity, KeyOutcome, KeyRequest, StoreConnection
from connections.public_address import is_private
from connections.site_check import why_not
from tests import pulled
from tests.connections.clients.test_ssrf import LITERALS, Sentry
from tests.connections.test_pairing_at_once import at_once
from tests.factories import NOW, a_company, a_user
from tests.fakes.store import KEY, SECRET, FakeStore
from tests.stores import a_connection

LATER = NOW + timedelta(minutes=10)


def a_row(connection: StoreConnection, **changes: Any) -> KeyRequest:
    facts = {"digest": b"x" * 32, "session": b"s" * 32, "made_at": NOW, "expires_at": LATER}
    facts |= {"company": connection.company, "connection": connection, "made_by": a_user()}
    return KeyRequest.objects.create(**{**facts, "site_url": "https://a.b", **changes})


def refused(connection: StoreConnection, rule: str, **changes: Any) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        a_row(connection, **changes)


@pytest.mark.django_db
class TestRules:
    def test_a_connection_asks_one_question_at_a_time(self, connection: StoreConnection) -> None:
        a_row(connection)
        refused(connection, "one_open_key_request", digest=b"y" * 32)
        a_row(connection, digest=b"y" * 32, outcome="voided")

    def test_two_states_are_never_the_same(self, connection: StoreConnection) -> None:
        a_row(connection, outcome="voided")
        refused(connection, "key_request_is_unique")

    def test_a_question_ends_after_it_was_asked(self, connection: StoreConnection) -> None:
        refused(connection, "key_request_expires_later", expires_at=NOW)

    def test_keys_do_not_come_after_the_end(self, connection: StoreConnection) -> None:
        rule = "key_request_is_answered_in_time"
        refused(connection, rule, outcome="kept", answered_at=LATER)

    def test_an_answer_says_when_it_came(self, connection: StoreConnection) -> None:
        rule = "answered_key_request_says_when"
        refused(connection, rule, outcome="kept")
        refused(connection, rule, answered_at=NOW)

    def test_an_outcome_is_one_that_there_is(self, connection: StoreConnection) -> None:
        refused(connection, "key_request_outcome_is_known", outcome="odd", answered_at=NOW)

    def test_a_failure_says_what_was_wrong(self, connection: StoreConnection) -> None:
        rule = "failed_key_request_has_a_problem"
        refused(connection, rule, outcome="failed", answered_at=NOW)

    def test_a_question_is_of_its_connections_company(self, connection: StoreConnection) -> None:
        refused(connection, "key_request_connection_of_same_company", company=a_company())

    def test_old_ones_are_forgotten(self, connection: StoreConnection) -> None:
        a_row(connection)
        one_click.forget_old(LATER + timedelta(days=29))
        assert KeyRequest.objects.exists()
        one_click.forget_old(LATER + timedelta(days=31))
        assert not KeyRequest.objects.exists()


@pytest.fixture
def there() -> Iterator[FakeStore]:
    """The store that is asked."""
    with pulled.a_store() as there:
        yield there


@pytest.mark.django_db(transaction=True)
def test_of_answers_at_once_one_is_taken_and_the_others_find_the_state_used(
    there: FakeStore,
) -> None:
    person = a_user()
    shop = a_connection(a_company(owner=person))
    browser = Client()
    browser.force_login(person)
    for _ in range(3):
        state = one_click.begin(
            shop,
            site_url=there.url,
            allow_http=True,
            by=person,
            session_key=browser.session.session_key or "",
            now=timezone.now(),
        )
        given = GivenKeys(state, KEY, SECRET, "read_write")

        def answer(_: int, given: GivenKeys = given) -> bool:
            try:
                one_click.take(given, now=timezone.now())
            except one_click.NoSuchRequestError:
                return False
            return True

        assert sorted(at_once(4, answer)) == [False, False, False, True]
    assert KeyRequest.objects.filter(outcome=KeyOutcome.KEPT).count() == 3
    assert Activity.objects.filter(text__startswith="Address and REST keys").count() == 3


@pytest.mark.parametrize("url", LITERALS)
def test_an_address_that_is_no_stores_is_asked_for_no_keys(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentry = Sentry()
    monkeypatch.setattr(socket, "socket", sentry)
    error = why_not(url, allow_http=True)
    assert isinstance(error, RefusedError)
    assert error.detail
    assert sentry.made == 0


@pytest.mark.django_db
def test_such_an_address_is_refused_on_the_page_by_both_ways_with_a_sentence(
    settings: Any,
) -> None:
    settings.PUBLIC_URL = "https://books.example.com"
    person = a_user()
    shop = a_connection(a_company(owner=person))
    browser = Client()
    browser.force_login(person)
    page = f"/c/{shop.company_id}/stores/{shop.pk}/asking/"
    told = {"allow_http": "on", "consumer_key": KEY, "consumer_secret": SECRET}
    for url in LITERALS:
        one = {"one-url": url, "one-allow_http": "on"}
        answer = browser.post(f"{page}one-click/", one, follow=True)
        assert _is_told(answer.content.decode()), url
        answer = browser.post(f"{page}keys/", {**told, "url": url}, follow=True)
        assert _is_told(answer.content.decode()), url
    assert not KeyRequest.objects.exists()


SENTENCES = ("Counterfoil does not call this address", "valid URL", "This field is required",
             "Null characters are not allowed")  # fmt: skip


def _is_told(page: str) -> bool:
    return any(each in page for each in SENTENCES)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://books.example.com", False), ("https://8.8.8.8", False),
        ("https://127.0.0.1:8000", True), ("https://[::1]", True), ("https://10.1.2.3", True),
        ("https://localhost", True), ("https://nas.lan", True), ("https://a.home.arpa.", True),
        ("https://[2001:4860:4860::8888]", False),
    ],
)  # fmt: skip
def test_private_addresses_are_known_by_how_they_are_written(url: str, expected: bool) -> None:
    assert is_private(url) is expected
