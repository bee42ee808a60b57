"""One-click keys: from the button through the store's page to keys that are kept, or a reason."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connections import vault
from connections.models import Activity, KeyOutcome, KeyRequest, StoreConnection
from ledger.models import Edit, Membership, Role, User
from sync.models import Polling
from tests import one_click
from tests.fakes.store import KEY, SECRET, FakeStore, Fault
from tests.one_click import Journey, callback
from tests.stores import a_connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Iterator[FakeStore]:
    """The store itself."""
    with one_click.a_store() as there:
        yield there


@pytest.fixture
def journey(browser: Client, store: StoreConnection) -> Journey:
    """The owner's."""
    return Journey(browser, store)


def keys(state: str, **changes: object) -> bytes:
    """A callback's body."""
    told = {"key_id": 7, "user_id": state, "consumer_key": KEY, "consumer_secret": SECRET,
            "key_permissions": "read_write"}  # fmt: skip
    return json.dumps({**told, **changes}).encode()


def test_approved_keys_are_tried_at_the_store_and_kept_sealed(
    journey: Journey, there: FakeStore
) -> None:
    page = journey.begin(there.url)
    assert page["Cache-Control"] == "no-store"
    assert journey.address.startswith(f"{there.url}/wc-auth/v1/authorize?")
    assert Activity.objects.filter(text__startswith="Keys were asked for").exists()
    shown = journey.back(journey.approve(there))
    assert "The store gave its keys, and answers to them." in shown
    assert SECRET not in shown
    kept = journey.connection
    assert vault.open_sealed(kept.pk, kept.consumer_secret) == SECRET
    assert vault.open_sealed(kept.pk, kept.consumer_key) == KEY
    assert (kept.site_url, kept.allow_http) == (there.url, True)
    assert Polling.objects.get().is_on
    assert there.authorise.given == 1


def test_the_edit_log_names_who_asked_for_the_keys(
    journey: Journey, there: FakeStore, owner: User
) -> None:
    journey.begin(there.url)
    journey.approve(there)
    edit = Edit.objects.filter(table="connections_storeconnection").order_by("-id")[0]
    assert edit.user == owner
    assert "consumer_secret" in edit.hidden


def test_of_the_state_nothing_but_a_hash_is_kept(journey: Journey, there: FakeStore) -> None:
    journey.begin(there.url)
    row = KeyRequest.objects.values().get()
    assert journey.state not in repr(row)
    assert len(bytes(row["digest"])) == 32


def test_denied_in_the_store_changes_nothing(journey: Journey, there: FakeStore) -> None:
    journey.begin(there.url)
    assert "denied in the store" in journey.back_with("0")
    assert journey.connection.consumer_key == ""
    assert callback(keys(journey.state)).status_code == 404


def test_keys_that_have_not_come_are_explained(journey: Journey, there: FakeStore) -> None:
    journey.begin(there.url)
    assert "No keys have arrived from the store yet" in journey.back_with("1")


def test_a_store_that_cannot_reach_us_deletes_its_keys(journey: Journey, there: FakeStore) -> None:
    def unreachable(*_: object) -> int:
        raise OSError("no route")

    there.authorise.post = unreachable
    journey.begin(there.url)
    assert "unable to send the consumer data" in journey.approve(there)
    assert there.authorise.given == 0
    assert journey.connection.consumer_key == ""


class TestStates:
    def test_it_is_good_once(self, journey: Journey, there: FakeStore) -> None:
        journey.begin(there.url)
        assert callback(keys(journey.state)).status_code == 200
        there.requests.clear()
        again = callback(keys(journey.state, consumer_secret="cs_" + "9" * 40))
        assert (again.status_code, b"unknown_state" in again.content) == (404, True)
        assert there.requests == []
        journey.connection.refresh_from_db()
        kept = journey.connection
        assert vault.open_sealed(kept.pk, kept.consumer_secret) == SECRET

    def test_coming_back_twice_says_the_same(self, journey: Journey, there: FakeStore) -> None:
        journey.begin(there.url)
        back = journey.approve(there)
        assert "answers to them" in journey.back(back)
        assert "answers to them" in journey.back(back)
        assert "answers to them" in journey.back_with("0")

    def test_after_ten_minutes_it_is_over(self, journey: Journey, there: FakeStore) -> None:
        journey.begin(there.url)
        ago = timezone.now() - timedelta(minutes=10, seconds=1)
        KeyRequest.objects.update(made_at=ago, expires_at=ago + timedelta(minutes=10))
        assert callback(keys(journey.state)).status_code == 404
        assert "expired after ten minutes" in journey.back_with("1")
        assert there.authorise.given == 0

    def test_a_newer_one_voids_it(self, journey: Journey, there: FakeStore) -> None:
        journey.begin(there.url)
        first = journey.state
        journey.begin(there.url)
        assert KeyRequest.objects.order_by("id")[0].outcome == KeyOutcome.VOIDED
        assert callback(keys(first)).status_code == 404
        assert callback(keys(journey.state)).status_code == 200

    def test_one_of_nobody_is_not_found_and_guesses_are_counted(
        self, journey: Journey, there: FakeStore
    ) -> None:
        journey.begin(there.url)
        statuses = [callback(keys("x" * 43)).status_code for _ in range(21)]
        assert statuses == [404] * 20 + [429]
        assert callback(keys(journey.state))["Retry-After"].isdecimal()

    def test_another_session_of_the_same_person_is_told_so(
        self, journey: Journey, there: FakeStore, owner: User
    ) -> None:
        journey.begin(there.url)
        other = Client()
        other.force_login(owner)
        assert "another browser session" in journey.back_with("0", other)
        assert KeyRequest.objects.get().outcome == KeyOutcome.OPEN

    def test_who_logged_out_meanwhile_gets_no_keys(
        self, journey: Journey, there: FakeStore
    ) -> None:
        journey.begin(there.url)
        state = journey.state
        journey.browser.logout()
        assert callback(keys(state)).status_code == 422
        assert "has logged out" in KeyRequest.objects.get().problem
        journey.connection.refresh_from_db()
        assert journey.connection.consumer_key == ""

    def test_who_may_not_any_more_gets_no_keys(
        self, journey: Journey, there: FakeStore, owner: User
    ) -> None:
        accountant = Membership.objects.get(user=owner).company.memberships.create(
            user=User.objects.create_user("second@example.com"), role=Role.ACCOUNTANT
        )
        browser = Client()
        browser.force_login(accountant.user)
        theirs = Journey(browser, journey.connection)
        theirs.begin(there.url)
        Membership.objects.filter(pk=accountant.pk).update(role=Role.VIEWER)
        assert callback(keys(theirs.state)).status_code == 422
        assert "may not change this store any more" in KeyRequest.objects.get().problem

    def test_one_of_another_store_belongs_to_no_question_here(
        self, journey: Journey, there: FakeStore
    ) -> None:
        journey.begin(there.url)
        company = journey.connection.company
        beside = Journey(journey.browser, a_connection(company, "Beside"), journey.address)
        assert "belongs to no question" in beside.back_with("1")

    def test_a_stranger_learns_nothing(
        self, journey: Journey, there: FakeStore, stranger: Client
    ) -> None:
        journey.begin(there.url)
        path = reverse(
            "keys_come_back", args=[journey.connection.company_id, journey.connection.pk]
        )
        told = {"success": "0", "user_id": journey.state}
        assert stranger.get(path, told).status_code == 404
        assert KeyRequest.objects.get().outcome == KeyOutcome.OPEN

    def test_who_may_only_look_sees_the_page_without_a_button(
        self, journey: Journey, viewer: Client
    ) -> None:
        shop = journey.connection
        path = reverse("keys_come_back", args=[shop.company_id, shop.pk])
        assert viewer.get(path).status_code == 403
        shown = viewer.get(reverse("store_asking", args=[shop.company_id, shop.pk]))
        assert "Connect with one click</button>" not in shown.content.decode()


class TestKeysThatCome:
    def test_those_of_another_store_are_refused(self, journey: Journey, there: FakeStore) -> None:
        there.authorise.key, there.authorise.secret = "ck_" + "f" * 40, "cs_" + "e" * 40
        journey.begin(there.url)
        assert "unable to send" in journey.approve(there)
        assert there.authorise.given == 0
        shown = journey.back_with("1")
        assert "does not accept the credentials" in shown
        assert journey.connection.consumer_key == ""
        assert not Polling.objects.exists()
        assert Activity.objects.filter(kind="keys", status="failed").count() == 1

    def test_they_are_sent_to_no_other_address_than_was_asked(
        self, journey: Journey, there: FakeStore
    ) -> None:
        with one_click.a_store() as foreign:
            journey.begin(there.url)
            told = keys(journey.state, site_url=foreign.url, return_url=foreign.url)
            assert callback(told).status_code == 200
            assert foreign.requests == []

    @pytest.mark.parametrize(
        "body",
        [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"user_id": 7}', b"[" * 5000,
         b'{"user_id": "' + b"x" * 20_000 + b'"}', b'{"a": "' + b"x" * 5000 + b'"}'],
    )  # fmt: skip
    def test_odd_bodies_are_refused_and_use_nothing_up(
        self, journey: Journey, there: FakeStore, body: bytes
    ) -> None:
        journey.begin(there.url)
        assert callback(body).status_code in (400, 413)
        assert callback(keys(journey.state)).status_code == 200

    @pytest.mark.parametrize(
        "changes",
        [{"consumer_key": "ck_'; DROP TABLE"}, {"consumer_secret": ["cs_"]},
         {"key_permissions": "root"}, {"consumer_key": None}],
    )  # fmt: skip
    def test_odd_keys_are_refused_and_use_nothing_up(
        self, journey: Journey, there: FakeStore, changes: dict[str, object]
    ) -> None:
        journey.begin(there.url)
        assert callback(keys(journey.state, **changes)).status_code == 400
        assert KeyRequest.objects.get().outcome == KeyOutcome.OPEN

    def test_it_is_posted_alone_and_asks_for_no_cookie(self) -> None:
        answer = Client().get("/api/woocommerce/keys")
        assert answer.status_code == 405
        assert not answer.cookies


class TestBefore:
    @pytest.mark.parametrize(
        ("ours", "said"),
        [
            ("http://books.example.com", "https addresses alone"),
            ("https://192.168.1.5", "the address is a private one"),
            ("https://nas.local", "the address is a private one"),
            ("https://books", "the address is a private one"),
        ],
    )
    def test_a_server_that_stores_cannot_reach_says_so_and_how_else(
        self, journey: Journey, settings: LazySettings, ours: str, said: str
    ) -> None:
        settings.PUBLIC_URL, settings.ALLOW_PRIVATE_STORES = ours, []
        shown = journey.begin("https://shop.example.com").content.decode()
        assert said in shown
        assert "The store does not answer" not in shown  # it was not even asked
        assert "enter keys by hand below" in shown
        assert "Connect with one click</button>" not in shown
        assert not KeyRequest.objects.exists()

    def test_a_wrong_address_is_told_with_the_right_one(
        self, journey: Journey, there: FakeStore
    ) -> None:
        shown = journey.begin(f"{there.url}/blog").content.decode()
        assert f"it seems to be {there.url}" in shown
        assert journey.address == ""

    def test_a_site_without_woocommerce_is_told(self, journey: Journey, there: FakeStore) -> None:
        there.house.has_woocommerce = False
        assert "WooCommerce does not" in journey.begin(there.url).content.decode()

    def test_a_locked_api_is_no_reason_not_to_try(self, journey: Journey, there: FakeStore) -> None:
        there.house.is_rest_locked = True
        journey.begin(there.url)
        assert journey.address

    @pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.CHALLENGE, Fault.MAINTENANCE])
    def test_nor_is_a_firewall_or_a_store_that_is_busy(
        self, journey: Journey, there: FakeStore, fault: Fault
    ) -> None:
        there.faults.plan(1, 1.0, [fault])
        journey.begin(there.url)
        assert journey.address

    def test_over_http_nobody_is_sent_to_the_store_at_all(
        self, journey: Journey, there: FakeStore, settings: LazySettings
    ) -> None:
        settings.PUBLIC_URL = "http://books.example.com"
        journey.begin(there.url)
        assert (journey.address, there.requests) == ("", [])

    def test_http_needs_permission(self, journey: Journey, there: FakeStore) -> None:
        shown = journey.begin(there.url, **{"one-allow_http": ""}).content.decode()
        assert "allow insecure HTTP" in shown
        assert there.requests == []
