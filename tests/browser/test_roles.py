"""What a viewer and an operator find, and do not find, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ledger.models import Company, Membership, Role, User
from sync.models import Order, SkuMapping
from tests.browser.conftest import PASSWORD, log_in
from tests.factories import a_user
from tests.stores import a_connection, an_order, book
from tests.sync.skus.files import items
from tests.walk.everything import Things, one_of_everything
from tests.walk.fingerprint import of_everything
from tests.walk.routes import OF_COMPANY
from tests.walk.seen import name_of
from tests.walk.test_what_is_offered import NOT_CHANGING, ONLY_ASKED_FOR
from tests.walk.who_may import MEMBER, NEEDS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORMS = """
() => [...document.querySelectorAll("form, [hx-post], [hx-put], [hx-patch], [hx-delete]")]
  .filter((form) => form.method !== "get" && form.method !== "dialog")
  .filter((form) => [...(form.elements ?? [form])]
    .some((each) => each.type !== "hidden" && !each.matches(":disabled")))
  .map((form) => new URL(form.action ?? form.getAttribute("hx-post"), location).pathname)
"""
"""Where the forms lead that somebody could send: also those that a script has made."""


def _colleague(company: Company, role: Role) -> User:
    person = a_user(role.value)
    person.set_password(PASSWORD)
    person.save()
    Membership.objects.create(company=company, user=person, role=role)
    return person


def _page_of(context: BrowserContext, site: str, person: User) -> Page:
    page = context.new_page()
    log_in(page, site, person.email)
    return page


@pytest.fixture
def things(company: Company, owner: User) -> Things:
    """One of everything."""
    return one_of_everything(company, owner)


def test_a_viewer_walks_all_pages_and_finds_no_button_that_changes_anything(
    context: BrowserContext, site: str, company: Company, things: Things
) -> None:
    page = _page_of(context, site, _colleague(company, Role.VIEWER))
    before, met = of_everything(), set[str]()
    for route in OF_COMPANY:
        is_page = route.path.endswith("/") and route.name not in ONLY_ASKED_FOR
        if is_page and NEEDS[route.name][0] == MEMBER:
            page.goto(f"{site}{route.address(things)}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            met |= {name_of(path) for path in page.evaluate(FORMS)}
    assert met <= NOT_CHANGING
    assert met >= {"choose_year", "logout"}
    for path in ("/you/", "/you/password/", "/you/two-factor/", "/you/sessions/"):
        page.goto(f"{site}{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert of_everything() == before


def test_keys_that_enter_vouchers_are_no_keys_for_a_viewer(
    context: BrowserContext, site: str, company: Company, things: Things
) -> None:
    page = _page_of(context, site, _colleague(company, Role.VIEWER))
    page.goto(f"{site}/c/{company.pk}/day-book/")
    for key in ("F5", "F6", "F7"):
        page.keyboard.press(key)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    expect(page).to_have_url(f"{site}/c/{company.pk}/day-book/")
    page.goto(f"{site}/c/{company.pk}/vouchers/new/receipt/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your role does not allow this")


@pytest.fixture
def shop(company: Company) -> str:
    """The address of a store with an order that waits for its item, one for its state, a draft."""
    store = a_connection(company, "Main store")
    store.unmapped_sku = "wait"
    store.save()
    items(company, "CUP")
    elsewhere = an_order(502)
    elsewhere["shipping"] = elsewhere["billing"] = {"country": "IN", "state": "Pondy East"}
    book(store, an_order(501), elsewhere, an_order(503, status="on-hold"))
    return f"/c/{company.pk}/stores/{store.pk}"


def _upload(page: Page, address: str, folder: Path) -> None:
    """Send a file that maps the shirt to the cup, and see its preview."""
    file = folder / "skus.csv"
    file.write_text("Store SKU,Item SKU\nSHIRT-B,CUP\n", encoding="utf-8")
    page.goto(f"{address}/skus/")
    page.get_by_role("link", name="Bulk import via CSV").click()
    page.get_by_label("CSV file").set_input_files(str(file))
    page.get_by_role("button", name="Upload and preview").click()
    expect(page.get_by_role("button", name="Apply 1 row")).to_be_visible()


def test_an_operator_imports_and_retries_and_finds_nothing_to_post_or_lock(
    context: BrowserContext, site: str, company: Company, shop: str, tmp_path: Path
) -> None:
    page = _page_of(context, site, _colleague(company, Role.OPERATOR))
    _upload(page, f"{site}{shop}", tmp_path)
    page.get_by_role("button", name="Apply 1 row").click()
    expect(page.get_by_text("1 SKU mapped")).to_be_visible()

    page.goto(f"{site}{shop}/waiting/")
    orders = page.get_by_role("region", name="Waiting orders").get_by_role("listitem")
    expect(orders).to_have_count(1)
    expect(orders.get_by_role("button")).to_have_text(["Retry"])
    orders.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("status").first).to_be_visible()
    assert Order.objects.get(order_id=502).state == "waiting"

    draft = Order.objects.get(order_id=503)
    page.goto(f"{site}{shop}/orders/{draft.order_id}/")
    page.get_by_role("link", name="Open the draft").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Post")).to_have_count(0)
    for path, names in {
        "day-book/": ("Voucher", "Payment", "Receipt", "Journal"),
        "settings/period-lock/": ("Lock", "Unlock"),
        "settings/company/": ("Save",),
        "settings/accounts/": ("Add",),
        "stores/": ("Connect store",),
    }.items():
        page.goto(f"{site}/c/{company.pk}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for name in names:
            expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
            expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_a_permission_that_an_owner_switches_off_is_gone_at_the_next_click(
    page: Page, chrome: Browser, site: str, company: Company, shop: str, tmp_path: Path
) -> None:
    operator = _colleague(company, Role.OPERATOR)
    theirs = chrome.new_context()
    other = _page_of(theirs, site, operator)
    _upload(other, f"{site}{shop}", tmp_path)

    _switch(page, site, company, operator, is_on=False)
    other.get_by_role("button", name="Apply 1 row").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Your role does not allow this")
    expect(other.get_by_role("main")).to_contain_text("“import items”")
    assert not SkuMapping.objects.exists()
    other.goto(f"{site}{shop}/skus/?show=imports")
    expect(other.get_by_role("link", name="Bulk import via CSV")).to_have_count(0)
    other.get_by_role("row").get_by_role("link").first.click()
    expect(other.get_by_role("button", name="Apply 1 row")).to_have_count(0)

    _switch(page, site, company, operator, is_on=True)
    other.reload()
    other.get_by_role("button", name="Apply 1 row").click()
    expect(other.get_by_text("1 SKU mapped")).to_be_visible()
    theirs.close()


def _switch(page: Page, site: str, company: Company, person: User, *, is_on: bool) -> None:
    """Switch *import items* on the member's page; the first time the password is asked for."""
    page.goto(f"{site}/c/{company.pk}/settings/members/")
    page.get_by_role("link", name=person.email).click()
    box, save = (
        page.get_by_label("Import items"),
        page.get_by_role("button", name="Save permissions"),
    )
    box.set_checked(is_on)
    save.click()
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button").last.click()
        page.get_by_label("Import items").set_checked(is_on)
        page.get_by_role("button", name="Save permissions").click()
    expect(page.get_by_role("status").filter(has_text="at once")).to_be_visible()
