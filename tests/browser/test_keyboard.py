"""The keys that Tally's users know."""

import re
from pathlib import Path

import pytest
from django.conf import settings
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


NAMES = {"↑": "ArrowUp", "↓": "ArrowDown", "Esc": "Escape", "Space": " ", "Ctrl": "Control",
         "Page ↑": "PageUp", "Page ↓": "PageDown"}  # fmt: skip
TEMPLATES = Path(settings.BASE_DIR) / "templates"


def test_the_list_of_keys_is_complete_and_true(day_book: Page) -> None:
    shown = {
        NAMES.get(key, key).lower() for key in day_book.locator("#keys kbd").all_text_contents()
    }
    bound = set(day_book.evaluate("Object.keys(KEYS)"))
    places = day_book.locator("[data-go]").evaluate_all("all => all.map((a) => a.dataset.go)")
    on_pages = set(re.findall(r'data-key="(F\d)"', "".join(_templates())))
    of_entry = {"Control", "Enter", "Escape"}
    assert shown == {key.lower() for key in bound | set(places) | on_pages | of_entry}


def _templates() -> list[str]:
    return [each.read_text() for each in TEMPLATES.rglob("*.html")]


def test_g_and_a_letter_go_to_every_place_of_the_menu(day_book: Page) -> None:
    links = day_book.get_by_role("navigation", name="Main").get_by_role("link")
    places = links.evaluate_all("all => all.map((a) => [a.dataset.go, a.href])")
    assert len(places) >= 5
    for letter, address in places:
        day_book.keyboard.press("g")
        day_book.keyboard.press(letter)
        expect(day_book).to_have_url(address)


def test_letters_can_be_switched_off_and_arrows_stay(day_book: Page) -> None:
    day_book.keyboard.press("?")
    day_book.get_by_label("Keys of a single letter or sign").uncheck()
    day_book.reload()
    day_book.keyboard.press("?")
    day_book.keyboard.press("/")
    expect(day_book.get_by_role("searchbox")).not_to_be_focused()
    expect(day_book.get_by_role("dialog", name="Keys")).to_be_hidden()
    day_book.keyboard.press("ArrowDown")
    expect(day_book.locator("tr.is-current")).to_be_visible()


def test_the_first_and_the_last_row_are_a_key_away(day_book: Page) -> None:
    day_book.keyboard.press("End")
    expect(day_book.locator("tr.is-current")).to_contain_text("INV/26-27/00001")
    day_book.keyboard.press("Home")
    expect(day_book.locator("tr.is-current")).to_contain_text("INV/26-27/00002")
