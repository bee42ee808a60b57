"""`make screenshots`: every page of a demo, wide and light, narrow and dark, into docs/screenshots.

A demo of its own runs meanwhile. The pages come from the URLs: a new one is taken without a word
here. `TITLES` says what stands under a picture, `MORE` adds pages with a question behind the
address, `ids()` has one of everything that addresses name.
"""

import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import APIResponse, Browser, Page, sync_playwright

if TYPE_CHECKING:
    from connections.models import StoreConnection
    from ledger.models import Company, User

PROJECT = Path(__file__).resolve().parent.parent.parent
FOLDER = PROJECT / "docs" / "screenshots"
PORT = "8137"
SITE = f"http://127.0.0.1:{PORT}"
PATIENCE = 240.0
MOST_BYTES = 6_000_000
QUIET = "is quiet now"
WAYS = {
    "wide": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "narrow": {"viewport": {"width": 390, "height": 780}, "color_scheme": "dark"},
}
TITLES = {
    "home": "Home: figures, the last 30 days, the stores' health, what needs you",
    "store": "A store: plugin, live activity, webhooks",
    "order": "The life of an order",
    "voucher": "A voucher, where it hangs, and the store beside the books",
    "store_waiting": "What waits, each order with what solves it",
    "store_skus": "SKUs without an item, each with the field that maps it",
    "sku_import": "What a CSV file would change, and which rows are wrong",
    "reports": "Trial balance",
    "enter_voucher": "A new receipt",
    "customers": "Customers, by e-mail address",
    "customer": "A customer with his statement",
    "duplicates": "Customers who are likely one",
    "item": "An item, what is left of it, and its rates",
    "not_there": "A page that does not exist",
    "staff": "The admin for staff",
}
MORE = {
    "search_results": "/c/{company_id}/search/?q=Imran",
    "day_book_credit_notes": "/c/{company_id}/day-book/?type=credit_note",
    "not_there": "/c/{company_id}/nowhere/",
    "staff": "/admin/",
    "staff_orders": "/admin/sync/order/",
    "staff_voucher": "/admin/ledger/voucher/{voucher_id}/change/",
}
OUTSIDE = {"login": "/login/"}
"""Pages for those who are not logged in."""
ALSO = ("profile", "password", "two_factor", "sessions")
NOT_TAKEN = {
    "item_options",
    "account_choices",
    "party_choices",
    "connect_store",
    "plugin_card",
    "keys_come_back",
}
"""Parts of pages, and what opens as a dialog."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A page to take: the name of its files, and its address."""

    name: str
    address: str

    @property
    def title(self) -> str:
        """What stands under the picture."""
        return TITLES.get(self.name, self.name.replace("_", " ").capitalize())


def main() -> int:
    """Run a demo, take the pictures, write the gallery; 1 where they have grown too large."""
    with tempfile.TemporaryDirectory(prefix="cf-shots-") as folder, _demo(folder) as password:
        shots = _shots(password)
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob("*.webp"):
            old.unlink()
        with sync_playwright() as driver:
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            taken = [shot for shot in shots if _is_taken(browser, shot, password)]
            browser.close()
    _write_gallery(taken)
    size = sum(each.stat().st_size for each in FOLDER.glob("*.webp"))
    _say(f"{len(taken)} pages, {size / 1e6:.1f} MB in {FOLDER.relative_to(PROJECT)}")
    return int(size > MOST_BYTES)


@contextmanager
def _demo(folder: str) -> Iterator[str]:
    """Run everything with the demo store, until it has told all; gives its password."""
    os.environ |= {
        "VAR_DIR": folder, "PORT": PORT, "DEMO": "1", "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "config.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }  # fmt: skip
    log = Path(folder) / "demo.log"
    with log.open("w") as out:
        running = subprocess.Popen([sys.executable, "-m", "config.run"], cwd=PROJECT, stdout=out)
    try:
        deadline = time.monotonic() + PATIENCE
        while QUIET not in log.read_text():
            if running.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The demo does not come up: {log.read_text()[-500:]}")
            time.sleep(0.5)
        yield (Path(folder) / "secrets" / "demo-password").read_text().strip()
    finally:
        running.terminate()
        running.wait(60)


def _shots(password: str) -> list[Shot]:
    """All pages, in the order of the URLs; what cannot be addressed is named."""
    import django

    django.setup()
    from tests.walk.routes import Route
    from tests.walk.routes import routes as all_routes

    known = ids()

    def is_page(route: Route) -> bool:
        ours = "company_id" in route.parameters or route.name in ALSO
        return ours and route.name not in NOT_TAKEN and "." not in route.path

    routes = [route for route in all_routes() if is_page(route)]
    for route in routes:
        if missing := [each for each in route.things if each not in known]:
            _say(f"Left out: {route.name}, for want of a {missing[0]} in ids().")
    shots = [
        Shot(route.name, route.address(known))
        for route in routes
        if all(each in known for each in route.things)
    ]
    more = [Shot(name, address.format(**known)) for name, address in MORE.items()]
    return [*(Shot(name, address) for name, address in OUTSIDE.items()), *shots, *more]


def ids() -> dict[str, Any]:
    """One of everything that the demo has, chosen to be worth looking at."""
    from django.utils import timezone

    from connections.models import StoreConnection
    from ledger.models import Account, Membership, User, Voucher
    from ledger.papers.typesetting import Copy
    from sync.books.downloads import ask_for_documents
    from sync.models import OrderDocument, OrderDraft
    from tests.sync.skus.files import previewed, sheet

    store = StoreConnection.objects.get()
    company, owner = store.company, User.objects.get()
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    note = Voucher.objects.filter(against__isnull=False).latest("id")
    now = timezone.now()
    file = sheet("LAMP-BRASS,LMP-BR", "KETTLE-1500,KET-15", "copper-bottle,BOT-CU", "8.9E+12,MIX")
    found = {
        "company_id": company.pk,
        "connection_id": store.pk,
        "voucher_id": note.pk,
        "order_id": OrderDocument.objects.get(voucher=note).order_id,
        "account_id": Account.objects.filter(entries__isnull=False).latest("code").pk,
        "membership_id": Membership.objects.get().pk,
        "import_id": previewed(store, file, owner).pk,
        "kind": "receipt",
        "download_id": ask_for_documents(company, owner, [note.pk], copy=Copy.ORIGINAL, now=now).pk,
    }
    if draft := OrderDraft.objects.first():
        found["draft_id"] = draft.draft_id
    return found | _of_items(company, owner, now) | _of_customers(store, now)


def _of_items(company: "Company", owner: "User", now: datetime) -> dict[str, int]:
    """An item that was sold, with what is left of it."""
    from uuid import uuid4

    from ledger.models import Item, StockKind, VoucherLine
    from ledger.stock import Movement
    from sync.items import stock_entry

    sold = VoucherLine.objects.filter(company=company, item__isnull=False).values("item")
    item = Item.objects.filter(pk__in=sold, is_service=False).earliest("sku")
    begin = now.date() - timedelta(days=20)
    opening = Movement(StockKind.OPENING, Decimal(60), begin, "Counted", uuid4())
    receipt = Movement(StockKind.RECEIPT, Decimal(24), now.date(), "Bill 118", uuid4())
    for movement in (opening, receipt):
        stock_entry.enter(item, movement, by=owner, at=now)
    return {"item_id": item.pk}


def _of_customers(store: "StoreConnection", now: datetime) -> dict[str, int]:
    """The demo's buyers as customers, by addresses that are nobody's; one of them twice."""
    from connections.models import StoreConnection
    from ledger.models import Party
    from sync.core.people import Person
    from sync.customers import following
    from sync.models import Customer, OrderDocument

    StoreConnection.objects.filter(pk=store.pk).update(share_contact_details=True)
    sales = OrderDocument.objects.filter(connection=store, kind="sale").select_related("voucher")
    told = {
        each.order_id: Person(
            email=f"{each.voucher.buyer_name.lower().replace(' ', '.')}@example.com",
            name=each.voucher.buyer_name,
            phone="+91 98000 00017",
            told_at=now,
        )
        for each in sales
        if each.voucher.buyer_name
    }
    following.keep_buyers(store, told, now)
    party = Party.objects.filter(company=store.company, is_pseudo=False).earliest("pk")
    known, other = Customer.objects.filter(company=store.company).order_by("pk")[:2]
    return {"party_id": party.pk, "customer_id": known.pk, "other_id": other.pk}


def _is_taken(browser: Browser, shot: Shot, password: str) -> bool:
    """Take both pictures; what is no page (a form's address, a file) is none."""
    for way in WAYS:
        page = _page(browser, way, password, is_outside=shot.name in OUTSIDE)
        if not _is_page(page.request.get(f"{SITE}{shot.address}"), shot):
            return False
        page.goto(f"{SITE}{shot.address}", wait_until="load")
        page.wait_for_timeout(150)  # a chart and the fonts have settled by then
        picture = page.screenshot(animations="disabled")
        (FOLDER / f"{shot.name}-{way}.webp").write_bytes(_compressed(browser, picture))
    return True


def _compressed(browser: Browser, png: bytes) -> bytes:
    """The picture as WebP, half the size; the browser has the encoder."""
    page = browser.new_page()
    given = base64.b64encode(png).decode()
    made = page.evaluate(_TO_WEBP, given)
    page.close()
    return base64.b64decode(made.partition(",")[2])


_TO_WEBP = """async (png) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.85);
}"""


def _is_page(answer: APIResponse, shot: Shot) -> bool:
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return is_html and (answer.ok or shot.name == "not_there")


_pages: dict[tuple[str, bool], Page] = {}


def _page(browser: Browser, way: str, password: str, *, is_outside: bool) -> Page:
    """A window that is logged in, or not; opened once for each way to look."""
    key = way, is_outside
    if key not in _pages:
        page = browser.new_context(**WAYS[way]).new_page()  # type: ignore[arg-type]
        _pages[key] = page if is_outside else _logged_in(page, password)
    return _pages[key]


def _logged_in(page: Page, password: str) -> Page:
    from sync.demo.stage import EMAIL

    page.goto(f"{SITE}/login/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile(r"/c/\d+/$"))
    return page


def _write_gallery(taken: list[Shot]) -> None:
    lines = [
        "# Every page", "",
        "Taken by `make screenshots` from the demo: 1280 wide and light, 390 wide and dark.", "",
        "| | wide | narrow |", "|---|---|---|",
    ]  # fmt: skip
    for shot in taken:
        wide, narrow = (f"![{shot.title}, {way}]({shot.name}-{way}.webp)" for way in WAYS)
        lines.append(f"| {shot.title} | {wide} | {narrow} |")
    (FOLDER / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
