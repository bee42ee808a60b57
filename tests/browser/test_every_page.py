"""Every page, wide and narrow, light and dark: readable, named, no wider than the window."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fnmatch import fnmatch

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from connections import lifecycle
from connections.models import StoreConnection, UnmappedSku
from ledger.core.documents import VoucherType
from ledger.models import (
    Account,
    Company,
    Item,
    ItemRate,
    Membership,
    Party,
    User,
    Voucher,
)
from ledger.papers.typesetting import Copy
from ledger.period_lock import lock_until
from ledger.posting import AccountAmount, Journal, post_journal
from sync.booking import pipeline
from sync.books.downloads import ask_for_documents
from sync.customers import merging
from sync.models import (
    Customer,
    CustomerLook,
    Delivery,
    ErrandState,
    LookedCustomer,
    Order,
    OrderDraft,
)
from sync.orders.waiting import left_out
from sync.orders.waiting.bulk_retry import retry_together
from tests.browser.accessibility import expect_faultless, refusals
from tests.browser.conftest import log_in
from tests.customers import an_order_of
from tests.factories import NOW, TODAY, a_user
from tests.imports import an_import
from tests.plugin import Plugin
from tests.stores import an_order, book
from tests.sync.skus.files import applied, items, previewed, sheet
from tests.sync.stock.conftest import cups, entered_by
from tests.sync.test_answers import two_lines

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 800}
CODE = re.compile("[A-Z2-9]{8}")
SKU_LISTS = ("unmapped", "mapped", "imports")
OPEN_ALL = (
    "() => { for (const each of document.querySelectorAll('main details')) each.open = true }"
)
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
    of_store += ["store_asking", "store_certificate"]
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
        *_imports(store, owner),
        *_solving(store, owner),
        *_skus(store, owner),
        *_items(company, owner),
        *_held(store),
        *_customers(store, owner),
    ]


def _held(store: StoreConnection) -> list[str]:
    """An order that is held for want of stock, among the drafts and by itself."""
    StoreConnection.objects.filter(pk=store.pk).update(hold_short_of_stock=True)
    book(store, cups(950, 4))
    held = OrderDraft.objects.get(connection=store, order_id=950)
    return [
        reverse("drafts", args=[store.company_id]) + "?reason=short_of_stock",
        reverse("draft", args=[store.company_id, held.draft_id]),
    ]


def _items(company: Company, owner: User) -> list[str]:
    """The pages of the items: the list, one that is mapped, the forms."""
    cup = Item.objects.get(company=company, sku="CUP")
    ItemRate.objects.create(company=company, item=cup, rate=5, valid_from=date(2099, 4, 1))
    entered_by(owner, cup, "opening", "1")
    Item.objects.create(company=company, sku="X" * 60, name="A long name " * 12, hsn="61")
    of_item = ("item", "edit_item")
    return [
        reverse("items", args=[company.pk]),
        reverse("items", args=[company.pk]) + "?q=nothing&show=short_hsn",
        reverse("new_item", args=[company.pk]),
        reverse("import_items", args=[company.pk]),
        *(reverse(name, args=[company.pk, cup.pk]) for name in of_item),
        *(
            f"{reverse('change_items', args=[company.pk])}?act={act}&item={cup.pk}"
            for act in ("hsn", "rate", "out")
        ),
        reverse("search", args=[company.pk]) + "?q=cup",
    ]


def _customers(store: StoreConnection, owner: User) -> list[str]:
    """The customers: lists, one with a merged one, duplicates, a business."""
    store.share_contact_details = True
    store.save(update_fields=["share_contact_details"])
    long = {"company": "A company with a very long name " * 3, "phone": "+91 98000 00001"}
    for number, name in enumerate(("meera", "lata", "m.nair", "meera.nair"), 521):
        book(store, an_order_of(f"{name}@example.in", number, billing=long))
    book(store, an_order(525, state="KA", gstin="29AAGCB7383J1Z4"))
    meera, lata = (Customer.objects.get(email_key=f"{n}@example.in") for n in ("meera", "lata"))
    dropped = Customer.objects.get(email_key="m.nair@example.in")
    merging.merge(meera, dropped, by=owner, now=NOW)
    party = Party.objects.filter(company=store.company, is_pseudo=False)[0]
    of_company, company_id = ("customers", "parties", "duplicates"), store.company_id
    return [
        *(reverse(name, args=[company_id]) for name in of_company),
        reverse("customers", args=[company_id]) + "?q=nobody",
        reverse("customer", args=[company_id, meera.pk]),
        reverse("party", args=[company_id, party.pk]),
        reverse("merge_customers", args=[company_id, meera.pk, lata.pk]),
    ]


def _imports(store: StoreConnection, owner: User) -> list[str]:
    """The pages of the manual import, with what was looked at and what was brought."""
    ids = [store.company_id, store.pk]
    made = an_import(store, owner)
    _a_customer_look(store, owner)
    return [
        *(reverse(name, args=ids) for name in ("store_import", "imported")),
        *(reverse("look", args=[*ids, look.pk]) for look in (made.look, made.waiting)),
        reverse("order_import", args=[*ids, made.order_import.pk]),
        reverse("store_customers", args=ids),
    ]


def _a_customer_look(store: StoreConnection, owner: User) -> None:
    """Customers of the store to choose from, one that cannot be kept."""
    look = CustomerLook.objects.create(
        company=store.company, connection=store, made_by=owner, made_at=NOW, done=2,
        state=ErrandState.DONE, finished_at=NOW,
    )  # fmt: skip
    told = {"company": store.company, "look": look}
    LookedCustomer.objects.create(
        position=0, account_id=17, name="Meera Nair", email="meera@example.in", **told
    )
    LookedCustomer.objects.create(
        position=1, account_id=18, outcome="skipped", reason="No e-mail address.", **told
    )


def _solving(store: StoreConnection, owner: User) -> list[str]:
    """An order that waits for a SKU, one whose refund was spread, and orders tried again."""
    StoreConnection.objects.update(unmapped_sku=UnmappedSku.WAIT)
    book(store, an_order(510))
    StoreConnection.objects.update(unmapped_sku=UnmappedSku.POST)
    book(store, two_lines(order_id=511, refunds=[{"id": 19, "total": "-236.00"}]))
    broken = an_order(512) | {"date_created_gmt": None, "date_modified_gmt": None}
    book(store, broken)
    unread = Delivery.objects.get(order_id=512).pk
    left_out.leave_out(store, unread, "sent by a test plugin", owner, at=NOW)
    pipeline.drain(store.pk, patient=True)
    waiting = Order.objects.filter(order_id=510)
    run = retry_together(store.company, waiting, owner, "Ticked orders", at=NOW)
    assert run is not None
    ids = [store.company_id, store.pk]
    return [
        *(reverse("order", args=[*ids, each]) for each in (510, 511)),
        reverse("retry_run", args=[store.company_id, run.pk]),
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
    names = (*pages, "sales_register", "profit_and_loss", "items", "new_item")
    of_customers = ("customers", "parties", "duplicates")
    return [reverse(name, args=[company.pk]) for name in (*names, *of_customers)]


@pytest.fixture(params=["light wide", "dark narrow"])
def view(
    request: pytest.FixtureRequest, chrome: Browser, site: str, owner: User, company: Company
) -> Iterator[Page]:
    """A window of one size in one colour scheme, the owner logged in.

    Two of the four see both widths and both schemes; all four would take as long again.
    """
    scheme, width = request.param.split()
    size = WIDE if width == "wide" else NARROW
    context = chrome.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    refused = refusals(page)
    page.goto(f"{site}/login/")
    expect_faultless(page)
    log_in(page, site, owner.email)
    yield page
    assert refused == []
    context.close()


def test_full_pages_are_readable(view: Page, site: str, full: list[str]) -> None:
    expect_faultless(view, [site + each for each in full])


def test_a_stores_page_is_readable_at_each_step_of_pairing(
    view: Page, site: str, company: Company, store: StoreConnection
) -> None:
    page = site + reverse("store", args=[company.pk, store.pk])
    view.goto(page)
    expect_faultless(view)
    view.get_by_role("button", name="Generate pairing code").click()
    code = view.get_by_label("Pairing code for the plugin")
    expect(code).to_have_value(CODE)
    expect_faultless(view)
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
    expect_faultless(view)
    lifecycle.unpair(store)
    view.goto(page)
    expect_faultless(view)


def test_what_opens_on_a_page_is_readable(view: Page, site: str, full: list[str]) -> None:
    """The keys, the menus, the dialog that connects a store, what a report is narrowed by."""
    view.goto(site + full[0])
    view.keyboard.press("?")
    expect(view.get_by_role("dialog", name="Keys")).to_be_visible()
    expect_faultless(view)
    view.goto(site + next(each for each in full if each.endswith("/stores/")))
    view.get_by_role("link", name="Connect store").click()
    expect(view.get_by_role("dialog")).to_be_visible()
    expect_faultless(view)
    for menu in ("You", "Financial year"):
        view.goto(site + next(each for each in full if each.endswith("/search/")))
        view.locator(f'summary[aria-label^="{menu}"]').click()
        expect_faultless(view)
    for page in ("/c/*/waiting/", "/c/*/day-book/*"):
        view.goto(site + next(each for each in full if fnmatch(each, page)))
        view.evaluate(OPEN_ALL)
        expect_faultless(view)


def test_empty_pages_are_readable(view: Page, site: str, empty: list[str]) -> None:
    expect_faultless(view, [site + each for each in empty])


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
