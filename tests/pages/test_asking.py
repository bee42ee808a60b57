"""The page for asking a store: keys, webhooks, polling, back-fill."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connections import vault
from connections.forms import KeysForm, OneClickForm
from connections.models import Activity, StoreConnection
from sync.asking import backfill, polling
from sync.models import Backfill, BackfillState, Polling
from tests import pulled
from tests.fakes.store import KEY, SECRET, FakeStore, load_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(store: StoreConnection) -> StoreConnection:
    """A connection without keys yet."""
    return store


@pytest.fixture
def there() -> Iterator[FakeStore]:
    """The store itself."""
    with pulled.a_store() as there:
        yield there


def send(browser: Client, shop: StoreConnection, name: str, **told: str) -> str:
    """Press a button; the page that follows."""
    address = reverse(name, args=[shop.company_id, shop.pk])
    page = browser.post(address, told, follow=True).content.decode()
    shop.refresh_from_db()
    return page


def reconnect(browser: Client, shop: StoreConnection, there: FakeStore, **changes: str) -> str:
    told = {
        "url": there.url, "consumer_key": KEY, "consumer_secret": SECRET, "allow_http": "on",
    }  # fmt: skip
    return send(browser, shop, "reconnect_store", **{**told, **changes})


def page_of(browser: Client, shop: StoreConnection) -> str:
    return browser.get(reverse("store_asking", args=[shop.company_id, shop.pk])).content.decode()


class TestKeys:
    def test_good_keys_say_what_store_it_is_and_are_kept_sealed(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        page = reconnect(browser, shop, there)
        assert "Connected to" in page
        assert "WooCommerce 10.5.0" in page
        assert SECRET not in page
        assert SECRET not in page_of(browser, shop)
        assert vault.open_sealed(shop.pk, shop.consumer_secret) == SECRET
        assert Polling.objects.get().is_on

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"consumer_secret": "cs_" + "9" * 40}, "does not accept the credentials"),
            ({"url": "http://127.0.0.1:1"}, "does not call this address"),
        ],
    )
    def test_wrong_ones_say_exactly_what_is_wrong(
        self,
        browser: Client,
        shop: StoreConnection,
        there: FakeStore,
        wrong: dict[str, str],
        said: str,
    ) -> None:
        assert said in reconnect(browser, shop, there, **wrong)
        assert said in Activity.objects.filter(kind="keys").get().text
        assert not Polling.objects.exists()

    def test_spaces_around_what_was_pasted_do_no_harm(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        pasted = {"consumer_key": f" {KEY}\t", "consumer_secret": f"{SECRET} "}
        assert "Connected to" in reconnect(browser, shop, there, url=f" {there.url}/ ", **pasted)
        assert vault.open_sealed(shop.pk, shop.consumer_secret) == SECRET

    @pytest.mark.parametrize("form", [KeysForm, OneClickForm])
    def test_browsers_let_an_address_without_its_scheme_through(
        self, shop: StoreConnection, form: type[KeysForm | OneClickForm]
    ) -> None:
        """From a field of the type url they let nobody send one."""
        assert 'type="text"' in str(form(connection=shop)["url"])

    def test_without_a_scheme_https_is_meant(self, browser: Client, shop: StoreConnection) -> None:
        told = {"url": "127.0.0.1:1", "consumer_key": KEY, "consumer_secret": SECRET}
        send(browser, shop, "reconnect_store", **told)
        assert shop.site_url == "https://127.0.0.1:1"

    def test_a_store_that_hides_its_name_is_called_by_its_address(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        there.house.is_locked_to_visitors = True
        assert f"Connected to {there.url} (" in reconnect(browser, shop, there)

    def test_new_keys_that_work_end_the_problem_of_the_old_ones_and_ask_at_once(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        reconnect(browser, shop, there)
        there.house.user_may = False
        assert polling.poll(shop).problem
        assert "The keys may not do that." in page_of(browser, shop)
        there.house.user_may = True
        assert "The keys may not do that." not in reconnect(browser, shop, there)
        assert Polling.objects.filter(next_at__lte=timezone.now()).exists()
        assert Activity.objects.filter(text="The store can be asked again.").count() == 1

    def test_polling_that_was_stopped_stays_so_under_new_keys(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        reconnect(browser, shop, there)
        polling.stop(shop, now=timezone.now())
        assert "Connected to" in reconnect(browser, shop, there)
        assert not Polling.objects.get().is_on

    def test_plain_permalinks_are_named(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        there.house.has_plain_permalinks = True
        assert "plain permalinks" in reconnect(browser, shop, there)

    def test_kept_keys_are_not_sent_to_another_address(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        reconnect(browser, shop, there)
        with pulled.a_store() as foreign:
            page = reconnect(browser, shop, foreign, consumer_key="", consumer_secret="")
            assert "enter the keys of that store" in page
            assert foreign.requests == []
        assert shop.site_url == there.url
        assert "Connected to" in reconnect(
            browser, shop, there, consumer_key="", consumer_secret=""
        )

    @pytest.mark.parametrize("half", ["consumer_key", "consumer_secret", "allow_http"])
    def test_half_an_access_and_keys_in_clear_are_refused(
        self, browser: Client, shop: StoreConnection, there: FakeStore, half: str
    ) -> None:
        assert 'role="alert"' in reconnect(browser, shop, there, **{half: ""})
        assert shop.consumer_key == ""
        assert there.requests == []

    def test_with_keys_webhooks_are_registered_at_once_and_repaired_by_the_button(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        there.hooks.post = lambda *_: 200
        assert "4 webhooks are active" in reconnect(browser, shop, there)
        assert Activity.objects.filter(kind="webhooks", text__contains="registered").exists()
        there.hooks.rows[1].status = "disabled"
        there.hooks.rows[2].status = "paused"
        there.hooks.rows[3].secret = "odd"
        assert "order.created, order.updated switched on" in send(
            browser, shop, "register_webhooks"
        )
        assert {hook.status for hook in there.hooks.rows.values()} == {"active"}
        assert len({hook.secret for hook in there.hooks.rows.values()}) == 1
        assert len(there.hooks.rows) == 4
        assert str(shop.pk) in there.hooks.rows[1].delivery_url

    def test_where_the_plugin_is_paired_its_own_webhooks_are_enough(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        pulled.paired(shop, there)
        assert "Connected to" in reconnect(browser, shop, there)
        assert there.hooks.rows == {}

    def test_no_webhooks_are_registered_that_could_never_arrive(
        self, browser: Client, shop: StoreConnection, there: FakeStore, settings: LazySettings
    ) -> None:
        reconnect(browser, shop, there)
        there.hooks.rows.clear()
        settings.ALLOW_PRIVATE_STORES = []
        settings.PUBLIC_URL = "http://127.0.0.1:8000"
        assert "cannot deliver to http://127.0.0.1:8000" in send(browser, shop, "register_webhooks")
        assert there.hooks.rows == {}

    def test_keys_that_may_only_read_register_none(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        there.house.keys_may = "read"
        assert "webhooks cannot be registered" in reconnect(browser, shop, there)
        assert "may not do that" in send(browser, shop, "register_webhooks")

    def test_credentials_that_cannot_be_opened_are_told_and_are_no_accident(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        there.hooks.post = lambda *_: 200
        reconnect(browser, shop, there)
        StoreConnection.objects.update(secret="gAAAAABnot-a-token")
        shown = send(browser, shop, "register_webhooks")
        assert "The kept credentials cannot be opened." in shown


class TestPolling:
    def test_it_is_started_and_stopped(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        reconnect(browser, shop, there)
        send(browser, shop, "change_polling", do="start", interval="60")
        assert (Polling.objects.get().is_on, Polling.objects.get().interval_minutes) == (True, 60)
        assert "Choose an interval" in send(browser, shop, "change_polling", interval="7")
        send(browser, shop, "change_polling", do="stop")
        assert not Polling.objects.get().is_on

    def test_what_is_wrong_stands_on_the_page(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        reconnect(browser, shop, there)
        Polling.objects.update(problem="The store does not answer.")
        assert "The store does not answer." in page_of(browser, shop)


class TestBackfill:
    def test_it_is_begun_followed_paused_and_cancelled(
        self, browser: Client, shop: StoreConnection, there: FakeStore
    ) -> None:
        reconnect(browser, shop, there)
        load_history(there, 120, begin=datetime(2026, 11, 1, tzinfo=UTC))
        there.clock.at = pulled.now()
        send(browser, shop, "change_backfill", since="2026-10-01")
        row = Backfill.objects.get()
        assert row.made_by is not None
        backfill.run(row, seconds=0)
        page = page_of(browser, shop)
        assert "of about" in page
        assert "a minute" in page
        assert 'max="120"' in page
        assert "not finished" in send(browser, shop, "change_backfill", since="2026-10-01")
        send(browser, shop, "change_backfill", do="pause")
        assert Backfill.objects.get().state == BackfillState.PAUSED
        send(browser, shop, "change_backfill", do="resume")
        send(browser, shop, "change_backfill", do="cancel")
        assert Backfill.objects.get().state == BackfillState.CANCELLED

    def test_there_is_no_day_by_default(self, browser: Client, shop: StoreConnection) -> None:
        assert "Choose the day" in send(browser, shop, "change_backfill")
        assert not Backfill.objects.exists()
