"""The settings of a company on their pages."""

import re
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from connections.models import StoreConnection
from ledger import access, invitations, tokens
from ledger.models import (
    Account,
    ApiToken,
    Company,
    Invitation,
    Membership,
    Permission,
    Role,
    Series,
    User,
)
from tests.factories import a_company, a_sale, a_user, posted
from tests.sync.conftest import api_of

pytestmark = pytest.mark.django_db

SETTINGS = ("settings", "company_settings", "members", "accounts", "series", "tokens")
ADDRESS = "meera@example.com"


class Broken(BaseEmailBackend):
    """A mail server that is away."""

    def send_messages(self, _email_messages: Any) -> int:
        raise SMTPException("connection refused")


def _as(company: Company, role: Role, **switched: list[str]) -> Client:
    person = a_user(role.value)
    Membership.objects.create(company=company, user=person, role=role, **switched)
    client = Client()
    client.force_login(person)
    return client


def _page(client: Client, name: str, *ids: object) -> str:
    return client.get(reverse(name, args=ids)).content.decode()


@pytest.mark.parametrize("name", SETTINGS)
def test_a_viewer_looks_at_the_settings_and_is_offered_nothing(company: Company, name: str) -> None:
    page = _page(_as(company, Role.VIEWER), name, company.pk)
    buttons = re.findall(r'<button type="submit" class="button[^"]*">([^<]+)', page)
    assert set(buttons) <= {"Log out"}
    assert "Make a token" in page or name != "tokens"


@pytest.mark.parametrize("name", ["company_settings", "series"])
def test_who_may_change_settings_is_offered_to(company: Company, name: str) -> None:
    assert "Save" in _page(_as(company, Role.ACCOUNTANT), name, company.pk)
    assert "Save" in _page(_as(company, Role.OPERATOR, granted=["settings"]), name, company.pk)
    assert "Save" not in _page(
        _as(company, Role.ACCOUNTANT, withheld=["settings"]), name, company.pk
    )


def test_a_withheld_permission_is_withheld_everywhere(
    company: Company, store: StoreConnection
) -> None:
    accountant = _as(company, Role.ACCOUNTANT, withheld=["settings", "post"])
    options = reverse("store_options", args=[company.pk, store.pk])
    answer = accountant.get(options)
    assert answer.status_code == 403
    assert "change settings" in answer.content.decode()
    assert options not in _page(accountant, "store", company.pk, store.pk)
    assert reverse("connect_store", args=[company.pk]) not in _page(
        accountant, "stores", company.pk
    )


# Members ----------------------------------------------------------------------------------------


def _invite(browser: Client, company: Company, role: str = "accountant") -> str:
    answer = browser.post(
        reverse("invite", args=[company.pk]), {"email": ADDRESS, "role": role}, follow=True
    )
    return answer.content.decode()


def _link(page: str) -> str:
    found = re.search(r'value="http[^"]*(/invitations/[^"]+)"', page)
    assert found is not None
    return found[1]


def test_without_mail_the_link_is_shown_this_once(browser: Client, company: Company) -> None:
    page = _invite(browser, company)
    token = _link(page).split("/")[2]
    assert "none is set up here" in page
    assert token not in _page(browser, "members", company.pk)
    assert not mail.outbox


def test_with_mail_the_link_is_sent_and_not_shown(
    browser: Client, company: Company, owner: User, settings: Settings
) -> None:
    settings.MAIL_IS_CONFIGURED = True
    page = _invite(browser, company)
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS]
    assert letter.subject == "Join Asha Traders on Counterfoil"
    link = re.search(rf"{settings.PUBLIC_URL}(/invitations/\S+/)", str(letter.body))
    assert link is not None
    assert owner.email in letter.body
    assert "accountant" in letter.body
    assert link[1] not in page
    assert "on its way" in page
    assert Client().get(link[1]).status_code == 200


def test_where_mail_fails_the_link_is_shown(
    browser: Client, company: Company, settings: Settings
) -> None:
    settings.MAIL_IS_CONFIGURED = True
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    page = _invite(browser, company)
    assert Client().get(_link(page)).status_code == 200


def test_a_company_with_a_strange_name_is_no_way_into_the_letters_head(
    browser: Client, company: Company, settings: Settings
) -> None:
    settings.MAIL_IS_CONFIGURED = True
    Company.objects.filter(pk=company.pk).update(name="Asha\r\nBcc: all@example.com")
    _invite(browser, company)
    assert mail.outbox[0].subject == "Join Asha Bcc: all@example.com on Counterfoil"


def test_a_newcomer_accepts_and_is_in(browser: Client, company: Company) -> None:
    link = _link(_invite(browser, company))
    client = Client()
    assert "Asha Traders" in client.get(link).content.decode()
    form = {"first_name": "Meera", "last_name": "", "password": "a long one", "again": "a long one"}
    answer = client.post(link, form, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("home", args=[company.pk])
    assert Membership.objects.get(user__email=ADDRESS).role == Role.ACCOUNTANT
    assert client.get(link).status_code == 404


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"again": "another one"}, "The two passwords differ"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "", "again": ""}, "required"),
    ],
)
def test_a_newcomers_password_is_a_good_one(
    browser: Client, company: Company, changes: dict[str, str], why: str
) -> None:
    link = _link(_invite(browser, company))
    form = {"password": "a long one", "again": "a long one"} | changes
    assert why in Client().post(link, form).content.decode()
    assert not User.objects.filter(email=ADDRESS).exists()


def test_who_has_a_log_in_logs_in_first(browser: Client, company: Company) -> None:
    person = User.objects.create_user(ADDRESS, "her own password")
    link = _link(_invite(browser, company))
    page = Client().get(link).content.decode()
    assert f"/login/?next={link}" in page
    assert 'name="password"' not in page
    form = {"password": "taken over", "again": "taken over"}
    Client().post(link, form)
    person.refresh_from_db()
    assert person.check_password("her own password")
    client = Client()
    client.force_login(person)
    assert "Accept" in client.get(link).content.decode()
    assert not Membership.objects.filter(user=person).exists()
    client.post(link)
    assert Membership.objects.get(user=person).company == company


def test_who_is_logged_in_as_somebody_else_is_told(
    browser: Client, company: Company, stranger: Client
) -> None:
    link = _link(_invite(browser, company))
    page = stranger.post(link).content.decode()
    assert "You are logged in as" in page
    assert Invitation.objects.get().accepted_at is None


def test_a_link_that_is_no_longer_good_says_so() -> None:
    answer = Client().get(reverse("invitation", args=["made-up"]))
    assert answer.status_code == 404
    assert "no longer good" in answer.content.decode()


def test_an_invitation_is_sent_again_and_revoked(browser: Client, company: Company) -> None:
    first = _link(_invite(browser, company))
    invitation = Invitation.objects.get()
    ids = [company.pk, invitation.pk]
    again = _link(browser.post(reverse("renew_invitation", args=ids)).content.decode())
    assert (Client().get(first).status_code, Client().get(again).status_code) == (404, 200)
    browser.post(reverse("revoke_invitation", args=ids))
    assert Client().get(again).status_code == 404
    page = browser.post(reverse("renew_invitation", args=ids), follow=True).content.decode()
    assert "accepted or revoked meanwhile" in page


def test_an_expired_invitation_is_marked(browser: Client, company: Company, owner: User) -> None:
    past = timezone.now() - timedelta(days=8)
    invitations.invite(company, ADDRESS, Role.VIEWER, by=owner, now=past)
    assert "expired" in _page(browser, "members", company.pk)


def test_what_cannot_be_invited_is_said_at_the_field(
    browser: Client, company: Company, owner: User
) -> None:
    form = {"email": owner.email, "role": "viewer"}
    page = browser.post(reverse("invite", args=[company.pk]), form).content.decode()
    assert "is a member already" in page


def test_colleagues_see_who_works_here_and_nothing_about_their_log_ins(company: Company) -> None:
    page = _page(_as(company, Role.ACCOUNTANT), "members", company.pk)
    assert Membership.objects.get(company=company, role=Role.OWNER).user.email in page
    assert "Two-factor</th>" not in page
    assert "Last log-in" not in page
    assert "Invited" not in page


def test_role_and_permissions_are_changed(browser: Client, company: Company) -> None:
    member = Membership.objects.create(company=company, user=a_user(), role=Role.VIEWER)
    ids = [company.pk, member.pk]
    browser.post(reverse("change_role", args=ids), {"role": "operator"})
    page = _page(browser, "member", *ids)
    assert page.count("checked") == 1 + len(access.PERMISSIONS[Role.OPERATOR])
    browser.post(reverse("switch_permissions", args=ids), {"permissions": ["post"]})
    member.refresh_from_db()
    assert access.permissions_of(member) == {Permission.POST}
    browser.post(reverse("switch_permissions", args=ids), {"permissions": ["fly"]})
    member.refresh_from_db()
    assert access.permissions_of(member) == {Permission.POST}


def test_the_last_owner_is_told_why_not(browser: Client, company: Company, owner: User) -> None:
    ids = [company.pk, Membership.objects.get(company=company).pk]
    for address, form in (("change_role", {"role": "viewer"}), ("remove_member", {})):
        page = browser.post(reverse(address, args=ids), form, follow=True).content.decode()
        assert "at least one owner" in page
    assert access.may(owner, company, Role.OWNER)


def test_a_removed_member_is_a_stranger(browser: Client, company: Company) -> None:
    member = Membership.objects.create(company=company, user=a_user(), role=Role.VIEWER)
    api, client = api_of(member.user), Client()
    client.force_login(member.user)
    browser.post(reverse("remove_member", args=[company.pk, member.pk]))
    assert client.get(reverse("home", args=[company.pk])).status_code == 404
    assert api.get("/api/v1/reports/trial-balance").status_code == 404


def test_an_owner_who_leaves_lands_on_the_first_page(browser: Client, company: Company) -> None:
    own = Membership.objects.get(company=company)
    Membership.objects.create(company=company, user=a_user(), role=Role.OWNER)
    answer = browser.post(reverse("remove_member", args=[company.pk, own.pk]), follow=True)
    assert "No company yet" in answer.content.decode()


# Company, accounts, series ----------------------------------------------------------------------


def _company_form(browser: Client, company: Company, **changes: str) -> dict[str, str]:
    page = _page(browser, "company_settings", company.pk)
    chosen = re.findall(r'<input type="(?:text|email)" name="(\w+)"(?: value="([^"]*)")?', page)
    selected = re.findall(
        r'<select name="(\w+)".*?<option value="([^"]*)" selected', page, re.DOTALL
    )
    return dict(chosen) | dict(selected) | changes


def test_details_are_saved(browser: Client, company: Company) -> None:
    form = _company_form(browser, company, legal_name="Asha Rao", city="Pune", pin_code="411001")
    answer = browser.post(reverse("company_settings", args=[company.pk]), form, follow=True)
    assert "Saved" in answer.content.decode()
    company.refresh_from_db()
    assert (company.legal_name, company.city, company.state) == ("Asha Rao", "Pune", "27")


def test_an_error_keeps_what_was_typed_and_the_frame_shows_what_stands(
    browser: Client, company: Company
) -> None:
    form = _company_form(browser, company, name="Renamed", gstin="nonsense")
    page = browser.post(reverse("company_settings", args=[company.pk]), form).content.decode()
    assert "Nothing was saved yet" in page
    assert 'value="Renamed"' in page
    assert "<span>Asha Traders</span>" in page


def test_what_vouchers_fix_is_said_and_cannot_be_chosen(browser: Client, company: Company) -> None:
    assert "Once the first voucher is posted" in _page(browser, "company_settings", company.pk)
    posted(company, a_sale())
    page = _page(browser, "company_settings", company.pk)
    assert "Vouchers are posted, so state, currency" in page
    for name in ("state", "currency", "timezone", "year_start_month"):
        assert re.search(rf'name="{name}"[^>]* disabled', page), name


def test_a_lut_of_another_year_is_noticed(browser: Client, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(has_lut=True, lut_year="19-20")
    assert "This LUT is of 19-20" in _page(browser, "company_settings", company.pk)


def test_an_account_is_added_renamed_and_deleted(browser: Client, company: Company) -> None:
    form = {"code": "5400", "name": "Rent", "group": "Indirect Expenses", "nature": "expense"}
    browser.post(reverse("add_account", args=[company.pk]), form)
    account = Account.objects.get(company=company, code="5400")
    ids = [company.pk, account.pk]
    browser.post(reverse("edit_account", args=ids), form | {"name": "Shop rent", "is_active": "on"})
    assert "Shop rent" in _page(browser, "accounts", company.pk)
    browser.post(reverse("delete_account", args=ids))
    assert not Account.objects.filter(code="5400").exists()


def test_an_account_that_is_used_is_not_offered_for_deletion(
    browser: Client, company: Company
) -> None:
    posted(company, a_sale())
    used = Account.objects.get(company=company, name="Output CGST")
    page = _page(browser, "edit_account", company.pk, used.pk)
    assert "finds this account by a rule" in page
    assert reverse("delete_account", args=[company.pk, used.pk]) not in page
    answer = browser.post(reverse("delete_account", args=[company.pk, used.pk]), follow=True)
    assert "stays in the books" in answer.content.decode()


def test_an_account_out_of_use_says_so(browser: Client, company: Company) -> None:
    Account.objects.filter(company=company, name="Purchases").update(is_active=False)
    assert "not in use" in _page(browser, "accounts", company.pk)


def test_the_chart_takes_no_more_queries_however_long(browser: Client, company: Company) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.get(reverse("accounts", args=[company.pk]))
        return len(seen)

    few = queries()
    Account.objects.bulk_create(
        Account(company=company, code=f"9{n}", name=f"More {n}", group="More", nature="asset")
        for n in range(200)
    )
    assert queries() == few


def test_a_prefix_is_set_and_previewed(browser: Client, company: Company) -> None:
    form = {f"{row.type}:26-27": row.prefix for row in Series.objects.filter(company=company)}
    form |= {name.replace("26-27", "27-28"): prefix for name, prefix in form.items()}
    browser.post(reverse("series", args=[company.pk]), form | {"sales:26-27": "web"})
    assert "WEB/26-27/00001" in _page(browser, "series", company.pk)
    page = browser.post(
        reverse("series", args=[company.pk]), form | {"sales:26-27": "cn"}
    ).content.decode()
    assert "belongs to another type" in page


def test_a_used_prefix_has_no_field(browser: Client, company: Company) -> None:
    posted(company, a_sale())
    page = _page(browser, "series", company.pk)
    assert 'name="sales:26-27"' not in page
    assert 'name="sales:27-28"' in page
    assert "INV/26-27/00002" in page


# API tokens -------------------------------------------------------------------------------------


def _make(client: Client, company: Company, **changes: str) -> str:
    form = {"name": "Report", "scope": "read", "opens": "company", "days": "90"} | changes
    page = client.post(reverse("add_token", args=[company.pk]), form)
    assert "no-store" in page["Cache-Control"]
    found = re.search(r'id="new-token" value="(cf_[\w-]+)"', page.content.decode())
    assert found is not None
    return found[1]


def test_a_token_is_shown_once_and_opens_the_company(
    browser: Client, company: Company, owner: User
) -> None:
    other = a_company(owner=owner, name="Other")
    token = _make(browser, company)
    assert token not in _page(browser, "tokens", company.pk)
    headers = {"Authorization": f"Token {token}"}
    address = "/api/v1/reports/trial-balance"
    assert Client().get(f"{address}?company={company.pk}", headers=headers).status_code == 200
    assert Client().get(f"{address}?company={other.pk}", headers=headers).status_code == 404
    assert "never used" not in _page(browser, "tokens", company.pk)


def test_scope_company_and_end_are_as_chosen(browser: Client, company: Company) -> None:
    _make(browser, company, scope="write", opens="all", days="0")
    token = ApiToken.objects.get()
    assert (token.scope, token.company, token.expires_at) == ("write", None, None)
    token.delete()
    _make(browser, company, days="30")
    end = ApiToken.objects.get().expires_at
    assert end is not None
    assert timedelta(days=29) < end - timezone.now() <= timedelta(days=30)


def test_a_viewers_token_only_reads(company: Company) -> None:
    _make(_as(company, Role.VIEWER), company, scope="write")
    assert ApiToken.objects.get().scope == "read"


def test_a_token_is_revoked(browser: Client, company: Company) -> None:
    token = _make(browser, company)
    browser.post(reverse("revoke_token", args=[company.pk, ApiToken.objects.get().pk]))
    headers = {"Authorization": f"Token {token}"}
    assert Client().get("/api/v1/connections", headers=headers).status_code == 401


def test_an_owner_sees_and_revokes_what_opens_the_company_alone(
    browser: Client, company: Company
) -> None:
    member = Membership.objects.create(company=company, user=a_user("member"), role=Role.VIEWER)
    tokens.issue(member.user, name="Theirs here", company=company)
    tokens.issue(member.user, name="Theirs everywhere")
    page = _page(browser, "tokens", company.pk)
    assert "Theirs here" in page
    assert "Theirs everywhere" in page
    for token, status in zip(ApiToken.objects.order_by("pk"), (302, 404), strict=True):
        answer = browser.post(reverse("revoke_token", args=[company.pk, token.pk]))
        assert answer.status_code == status
    assert [each.name for each in ApiToken.objects.all()] == ["Theirs everywhere"]


def test_a_member_sees_and_revokes_only_their_own(company: Company, owner: User) -> None:
    tokens.issue(owner, name="The owner’s", company=company)
    accountant = _as(company, Role.ACCOUNTANT)
    assert "The owner’s" not in _page(accountant, "tokens", company.pk)
    answer = accountant.post(reverse("revoke_token", args=[company.pk, ApiToken.objects.get().pk]))
    assert answer.status_code == 404


def test_an_expired_token_is_marked(browser: Client, company: Company, owner: User) -> None:
    tokens.issue(owner, company=company, expires_at=timezone.now() - timedelta(days=1))
    assert "expired" in _page(browser, "tokens", company.pk)


def test_without_a_token_the_page_says_what_to_do(browser: Client, company: Company) -> None:
    assert "No token yet" in _page(browser, "tokens", company.pk)


def test_contact_details_are_a_switch_of_the_connection(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    form = {"name": "Main store", "post_as": "sale", "unmapped_sku": "post", "gstin_fields": ""}
    form["bare_refund"] = "spread"
    browser.post(
        reverse("store_options", args=[company.pk, store.pk]),
        form | {"share_contact_details": "on"},
    )
    store.refresh_from_db()
    assert store.share_contact_details
