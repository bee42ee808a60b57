"""What an accountant does in the course of a month, in a real browser."""

import re
import urllib.request
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect

from connections import lifecycle
from connections.models import StoreConnection
from ledger.models import Account, Company, Item, ItemRate, Party, User, Voucher
from ledger.views import by_hand
from tests.browser.conftest import log_in
from tests.factories import TODAY, entries_in_books
from tests.orders import Json
from tests.stores import an_order, book, signed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _type(page: Page, *keys: str) -> None:
    """Press keys and type texts, one after the other; no mouse."""
    for key in keys:
        if key in ("Enter", "F6", "Control+Enter", "ArrowDown", "Escape", "d", "c"):
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)


def _day_book(page: Page, site: str, company: Company, query: str = "") -> None:
    page.goto(f"{site}{reverse('day_book', args=[company.pk])}{query}")


@pytest.mark.parametrize("listed", [400, 3], ids=["found in the page", "asked of the server"])
def test_a_pay_out_is_entered_by_keyboard_alone(
    page: Page,
    site: str,
    company: Company,
    store: StoreConnection,
    monkeypatch: pytest.MonkeyPatch,
    listed: int,
) -> None:
    """As fast as keys can be pressed: nobody waits for the list."""
    monkeypatch.setattr(by_hand, "LISTED_ACCOUNTS", listed)
    book(store, an_order(501))
    Party.objects.create(company=company, name="Razorpay")
    _day_book(page, site, company)
    _type(page, "F6")
    expect(page.get_by_role("heading", level=1)).to_have_text("New receipt")
    expect(page.locator("#id_row-0-amount")).to_be_focused()

    _type(page, "1,152.15", "Enter", "d", "Enter", "gateway ch", "Enter", "27.85", "Enter")
    expect(page.locator("[data-sums]")).to_have_text(
        "Dr 1,180.00 · Cr 0.00 · Difference 1,180.00 Dr"
    )
    _type(page, "Enter", "main st", "Enter")
    expect(page.locator("#id_row-2-account")).to_have_value("1210-1 · Main store Clearing")
    expect(page.locator("li").filter(has_text="1,180.00 Dr").first).to_be_visible()
    expect(page.locator("#id_row-2-amount")).to_have_value("1,180.00")
    expect(page.locator("[data-sums]")).to_contain_text("Balanced")

    _type(page, "Enter", "razor", "Enter", "UTR123", "Enter", "Pay-out of the week")
    _type(page, "Control+Enter")
    expect(page.get_by_role("status").filter(has_text="RCT/26-27/00001")).to_contain_text(
        "₹1,180.00 is posted"
    )
    voucher = Voucher.objects.get(type="receipt")
    assert entries_in_books(voucher.pk) == {
        "Bank - Current A/c": ("1152.15", "0.00"),
        "Payment Gateway Charges": ("27.85", "0.00"),
        "Main store Clearing": ("0.00", "1180.00"),
    }
    assert (voucher.buyer_name, voucher.reference, voucher.reason) == (
        "Razorpay", "UTR123", "Pay-out of the week",
    )  # fmt: skip
    clearing = page.get_by_role("region", name="Clearing accounts").get_by_role("listitem")
    expect(clearing).to_contain_text("0.00")


def test_a_list_of_fewer_letters_is_not_what_was_meant(
    page: Page, site: str, company: Company
) -> None:
    for name in ("Asha Rao", "Asha Rege"):
        Party.objects.create(company=company, name=name)
    page.goto(f"{site}{reverse('enter_voucher', args=[company.pk, 'receipt'])}")
    party = page.locator("#id_party")
    party.focus()
    _type(page, "asha r")
    expect(page.locator(".choices li[aria-selected=true]")).to_contain_text("Asha Rao")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/choices/parties/**", hold)
    _type(page, "e", "Enter")
    expect(page.locator("#id_reference")).to_be_focused()
    expect(party).to_have_value("asha re")
    for route in held:
        route.continue_()
    expect(party).to_have_value(re.compile("^Asha Rege"))


def test_posting_waits_for_what_was_accepted_before_the_answer_came(
    page: Page, site: str, company: Company
) -> None:
    wanted, _ = (
        Party.objects.create(company=company, name=name) for name in ("Razorpay", "Razorpay Ltd")
    )
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/choices/parties/**", hold)
    page.goto(f"{site}{reverse('enter_voucher', args=[company.pk, 'receipt'])}")
    expect(page.locator("#id_row-0-amount")).to_be_focused()
    _type(page, "25", "Enter", "Enter", "5310", "Enter", "Enter", "razor", "Enter", "Pay-out")
    expect(page.locator("#id_reference")).to_have_value("Pay-out")
    _type(page, "Control+Enter")
    expect(page.locator("#id_party")).to_have_value("razor")
    for route in held:
        route.continue_()
    expect(page.get_by_role("status").filter(has_text="is posted")).to_be_visible()
    assert Voucher.objects.get().party == wanted


def test_the_list_of_accounts_is_walked_by_arrows_and_left_by_escape(
    page: Page, site: str, company: Company
) -> None:
    page.goto(f"{site}{reverse('enter_voucher', args=[company.pk, 'journal'])}")
    account = page.locator("#id_row-0-account")
    expect(account).to_be_focused()
    _type(page, "sales 5")
    options = page.locator(".choices li")
    expect(options).to_have_count(2)
    _type(page, "ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    _type(page, "Escape")
    expect(options).to_have_count(0)
    expect(account).to_be_focused()
    expect(account).to_have_value("sales 5")
    _type(page, "ArrowDown")
    expect(options).to_have_count(2)
    _type(page, "Enter")
    expect(account).to_have_value(re.compile("^4110-05"))
    expect(page.locator("#id_row-0-amount")).to_be_focused()


def test_a_row_comes_when_it_is_needed_and_goes_at_a_press(
    page: Page, site: str, company: Company
) -> None:
    page.goto(f"{site}{reverse('enter_voucher', args=[company.pk, 'journal'])}")
    rows = page.locator("[data-row]")
    expect(rows).to_have_count(4)
    for code, amount in (("1110", "10"), ("1120", "4"), ("5310", "3"), ("5320", "2")):
        _type(page, code, "Enter")
        page.keyboard.press("Control+A")
        _type(page, amount, "Enter", "Enter")
    expect(rows).to_have_count(5)
    expect(page.locator("#id_row-4-side")).to_have_value("cr")
    expect(page.locator("[data-sums]")).to_contain_text("Difference 1.00 Dr")
    page.get_by_role("button", name="Remove this row").nth(3).click()
    expect(page.locator("[data-sums]")).to_contain_text("Difference 3.00 Dr")
    page.locator("#id_row-4-account").fill("5330")
    page.locator("#id_row-4-amount").focus()
    expect(page.locator("#id_row-4-amount")).to_have_value("3.00")
    _type(page, "Control+Enter")
    expect(page.get_by_role("status").filter(has_text="is posted")).to_be_visible()
    assert Voucher.objects.get().total == Decimal("10.00")


def test_half_a_voucher_is_not_left_by_a_slip(page: Page, site: str, company: Company) -> None:
    page.goto(f"{site}{reverse('enter_voucher', args=[company.pk, 'receipt'])}")
    _type(page, "25")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    _type(page, "Escape", "Escape")
    expect(page.locator("#id_row-0-amount")).to_have_value("25.00")
    page.wait_for_function("!document.querySelector('#id_row-0-amount').matches(':focus')")
    assert asked == ["beforeunload"]


def test_a_mistake_is_reversed(page: Page, site: str, company: Company) -> None:
    page.goto(f"{site}{reverse('enter_voucher', args=[company.pk, 'payment'])}")
    _type(page, "5310", "Enter", "25", "Enter", "Enter", "Control+Enter")
    page.get_by_role("link", name="PAY/26-27/00001").click()
    page.get_by_role("link", name="Reverse").click()
    expect(page.get_by_label("Date")).to_be_focused()
    _type(page, "Control+Enter")
    article = page.get_by_role("article", name="Journal")
    expect(article).to_contain_text("Reversal of PAY/26-27/00001")
    article.get_by_role("link", name="PAY/26-27/00001").click()
    expect(page.get_by_role("article", name="Payment")).to_contain_text("Reversed by")
    expect(page.get_by_role("link", name="Reverse", exact=True)).to_have_count(0)


def test_without_javascript_a_journal_is_entered(
    chrome: Browser, site: str, owner: User, company: Company
) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, site, owner.email)
    _day_book(page, site, company)
    page.locator("summary").filter(has_text="Voucher").click()
    page.get_by_role("link", name="Journal").click()
    page.get_by_role("button", name="More rows").click()
    expect(page.get_by_label("Account", exact=True)).to_have_count(8)
    sides = (("dr", "1110", "10"), ("cr", "cash", "10"))
    for number, (side, account, amount) in enumerate(sides):
        page.get_by_label("Dr or Cr").nth(number).select_option(side)
        page.get_by_label("Account", exact=True).nth(number).fill(account)
        page.get_by_label("Amount").nth(number).fill(amount)
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("status").filter(has_text="is posted")).to_be_visible()
    context.close()


# Locking the month ------------------------------------------------------------------------


def _send(site: str, store: StoreConnection, order: Json) -> None:
    """Deliver an order over HTTP, signed, as WooCommerce does."""
    body, headers = signed(lifecycle.secret_of(store), order, "order.updated")
    request = urllib.request.Request(f"{site}/hooks/woocommerce/{store.pk}", body, headers)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.status == 200


def _written(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


FIRST_OPEN = date.today().replace(day=1)  # noqa: DTZ011 -- any day of this month will do
MONTH_END = FIRST_OPEN - timedelta(days=1)
REFUNDED = MONTH_END.replace(day=20)
SOLD = {"created": f"{MONTH_END.replace(day=10)}T06:00:00"}
THIS_MONTH = f"?date_from={FIRST_OPEN}&date_to={FIRST_OPEN + timedelta(days=27)}"


def _lock(page: Page, site: str, company: Company) -> None:
    """Lock the month that is over, on the page that the day book leads to."""
    _day_book(page, site, company)
    page.get_by_role("link", name="all open").click()
    page.get_by_label("Lock up to").fill(MONTH_END.isoformat())
    page.get_by_label("Reason").fill("GSTR-1 filed")
    page.get_by_role("button", name="Lock the period").click()


def test_a_lock_says_who_and_why(page: Page, site: str, owner: User, company: Company) -> None:
    _lock(page, site, company)
    state = page.get_by_role("region", name=f"Locked until {_written(MONTH_END)}")
    expect(state).to_contain_text(owner.email)
    expect(state).to_contain_text("GSTR-1 filed")
    page.locator("#unlock_reason").fill("A bill was missing")
    page.get_by_role("button", name="Unlock").click()
    history = page.get_by_role("region", name="History").get_by_role("row")
    expect(history.nth(1)).to_contain_text("A bill was missing")
    expect(history.nth(2)).to_contain_text("GSTR-1 filed")


def test_a_refund_that_comes_after_the_lock_lands_on_the_first_open_day_visibly(
    page: Page, site: str, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(501, **SOLD))
    _lock(page, site, company)
    _day_book(page, site, company, THIS_MONTH)
    refund = {"id": 9, "total": "-118.00", "date_created_gmt": f"{REFUNDED}T06:00:00"}
    modified = f"{FIRST_OPEN}T06:00:00"
    _send(site, store, an_order(501, **SOLD, modified=modified, refunds=[refund]))
    row = page.get_by_role("row").filter(has_text="CN/")
    expect(row).to_contain_text("Locked period")
    page.reload()
    expect(page.get_by_role("row").filter(has_text=_written(FIRST_OPEN))).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^Late 1$")).click()
    expect(page.get_by_role("row").filter(has_text="CN/")).to_have_count(1)

    page.get_by_role("link", name="1 late").click()
    late = page.get_by_role("row").filter(has_text="CN/")
    for text in (_written(REFUNDED), _written(FIRST_OPEN), "#501", "118.00"):
        expect(late).to_contain_text(text)
    note = Voucher.objects.get(type="credit_note")
    assert (note.date, note.original_date) == (FIRST_OPEN, REFUNDED)


# Who changed what ------------------------------------------------------------------------


def test_the_edit_log_shows_who_changed_an_items_rate(
    context: BrowserContext, site: str, owner: User, company: Company
) -> None:
    page = context.new_page()
    log_in(page, site, owner.email)
    item = Item.objects.create(company=company, sku="SHIRT-B", name="Blue shirt")
    ItemRate.objects.create(company=company, item=item, rate=Decimal(12), valid_from=TODAY)
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    page.goto(f"{site}{reverse('admin:ledger_item_change', args=[item.pk])}")
    page.locator("#id_rates-0-rate").fill("18")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/ledger/item/")

    page.goto(f"{site}{reverse('edit_log', args=[company.pk])}")
    page.get_by_label("What").select_option(label="Item rate")
    page.get_by_label("How").select_option(label="changed")
    page.get_by_role("button", name="Show").click()
    row = page.get_by_role("row").filter(has_text="SHIRT-B · Blue shirt")
    expect(row).to_contain_text(owner.email)
    expect(row).to_contain_text("administration")
    expect(row.locator("del")).to_have_text("12")
    expect(row.locator("ins")).to_have_text("18")
    row.get_by_role("link", name="SHIRT-B · Blue shirt").click()
    expect(page.get_by_role("row").filter(has_text="Item added")).to_be_visible()


def test_an_account_shows_its_history(page: Page, site: str, company: Company, owner: User) -> None:
    bank = Account.objects.get(company=company, code="1110")
    bank.name = "HDFC current account"
    bank.save()
    page.goto(f"{site}{reverse('account', args=[company.pk, bank.pk])}")
    log = page.get_by_role("region", name="Edit log")
    expect(log.get_by_role("listitem").first).to_contain_text(
        "Name Bank - Current A/c → HDFC current account"
    )
