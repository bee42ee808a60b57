"""What people do with their settings, in a real browser."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ledger import invitations, second_factor, tokens
from ledger.models import Account, Company, Membership, Role, User
from tests.authenticator import code_at
from tests.browser.accessibility import expect_faultless
from tests.browser.conftest import PASSWORD, log_in
from tests.factories import a_sale, a_user, posted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WINDOWS = {"wide": (1280, 900), "narrow": (390, 844)}
NEW_PASSWORD = "a password of her own"


def _another(chrome: Browser) -> tuple[BrowserContext, Page]:
    """Somebody else's browser."""
    context = chrome.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    return context, context.new_page()


def _settings(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Settings").click()
    page.get_by_role("main").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def _log_out(page: Page) -> None:
    page.get_by_label("You", exact=True).first.click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()


def _give_password(page: Page, site: str, email: str, password: str) -> None:
    page.goto(f"{site}/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def _give_code(page: Page, code: str) -> None:
    expect(page.get_by_role("heading", name="Your code")).to_be_visible()
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Log in").click()


def _invite(owners: Page, email: str) -> str:
    """Invite an accountant; there is no mail here, so the link is copied."""
    _settings(owners, "Members")
    owners.get_by_role("link", name="Invite").click()
    owners.get_by_label("E-mail address").fill(email)
    owners.get_by_role("radio", name=re.compile("^Accountant")).check()
    owners.get_by_role("button", name="Invite").click()
    owners.get_by_role("button", name="Copy").click()
    expect(owners.get_by_role("region", name="Invited")).to_contain_text(email.lower())
    return str(owners.evaluate("navigator.clipboard.readText()"))


def _accept(hers: Page, link: str) -> None:
    """Accept with a password of one's own, and be in."""
    hers.goto(link)
    expect(hers.get_by_role("heading", level=1)).to_contain_text("Join Asha Traders")
    hers.get_by_label("First name").fill("Meera")
    hers.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    hers.get_by_label("The same password again").fill(NEW_PASSWORD)
    hers.get_by_role("button", name="Accept").click()
    expect(hers.get_by_role("status").first).to_contain_text("Welcome to Asha Traders")


def _switch_on(hers: Page) -> tuple[str, list[str]]:
    """Switch two-factor log-in on with an app; its seed, and the recovery codes."""
    _settings(hers, "Two-factor log-in")
    hers.get_by_role("button", name="Set up").click()
    seed = hers.get_by_label("Key", exact=True).input_value()
    hers.get_by_label("Code that the app shows").fill(code_at(seed, datetime.now(UTC)))
    hers.get_by_role("button", name="Switch on").click()
    expect(hers.get_by_role("main")).to_contain_text("Two-factor log-in is on")
    return seed, hers.locator(".codes code").all_inner_texts()


def test_from_an_invitation_to_two_factors_and_the_end_of_a_session(
    page: Page, site: str, chrome: Browser, company: Company
) -> None:
    email, members = "meera@example.com", f"{site}/c/{company.pk}/settings/members/"
    link = _invite(page, "Meera@Example.com")
    (context, hers), (other_context, other) = _another(chrome), _another(chrome)
    _accept(hers, link)
    page.goto(members)
    row = page.get_by_role("row").filter(has_text=email)
    expect(row).to_contain_text("Accountant")
    seed, codes = _switch_on(hers)
    page.reload()
    expect(row.locator(".pill.good")).to_have_text("on")

    # Out, and in again by the app; in another browser by a recovery code.
    _log_out(hers)
    _give_password(hers, site, email, NEW_PASSWORD)
    _give_code(hers, code_at(seed, datetime.now(UTC), 1))
    hers.wait_for_url(f"{site}/c/*/")
    _give_password(other, site, email, NEW_PASSWORD)
    _give_code(other, codes[0])
    expect(other.get_by_role("status").first).to_contain_text("9 recovery codes are left")

    # That other session is ended: its browser has to log in again.
    _settings(hers, "Sessions")
    hers.get_by_role("button", name="End", exact=True).click()
    expect(hers.get_by_role("status").first).to_contain_text("That session has ended")
    other.goto(f"{site}/c/{company.pk}/")
    expect(other.get_by_label("Password")).to_be_visible()
    context.close()
    other_context.close()


def test_a_viewer_looks_at_the_settings_and_changes_nothing(
    chrome: Browser, site: str, company: Company
) -> None:
    person = a_user("viewer")
    person.set_password(PASSWORD)
    person.save()
    Membership.objects.create(company=company, user=person, role=Role.VIEWER)
    context, page = _another(chrome)
    log_in(page, site, person.email)
    _settings(page, "Company")
    expect(page.get_by_label("Legal name")).to_be_disabled()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    _settings(page, "Chart of accounts")
    expect(page.get_by_role("link", name="Add account")).to_have_count(0)
    page.get_by_role("link", name="Cash", exact=True).click()
    expect(page).to_have_url(re.compile(r"/accounts/\d+/$"))
    _settings(page, "Members")
    expect(page.get_by_role("link", name="Invite")).to_have_count(0)
    answer = page.goto(f"{site}/c/{company.pk}/settings/members/invite/")
    assert answer is not None
    assert answer.status == 403
    context.close()


def test_a_token_is_made_copied_and_revoked(page: Page) -> None:
    _settings(page, "API tokens")
    page.get_by_role("link", name="Make a token").click()
    page.get_by_label("What it is for").fill("Monthly report")
    page.get_by_role("button", name="Make the token").click()
    page.get_by_role("button", name="Copy").click()
    assert str(page.evaluate("navigator.clipboard.readText()")).startswith("cf_")
    page.get_by_role("button", name="Revoke Monthly report").click()
    expect(page.get_by_role("main")).to_contain_text("No token yet")


def test_the_keys_open_settings_and_lead_back(page: Page, site: str, company: Company) -> None:
    page.goto(f"{site}/c/{company.pk}/settings/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Members")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_an_error_is_marked_and_named_by_its_field(page: Page) -> None:
    _settings(page, "Company")
    page.get_by_label("GSTIN").fill("27AAPFU0939F1ZX")
    page.get_by_role("button", name="Save").click()
    field = page.get_by_label("GSTIN")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("27AAPFU0939F1ZX")
    expect(page.get_by_role("alert").first).to_contain_text("Nothing was saved yet")


def test_without_javascript_somebody_is_invited_and_sets_up_two_factors(
    chrome: Browser, site: str, owner: User, company: Company
) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, site, owner.email)
    _settings(page, "Members")
    page.get_by_role("link", name="Invite").click()
    page.get_by_label("E-mail address").fill("meera@example.com")
    page.get_by_role("button", name="Invite").click()
    assert "/invitations/" in page.get_by_label("Invitation link").input_value()
    _settings(page, "Two-factor log-in")
    page.get_by_role("button", name="Set up").click()
    seed = page.get_by_label("Key", exact=True).input_value()
    page.get_by_label("Code that the app shows").fill(code_at(seed, datetime.now(UTC)))
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".codes code")).to_have_count(10)
    assert second_factor.is_on(owner)
    context.close()


# Every page, wide and narrow, light and dark -----------------------------------------------------


@pytest.fixture
def addresses(company: Company, owner: User) -> list[str]:
    """Each page of the settings of a company that has something of everything."""
    owner.first_name, owner.last_name = "Asha", "Rao"
    owner.save()
    posted(company, a_sale())
    operator = Membership.objects.create(
        company=company, user=a_user("a-rather-long-name"), role=Role.OPERATOR, granted=["post"]
    )
    now = timezone.now()
    invited = invitations.invite(company, "new@example.com", Role.VIEWER, by=owner, now=now)
    tokens.issue(owner, name="Monthly report", company=company)
    tokens.issue(owner, name="Over", company=company, expires_at=now)
    second_factor.begin(owner)
    by_hand, by_rule = (
        Account.objects.filter(company=company, name=name)[0].pk
        for name in ("Purchases", "Output CGST")
    )
    of_company = (
        "settings",
        "company_settings",
        "members",
        "invite",
        "accounts",
        "add_account",
        "series",
        "tokens",
        "add_token",
    )
    of_person = ("profile", "password", "two_factor", "two_factor_set_up", "sessions", "confirm")
    return [
        *(reverse(name, args=[company.pk]) for name in of_company),
        *(reverse(name) for name in of_person),
        reverse("member", args=[company.pk, operator.pk]),
        *(reverse("edit_account", args=[company.pk, pk]) for pk in (by_hand, by_rule)),
        reverse("invitation", args=[invited.token]),
        reverse("invitation", args=["made-up"]),
    ]


@pytest.fixture(params=["light wide", "dark narrow"])
def view(
    request: pytest.FixtureRequest, chrome: Browser, site: str, owner: User, company: Company
) -> Iterator[Page]:
    """A window of one size in one colour scheme, the owner logged in."""
    scheme, size = request.param.split()
    width, height = WINDOWS[size]
    context = chrome.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    log_in(page, site, owner.email)
    yield page
    context.close()


def test_every_page_of_the_settings_is_readable(
    view: Page, site: str, addresses: list[str]
) -> None:
    expect_faultless(view, [site + each for each in addresses])


def test_what_is_only_ever_an_answer_is_readable_too(
    view: Page, site: str, company: Company, owner: User
) -> None:
    """Errors, the invitation's link, recovery codes, a token, the page for the code."""
    settings = f"{site}/c/{company.pk}/settings"
    view.goto(f"{settings}/members/invite/")
    view.get_by_label("E-mail address").fill("new@example.com")
    view.get_by_role("button", name="Invite").click()
    _expect_readable(view, "The link for new@example.com")
    view.goto(f"{settings}/company/")
    view.get_by_label("PIN code").fill("1")
    view.get_by_role("button", name="Save").click()
    _expect_readable(view, "A PIN code has six digits.")
    view.goto(f"{settings}/tokens/add/")
    view.get_by_label("What it is for").fill("Report")
    view.get_by_role("button", name="Make the token").click()
    _expect_readable(view, "Copy it now")
    _switch_on(view)
    _expect_readable(view, "They are not shown again.")
    view.context.clear_cookies()
    _give_password(view, site, owner.email, PASSWORD)
    _expect_readable(view, "Your code")
    _give_code(view, "wrong")
    _expect_readable(view, "This code is not right")


def _expect_readable(page: Page, answer: str) -> None:
    """Once the answer is there."""
    expect(page.get_by_role("main")).to_contain_text(answer)
    expect_faultless(page)
