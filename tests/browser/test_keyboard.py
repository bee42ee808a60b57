"""The keys that Tally's users know."""

import re

import pytest
from playwright.sync_api import Page, expect

from connections.models import StoreConnection
from ledger.models import Company
from tests.stores import an_order, book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def booked(company: Company, store: StoreConnection) -> Company:
    """Two vouchers in the books."""
    book(store, an_order(501), an_order(502, "2000.00"))
    return company


@pytest.fixture
def day_book(booked: Company, page: Page, site: str) -> Page:
    """The day book of the month of the two."""
    page.goto(f"{site}/c/{booked.pk}/day-book/?date_from=2026-11-01&date_to=2026-11-30")
    return page


def test_arrows_move_the_row_and_enter_drills(day_book: Page) -> None:
    for key in ("ArrowDown", "ArrowDown", "ArrowDown"):  # the last one stays on the last row
        day_book.keyboard.press(key)
    expect(day_book.locator("tr.is-current")).to_contain_text("INV/26-27/00001")
    day_book.keyboard.press("ArrowUp")
    expect(day_book.locator("tr.is-current")).to_contain_text("INV/26-27/00002")
    day_book.keyboard.press("Enter")
    expect(day_book.get_by_role("heading", level=1)).to_contain_text("INV/26-27/00002")


def test_escape_goes_back(day_book: Page) -> None:
    day_book.keyboard.press("ArrowDown")
    day_book.keyboard.press("Enter")
    expect(day_book.get_by_role("article")).to_be_visible()
    day_book.keyboard.press("Escape")
    expect(day_book).to_have_url(re.compile("/day-book/"))


def test_slash_searches_and_escape_leaves_the_field(day_book: Page) -> None:
    day_book.keyboard.press("/")
    expect(day_book.get_by_role("searchbox")).to_be_focused()
    day_book.keyboard.press("Escape")
    expect(day_book.get_by_role("searchbox")).not_to_be_focused()
    day_book.keyboard.press("/")
    day_book.keyboard.type("501")
    day_book.keyboard.press("Enter")
    expect(day_book.get_by_role("heading", level=1)).to_contain_text("Order #501")


def test_f2_changes_the_period(day_book: Page) -> None:
    day_book.keyboard.press("F2")
    expect(day_book.get_by_label("From")).to_be_focused()


def test_question_mark_shows_the_keys(day_book: Page) -> None:
    day_book.keyboard.press("?")
    expect(day_book.get_by_role("dialog", name="Keys")).to_be_visible()
    day_book.keyboard.press("Escape")
    expect(day_book.get_by_role("dialog", name="Keys")).to_be_hidden()
    expect(day_book).to_have_url(re.compile("/day-book/"))


def test_the_first_tab_skips_to_the_page(day_book: Page) -> None:
    day_book.keyboard.press("Tab")
    expect(day_book.get_by_role("link", name="Skip to the page")).to_be_focused()
    day_book.keyboard.press("Enter")
    expect(day_book.locator("#main")).to_be_focused()


def test_the_theme_is_remembered(day_book: Page) -> None:
    day_book.get_by_role("button", name="Light or dark").click()
    theme = day_book.locator("html").get_attribute("data-theme")
    day_book.reload()
    assert day_book.locator("html").get_attribute("data-theme") == theme
