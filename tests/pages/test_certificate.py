"""The page of a store's completeness certificate, and what can be taken away of it."""

import io
import json
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connections.models import StoreConnection
from ledger.models import Company
from sync import sweep
from sync.asking import polling
from sync.booking import pipeline
from sync.certificate import certificates
from sync.certificate.certificate_paper import statement_of
from sync.models import SweepRun, SweepState
from sync.sweep import ending
from tests import pulled
from tests.fakes.store import FakeStore, an_order
from tests.sync.sweep.sweeping import begun, certified, run_to_the_end

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Iterator[FakeStore]:
    """The store itself, with two orders."""
    with pulled.a_store() as there:
        yield there


@pytest.fixture
def shop(company: Company, there: FakeStore) -> StoreConnection:
    """Its connection; both orders are booked."""
    shop = pulled.connected_to(there, company)
    for seed in (1, 2):
        there.life.place(an_order(seed))
    polling.poll(shop)
    pipeline.drain(shop.pk, patient=True)
    return shop


def address(shop: StoreConnection, name: str = "store_certificate", *more: object) -> str:
    return reverse(name, args=[shop.company_id, shop.pk, *more])


def page_of(browser: Client, shop: StoreConnection, query: str = "") -> str:
    return browser.get(f"{address(shop)}{query}").content.decode()


def test_without_one_it_says_when_one_is_made(browser: Client, shop: StoreConnection) -> None:
    page = page_of(browser, shop)
    assert "No certificate yet" in page
    assert "Make the certificate" in page
    first = sweep.usual_first(shop)
    assert f'value="{first:%Y-%m-%d}"' in page


def test_where_the_store_cannot_be_asked_it_says_what_is_missing(
    browser: Client, store: StoreConnection
) -> None:
    page = page_of(browser, store)
    assert "Enter REST keys" in page
    assert "Make the certificate" not in page
    answer = browser.post(address(store, "make_certificate"), follow=True)
    assert "cannot be asked" in answer.content.decode()
    assert not SweepRun.objects.exists()


def test_one_is_made_watched_and_read(
    browser: Client, shop: StoreConnection, there: FakeStore
) -> None:
    new = there.life.place(an_order(3))
    form = {"first": "", "last": "", "repairs": "on"}
    running = browser.post(address(shop, "make_certificate"), form, follow=True).content.decode()
    assert "A certificate is being made" in running
    assert 'hx-trigger="every 2s"' in running
    assert "Make the certificate" not in running
    run = SweepRun.objects.get()
    assert (run.made_by_id, run.repairs, run.insists) == (
        int(browser.session["_auth_user_id"]), True, False,
    )  # fmt: skip
    seen = certificates.newest(shop)
    assert seen is not None
    same = f"?seen={run.pk}-running-listing-0-0"
    part = browser.get(address(shop) + same, headers={"HX-Request": "true"})
    assert part.status_code == 204
    run_to_the_end(run)
    page = page_of(browser, shop)
    assert "Every order is in the books to the paisa" in page
    assert '<span class="pill good">Complete</span>' in page
    assert "1 repaired" in page
    assert "hx-trigger" not in page.partition('id="certificate"')[2].partition(">")[0]
    assert f">#{new}</a>" in page
    assert "It was never received." in page
    changed = browser.get(address(shop) + same, headers={"HX-Request": "true"})
    assert changed.status_code == 200
    assert b"<html" not in changed.content


def test_what_is_wrong_is_listed_with_links_to_the_orders(
    browser: Client, shop: StoreConnection, there: FakeStore
) -> None:
    there.house.unreadable = {1001}
    missing = there.life.place(an_order(3))
    waits = there.life.place({**an_order(4), "currency": "USD"})
    there.life.place(an_order(5), status="on-hold")
    certified(shop, repairs=False)
    page = page_of(browser, shop)
    assert "Not complete" in page
    assert "Nothing was repaired: it only looked." in page
    assert "3 orders are missing in the books, or different." in page
    assert f'href="{address(shop, "order", 1001)}"' in page
    assert f"#{missing}" in page
    assert address(shop, "order", missing) not in page  # the books have never heard of it
    assert "excluded by <code>draft</code>: Kept as a draft" in page
    certified(shop)
    waiting = page_of(browser, shop, "?show=waiting")
    assert "exchange rate" in waiting
    assert f'href="{address(shop, "order", waits)}"' in waiting
    assert "Kept as a draft" in page_of(browser, shop, "?show=excluded")


def test_green_is_for_nothing_but_no_difference_at_all(
    browser: Client, shop: StoreConnection, there: FakeStore
) -> None:
    there.life.place({**an_order(4), "currency": "USD"})
    certified(shop)
    page = page_of(browser, shop)
    assert '<span class="pill warn">Complete, some wait</span>' in page
    assert "1 order waits with a reason" in page
    assert "₹0.00 without the orders that wait" in page


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_one_that_did_not_finish_never_looks_like_one(
    browser: Client, shop: StoreConnection, state: str
) -> None:
    run = begun(shop)
    end = ending.fail if state == "failed" else ending.cancel
    end(run, "The store is away.", now=timezone.now())
    page = page_of(browser, shop)
    assert "and says nothing. The store is away." in page
    assert "0.00" not in page
    assert browser.get(address(shop, "certificate_json", run.pk)).status_code == 404
    texts = statement_of(certificates.Shown(SweepRun.objects.get())).as_texts()
    assert (texts["figures"], texts["tables"]) == ([], [])
    assert "The store is away." in texts["verdict"]
    assert browser.get(address(shop, "certificate_pdf", run.pk)).content.startswith(b"%PDF")


def test_after_a_failed_one_the_last_certificate_still_stands_with_a_word_on_it(
    browser: Client, shop: StoreConnection
) -> None:
    certified(shop)
    ending.fail(begun(shop), "The store is away.", now=timezone.now())
    page = page_of(browser, shop)
    assert "is no certificate. This certificate could not be finished" in page
    assert "Every order is in the books" in page


def test_it_can_be_stopped(browser: Client, shop: StoreConnection) -> None:
    begun(shop)
    page = browser.post(address(shop, "stop_certificate"), follow=True).content.decode()
    assert SweepRun.objects.get().state == SweepState.CANCELLED
    assert "was stopped and says nothing" in page
    again = browser.post(address(shop, "stop_certificate"), follow=True).content.decode()
    assert "No certificate is being made." in again


def test_a_second_one_at_once_and_a_period_without_days_are_refused_in_words(
    browser: Client, shop: StoreConnection
) -> None:
    wrong = {"first": "2026-11-02", "last": "2026-11-01"}
    page = browser.post(address(shop, "make_certificate"), wrong, follow=True).content.decode()
    assert "The period ends before it begins." in page
    nonsense = {"first": "soon"}
    page = browser.post(address(shop, "make_certificate"), nonsense, follow=True).content.decode()
    assert "Enter a valid date." in page
    assert not SweepRun.objects.exists()
    begun(shop)
    page = browser.post(address(shop, "make_certificate"), {}, follow=True).content.decode()
    assert "is being made already" in page


def test_to_reverse_very_many_is_offered_only_after_they_were_held_back(
    browser: Client, shop: StoreConnection, there: FakeStore
) -> None:
    assert 'name="insists"' not in page_of(browser, shop)
    placed = [there.life.place(an_order(seed)) for seed in range(30)]
    certified(shop)
    for order in placed:
        there.life.delete(order)
    certified(shop)
    page = page_of(browser, shop)
    assert 'name="insists"' in page
    assert "a person must agree" in page
    form = {"repairs": "on", "insists": "on"}
    browser.post(address(shop, "make_certificate"), form)
    run_to_the_end(SweepRun.objects.get(state="running"))
    assert len(pulled.booked(shop)) == 2


class TestTakenAway:
    @pytest.fixture
    def run(self, shop: StoreConnection, there: FakeStore) -> SweepRun:
        """A certificate with something of everything."""
        there.life.delete(1001)
        there.life.place(an_order(3))
        there.life.place({**an_order(4), "currency": "USD"})
        there.life.place(an_order(5), status="on-hold")
        return certified(shop, first=date(2026, 1, 1))

    def test_json(self, browser: Client, shop: StoreConnection, run: SweepRun) -> None:
        answer = browser.get(address(shop, "certificate_json", run.pk))
        assert answer["Content-Disposition"].startswith("attachment")
        told = json.loads(answer.content)
        assert told == certificates.document(run)
        assert told["counts"] == {
            "booked": 2, "excluded": 2, "waiting": 1, "missing": 0, "different": 0,
        }  # fmt: skip
        assert told["excluded"] == {"cancelled": 1, "draft": 1}
        assert (told["from"], told["to"], told["unexplained"]) == ("2026-01-01", None, "0.00")
        assert {each["was"] for each in told["repaired"]} == {"different", "missing"}

    def test_pdf(self, browser: Client, shop: StoreConnection, run: SweepRun) -> None:
        answer = browser.get(address(shop, "certificate_pdf", run.pk))
        assert answer["Content-Type"] == "application/pdf"
        assert io.BytesIO(answer.content).read(5) == b"%PDF-"
        texts = statement_of(certificates.Shown(run)).as_texts()
        headings = [each["heading"] for each in texts["tables"]]
        assert headings == [
            "By status in the store", "Excluded by rule", "To look at",
            "Repaired by this sweep", "By day of order",
        ]  # fmt: skip
        facts = dict(texts["facts"])
        assert facts["Orders created"] == "since 1 Jan 2026"
        foot = texts["tables"][0]["foot"]
        assert foot[:6] == ["All", "2", "2", "1", "0", "0"]

    def test_the_same_certificate_gives_the_same_bytes(
        self, browser: Client, shop: StoreConnection, run: SweepRun
    ) -> None:
        pdf = address(shop, "certificate_pdf", run.pk)
        assert browser.get(pdf).content == browser.get(pdf).content


class TestWhoMay:
    def test_a_viewer_reads_and_makes_none(
        self, viewer: Client, browser: Client, shop: StoreConnection
    ) -> None:
        run = certified(shop)
        for name, more in (
            ("store_certificate", ()),
            ("certificate", (run.pk,)),
            ("certificate_json", (run.pk,)),
            ("certificate_pdf", (run.pk,)),
        ):
            assert viewer.get(address(shop, name, *more)).status_code == 200, name
        assert "Make the certificate" not in page_of(viewer, shop)
        assert viewer.post(address(shop, "make_certificate")).status_code == 403
        begun(shop)
        assert viewer.post(address(shop, "stop_certificate")).status_code == 403
        assert ">Stop</button>" not in page_of(viewer, shop)
        assert ">Stop</button>" in page_of(browser, shop)

    def test_a_stranger_finds_nothing(self, stranger: Client, shop: StoreConnection) -> None:
        run = certified(shop)
        for name, more in (
            ("store_certificate", ()),
            ("certificate", (run.pk,)),
            ("certificate_json", (run.pk,)),
            ("certificate_pdf", (run.pk,)),
        ):
            assert stranger.get(address(shop, name, *more)).status_code == 404, name
        for name in ("make_certificate", "stop_certificate"):
            assert stranger.post(address(shop, name)).status_code == 404, name

    def test_another_stores_certificate_is_not_shown_under_this_one(
        self, browser: Client, shop: StoreConnection, store: StoreConnection
    ) -> None:
        run = certified(shop)
        for name in ("certificate", "certificate_json", "certificate_pdf"):
            assert browser.get(address(store, name, run.pk)).status_code == 404


def test_what_could_not_be_repaired_is_one_click_away_on_home(
    browser: Client, shop: StoreConnection, there: FakeStore
) -> None:
    there.house.unreadable = {1001}
    certified(shop)
    home = browser.get(reverse("home", args=[shop.company_id])).content.decode()
    assert "1 order does not agree with the store." in home
    assert f'href="{address(shop)}"' in home
