"""Every page, wide and narrow, light and dark: readable, named, no wider than the window."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from connections import lifecycle
from connections.models import StoreConnection
from ledger.core.documents import VoucherType
from ledger.models import Account, Company, Membership, User, Voucher
from ledger.papers.typesetting import Copy
from ledger.period_lock import lock_until
from ledger.posting import AccountAmount, Journal, post_journal
from sync.downloads import ask_for_documents
from sync.models import OrderDraft
from tests.browser.conftest import log_in
from tests.factories import NOW, TODAY, a_user
from tests.plugin import Plugin
from tests.stores import an_order, book
from tests.sync.skus.files import applied, items, previewed, sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUDIT = (Path(__file__).parent / "audit.js").read_text()
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 800}
CODE = re.compile("[A-Z2-9]{8}")
SKU_LISTS = ("unmapped", "mapped", "imports")
NOVEMBER = "?date_from=2026-11-01&date_to=2026-11-30"


@pytest.fixture
def full(company: Company, store: StoreConnection, owner: User) -> list[str]:
    """The addresses of all pages of a company that has something of everything."""
    refunds = [{"id": 9, "total": "-118.00"}]
    book(store, an_order(501), an_order(502, status="on-hold"), an_order(503, currency="USD"))
    book(store, an_order(501, modified="2026-11-19T06:00:00", refunds=refunds))
    book(store, an_order(504, total="1190.00"), an_order(505, value="12345678.00", state="KA"))
    broken = an_order(506)
    del broken["date_created_gmt"], broken["date_modified_gmt"]
    book(store, broken)
    of_company = [
        "all_orders",
        "all_waiting",
        "drafts",
        "home",
        "stores",
        "reports",
        "connect_store",
        "search",
        "document_details",
    ]
    november = ["day_book", "sales_register", "profit_and_loss"]
    of_store = ["store", "store_orders", "store_waiting", "store_deliveries", "store_options"]
    of_store.append("store_asking")
    account = Account.objects.filter(company=company, entries__isnull=False)[0]
    lock_until(company, date(2026, 10, 31), reason="GSTR-1 filed")
    book(store, an_order(507, created="2026-10-18T06:00:00"))
    receipt = _a_receipt(company)
    settings = ["edit_log", "period_lock", "late_documents"]
    kinds = ["receipt", "payment", "journal"]
    return [
        *(reverse(name, args=[company.pk]) for name in of_company),
        *(reverse(name, args=[company.pk, store.pk]) for name in of_store),
        *(reverse("order", args=[company.pk, store.pk, each]) for each in (501, 502, 504)),
        *(reverse("voucher", args=[company.pk, each.pk]) for each in Voucher.objects.all()),
        reverse("draft", args=[company.pk, OrderDraft.objects.get().draft_id]),
        reverse("account", args=[company.pk, account.pk]),
        *(reverse(name, args=[company.pk]) + NOVEMBER for name in november),
        reverse("sales_register", args=[company.pk]) + NOVEMBER + "&hsn=none&type=sales",
        reverse("download", args=[company.pk, _a_download(company)]),
        reverse("search", args=[company.pk]) + "?q=asha",
        *(reverse(name, args=[company.pk]) for name in settings),
        *(reverse("enter_voucher", args=[company.pk, kind]) for kind in kinds),
        reverse("enter_voucher", args=[company.pk, "receipt"]) + f"?account={account.pk}",
        reverse("reverse_voucher", args=[company.pk, receipt.pk]),
        reverse("store_taxes", args=[company.pk, store.pk]),
        "/c/999999/",
        *_skus(store, owner),
    ]


def _skus(store: StoreConnection, owner: User) -> list[str]:
    """The pages of the SKU mapping, with an import that is applied and one that is a preview."""
    items(store.company, "CUP", "POT")
    done = applied(store, sheet("TEE,CUP", "MUG,CUP"), owner)
    made = previewed(store, sheet("TEE,CUP", "MUG,POT", "PAN,POT", "LAMP,LID", '"open'), owner)
    ids = [store.company_id, store.pk]
    lists = [f"{reverse('store_skus', args=ids)}?show={each}" for each in SKU_LISTS]
    return [
        *lists,
        reverse("import_skus", args=ids),
        *(reverse("sku_import", args=[*ids, each.pk]) for each in (done, made)),
        reverse("choose_item", args=ids) + "?sku=SHIRT-B&item=c",
        reverse("create_item", args=ids) + "?sku=SHIRT-B",
    ]


def _a_receipt(company: Company) -> Voucher:
    """A receipt of 25 rupees that the owner entered."""
    bank, charges = (company.accounts.get(code=code) for code in ("1110", "5310"))
    entries = [
        AccountAmount(bank, Decimal(25), Decimal(0)),
        AccountAmount(charges, Decimal(0), Decimal(25)),
    ]
    journal = Journal(VoucherType.RECEIPT, "hand/1", TODAY, "Pay-out", entries)
    with transaction.atomic():
        result = post_journal(company, journal, posted_at=NOW, posted_by=a_user())
    return Voucher.objects.get(pk=result.id)


def _a_download(company: Company) -> int:
    """A file that waits for the worker."""
    owner = Membership.objects.get(company=company, role="owner").user
    asked = ask_for_documents(company, owner, [1, 2], copy=Copy.ORIGINAL, now=timezone.now())
    return asked.pk


@pytest.fixture
def empty(company: Company) -> list[str]:
    """The addresses of a company that has only just been founded."""
    pages = ("home", "stores", "day_book", "reports", "period_lock", "late_documents", "edit_log")
    names = (*pages, "sales_register", "profit_and_loss")
    return [reverse(name, args=[company.pk]) for name in names]


@pytest.fixture(params=["light wide", "light narrow", "dark wide", "dark narrow"])
def view(
    request: pytest.FixtureRequest, chrome: Browser, site: str, owner: User, company: Company
) -> Iterator[Page]:
    """A window of one size in one colour scheme, the owner logged in."""
    scheme, width = request.param.split()
    size = WIDE if width == "wide" else NARROW
    context = chrome.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}/login/")
    assert page.evaluate(AUDIT) == []
    log_in(page, site, owner.email)
    yield page
    context.close()


def test_full_pages_are_readable(view: Page, site: str, full: list[str]) -> None:
    assert _wrong(view, site, full) == {}


def test_a_stores_page_is_readable_at_each_step_of_pairing(
    view: Page, site: str, company: Company, store: StoreConnection
) -> None:
    page = site + reverse("store", args=[company.pk, store.pk])
    found = []
    view.goto(page)
    found += view.evaluate(AUDIT)
    view.get_by_role("button", name="Generate pairing code").click()
    code = view.get_by_label("Pairing code for the plugin")
    expect(code).to_have_value(CODE)
    found += view.evaluate(AUDIT)
    plugin = Plugin()
    plugin.pair(code.input_value())
    plugin.signed(
        "status",
        {
            "waiting": 3,
            "paused": ["order.updated"],
            "sent_at": "2026-01-01T00:00:00Z",
            "plugin_version": "0.0.1",
        },
    )
    view.goto(page)
    view.get_by_text("Pair again", exact=True).click()
    expect(view.get_by_role("button", name="Generate pairing code")).to_be_visible()
    found += view.evaluate(AUDIT)
    lifecycle.unpair(store)
    view.goto(page)
    found += view.evaluate(AUDIT)
    assert found == []


def test_empty_pages_are_readable(view: Page, site: str, empty: list[str]) -> None:
    assert _wrong(view, site, empty) == {}


def _wrong(page: Page, site: str, addresses: list[str]) -> dict[str, list[str]]:
    """What the audit finds, by address."""
    found = {}
    for address in addresses:
        page.goto(f"{site}{address}")
        found[address] = page.evaluate(AUDIT)
    return {address: wrong for address, wrong in found.items() if wrong}


def test_without_javascript_a_store_is_connected_and_an_answer_given(
    chrome: Browser, site: str, owner: User, company: Company, full: list[str]
) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, site, owner.email)
    page.get_by_role("link", name="E-Commerce").click()
    page.get_by_role("link", name="Connect store").click()
    page.get_by_label("Display name").fill("Second store")
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("button", name="Generate pairing code").click()
    expect(page.get_by_label("Pairing code for the plugin")).to_have_value(CODE)
    page.reload()
    expect(page.get_by_label("Pairing code for the plugin")).to_have_value(CODE)
    page.get_by_role("button", name="Make a new secret").click()
    expect(page.locator("#webhook-secret")).to_have_value(
        r := page.locator("#webhook-secret").input_value()
    )
    assert len(r) >= 32
    page.goto(site + next(each for each in full if each.endswith("/orders/504/")))
    page.get_by_role("button", name="Book the tax as charged").click()
    expect(page.get_by_role("status")).to_contain_text("goes on with your answer")
    context.close()
