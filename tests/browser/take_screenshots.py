"""Take the pictures of docs/images from a running demo.

    python -m tests.browser.take_screenshots http://127.0.0.1:8000 E-MAIL PASSWORD

The demo store should have sent all its orders (half a minute after `make run`).
"""

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "images"
WIDE = {"width": 1280, "height": 800}
BY_ADDRESS = {
    "receipt": "vouchers/new/receipt/",
    "edit-log": "settings/edit-log/",
}
NARROW = {"width": 390, "height": 780}
MAPPINGS = (
    "Store SKU,Item SKU",
    "LAMP-BRASS,LMP-BR",
    "KETTLE-1500,KET-15",
    "copper-bottle,BOT-CU",
    "JAR-SET,JAR-40",
    "8.90123E+12,MIX-750",
)


def main() -> int:
    """Log in wide and narrow, light and dark, and take a picture of each page that matters."""
    site, email, password = sys.argv[1:]
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = _logged_in(browser, site, email, password, size=WIDE, scheme="light")
        _tour(page)
        page = _logged_in(browser, site, email, password, size=WIDE, scheme="dark")
        _take(page, "home-dark")
        page = _logged_in(browser, site, email, password, size=NARROW, scheme="light")
        _open(page, "Day book")
        _take(page, "day-book-narrow")
        browser.close()
    return 0


def _logged_in(
    browser: Browser, site: str, email: str, password: str, *, size: dict[str, int], scheme: str
) -> Page:
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile(r"/c/\d+/$"))
    return page


def _tour(page: Page) -> None:
    _take(page, "home")
    _open(page, "Day book")
    _take(page, "day-book")
    page.get_by_role("link", name=re.compile("^CN.")).first.click()
    page.get_by_role("article").wait_for()
    _take(page, "voucher")
    page.get_by_role("link", name=re.compile("^Order #")).click()
    page.get_by_role("heading", name="Its life").wait_for()
    _take(page, "order")
    _tour_of_reports(page)
    _open(page, "E-Commerce")
    page.locator("tr[data-href] th a").first.click()
    page.get_by_role("heading", name="Recent activity from your store").wait_for()
    _take(page, "store")
    page.get_by_role("link", name="Waiting").click()
    page.wait_for_url(re.compile("/waiting/"))
    _take(page, "waiting")
    _tour_of_skus(page)
    company = page.url[: re.match(r".*?/c/\d+/", page.url).end()]  # type: ignore[union-attr]
    for name, address in BY_ADDRESS.items():
        page.goto(f"{company}{address}")
        _take(page, name)


def _tour_of_reports(page: Page) -> None:
    _open(page, "Reports", "Trial balance")
    _take(page, "trial-balance")
    for report, name in (
        ("Profit and loss", "profit-and-loss"),
        ("Sales register", "sales-register"),
    ):
        page.get_by_role("navigation", name="Reports").get_by_role("link", name=report).click()
        page.get_by_role("heading", level=1, name=report).wait_for()
        _take(page, name)


def _tour_of_skus(page: Page) -> None:
    page.get_by_role("link", name="SKU mapping").click()
    page.get_by_role("heading", name="Unmapped SKUs").wait_for()
    _take(page, "sku-mapping")
    page.get_by_role("link", name="Bulk import via CSV").click()
    page.get_by_label("CSV file").set_input_files(
        {"name": "mappings.csv", "mimeType": "text/csv", "buffer": "\n".join(MAPPINGS).encode()}
    )
    page.get_by_role("button", name="Upload and preview").click()
    page.get_by_role("button", name="Apply 3 rows").wait_for()
    _take(page, "sku-import")
    page.get_by_role("button", name="Discard").click()


def _open(page: Page, name: str, title: str = "") -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()
    page.get_by_role("heading", level=1, name=title or name).wait_for()


def _take(page: Page, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    sys.exit(main())
