"""A certificate in a real browser: made, watched to its end, followed to an order, taken away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from connections.models import StoreConnection
from ledger.models import Company, User
from sync import sweep
from sync.asking import polling
from sync.booking import pipeline
from sync.models import SweepRun, SweepState
from tests import pulled
from tests.browser.conftest import log_in
from tests.fakes.store import FakeStore, an_order
from tests.sync.sweep.sweeping import certified, run_to_the_end

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUDIT = (Path(__file__).parent / "audit.js").read_text()
SIZES = ({"width": 1280, "height": 900}, {"width": 390, "height": 800})


@pytest.fixture
def there(transactional_db: None) -> Iterator[FakeStore]:
    """The store itself."""
    with pulled.a_store() as there:
        yield there


@pytest.fixture
def shop(company: Company, there: FakeStore) -> StoreConnection:
    """Its connection, with two orders in the books."""
    shop = pulled.connected_to(there, company)
    for seed in (1, 2):
        there.life.place(an_order(seed))
    polling.poll(shop)
    pipeline.drain(shop.pk, patient=True)
    return shop


def address(site: str, shop: StoreConnection) -> str:
    return site + reverse("store_certificate", args=[shop.company_id, shop.pk])


def test_one_is_made_watched_followed_and_taken_away(
    page: Page, site: str, shop: StoreConnection, there: FakeStore
) -> None:
    new = there.life.place(an_order(3))
    page.goto(site + reverse("store", args=[shop.company_id, shop.pk]))
    page.get_by_role("link", name="Certificate", exact=True).click()
    expect(page.get_by_role("heading", name="No certificate yet")).to_be_visible()
    page.get_by_role("button", name="Make the certificate").click()
    expect(page.get_by_role("heading", name="A certificate is being made")).to_be_visible()
    run = SweepRun.objects.get()
    sweep.run(run, seconds=0, patient=True)
    expect(page.get_by_text("3 of about 3 orders read")).to_be_visible()
    assert page.evaluate(AUDIT) == []
    run_to_the_end(run)
    expect(page.get_by_text("Every order is in the books to the paisa").first).to_be_visible()
    assert page.evaluate(AUDIT) == []
    with page.expect_download() as taken:
        page.get_by_role("link", name="JSON").click()
    assert '"unexplained": "0.00"' in Path(taken.value.path()).read_text()
    pdf = page.get_by_role("link", name="PDF").get_attribute("href")
    assert page.request.get(f"{site}{pdf}").body().startswith(b"%PDF")
    page.get_by_role("link", name=f"#{new}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(new))


def test_one_is_stopped(page: Page, site: str, shop: StoreConnection) -> None:
    page.goto(address(site, shop))
    page.get_by_role("button", name="Make the certificate").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("was stopped and says nothing").first).to_be_visible()
    assert SweepRun.objects.get().state == SweepState.CANCELLED


@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_with_something_of_everything_is_readable(
    chrome: Browser,
    site: str,
    owner: User,
    shop: StoreConnection,
    there: FakeStore,
    size: dict[str, int],
    scheme: str,
) -> None:
    certified(shop)
    there.life.delete(1001)
    there.house.unreadable = {1002}
    for body, status in (
        (an_order(3), "processing"),
        ({**an_order(4), "currency": "USD"}, "processing"),
        (an_order(5), "on-hold"),
    ):
        there.life.place(body, status=status)
    certified(shop)
    context = chrome.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    page = context.new_page()
    log_in(page, site, owner.email)
    page.goto(address(site, shop))
    expect(page.get_by_text("1 order is missing in the books, or different.").first).to_be_visible()
    assert page.evaluate(AUDIT) == []
    for label in ("Repaired", "Excluded", "Waiting", "Missing"):
        page.get_by_label("Which orders").get_by_role("link", name=label).click()
        chosen = page.get_by_label("Which orders").locator("[aria-current]")
        expect(chosen).to_contain_text(label)
        assert page.evaluate(AUDIT) == []
    context.close()


def test_without_javascript_one_is_asked_for_and_read(
    chrome: Browser, site: str, owner: User, shop: StoreConnection
) -> None:
    context = chrome.new_context(java_script_enabled=False)
    context.set_default_timeout(10_000)
    page = context.new_page()
    log_in(page, site, owner.email)
    page.goto(address(site, shop))
    page.get_by_role("button", name="Make the certificate").click()
    run_to_the_end(SweepRun.objects.get())
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Every order is in the books to the paisa").first).to_be_visible()
    context.close()
