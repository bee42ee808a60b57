"""The plugin's card on a store's page: the code, who sees it, and the paired site."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from connections import lifecycle
from connections.models import Activity, PairedSite, PairingCode, StoreConnection
from connections.plugin_package import package_of
from ledger.models import Company, Membership, Role
from tests.factories import a_user
from tests.plugin import Plugin, a_code
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db


def page_of(store: StoreConnection) -> str:
    return reverse("store", args=[store.company_id, store.pk])


def card(browser: Client, store: StoreConnection) -> str:
    """The card as it stands on the page."""
    page = browser.get(page_of(store)).content.decode()
    return page[page.index('id="plugin"') :].partition("</section>")[0]


def generate(browser: Client, store: StoreConnection, **data: str) -> str:
    """Press the button; the code as the page then shows it."""
    address = reverse("make_pairing_code", args=[store.company_id, store.pk])
    answer = browser.post(address, data)
    assert answer["Location"] == f"{page_of(store)}#plugin"
    return shown(browser, store) or ""


def shown(browser: Client, store: StoreConnection) -> str | None:
    found = re.search(r'id="pairing-code" value="([A-Z2-9]{8})"', card(browser, store))
    return found and found[1]


def a_member(company: Company, role: Role) -> Client:
    person = a_user(role.value)
    Membership.objects.create(company=company, user=person, role=role)
    client = Client()
    client.force_login(person)
    return client


# The download.


def test_the_download_leads_to_the_zip_and_says_version_and_size(
    browser: Client, store: StoreConnection, settings: Settings
) -> None:
    package = package_of(settings.PLUGIN_FOLDER, settings.PUBLIC_URL)
    text = card(browser, store)
    kilobytes = -(-len(package.archive) // 1024)
    assert f"(v{package.version}, {kilobytes} KB)" in text
    address = f"/plugin/counterfoil-for-woocommerce-{package.version}.zip"
    assert f'href="{address}"' in text
    assert Client().get(address).content == package.archive


def test_a_server_without_a_plugin_says_so_and_the_page_works(
    browser: Client, store: StoreConnection, settings: Settings, tmp_path: object
) -> None:
    settings.PLUGIN_FOLDER = tmp_path
    assert "no plugin to hand out" in card(browser, store)


# The code.


def test_a_code_that_was_generated_is_shown_and_survives_a_reload(
    browser: Client, store: StoreConnection
) -> None:
    code = generate(browser, store)
    assert re.fullmatch("[A-Z2-9]{8}", code)
    assert shown(browser, store) == code
    assert Plugin().pair(code)[0] == 200


def test_how_long_it_is_good_is_the_servers_word(browser: Client, store: StoreConnection) -> None:
    generate(browser, store)
    end = timezone.now() + timedelta(minutes=8, seconds=31)
    PairingCode.objects.update(expires_at=end)
    assert re.search(r'data-countdown="51[01]">8:3[01]<', card(browser, store))


def test_the_code_stands_in_a_cookie_of_this_page_alone_and_not_in_the_session(
    browser: Client, store: StoreConnection, settings: Settings
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    code = generate(browser, store)
    cookie = browser.cookies["pairing_code"]
    assert cookie["path"] == page_of(store)
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 600)
    assert cookie["secure"] is True
    assert code not in str(dict(browser.session))
    assert code not in str(list(PairingCode.objects.values()))


def test_a_page_with_a_code_is_kept_nowhere(browser: Client, store: StoreConnection) -> None:
    generate(browser, store)
    assert "no-store" in browser.get(page_of(store))["Cache-Control"]


def test_a_code_that_is_used_voided_or_expired_is_not_shown(
    browser: Client, store: StoreConnection
) -> None:
    generate(browser, store)
    a_code(store)
    assert shown(browser, store) is None
    Plugin().pair(generate(browser, store))
    assert shown(browser, store) is None
    generate(browser, store)
    now = timezone.now()
    PairingCode.objects.filter(used_at=None).update(
        expires_at=now, made_at=now - timedelta(hours=1)
    )
    assert shown(browser, store) is None
    assert "The code has expired." in card(browser, store)


def test_a_code_that_expired_long_ago_is_not_spoken_of(
    browser: Client, store: StoreConnection
) -> None:
    generate(browser, store)
    past = timezone.now() - timedelta(hours=2)
    PairingCode.objects.update(expires_at=past, made_at=past - timedelta(minutes=10))
    assert "expired" not in card(browser, store)


def test_a_forged_cookie_shows_nothing(browser: Client, store: StoreConnection) -> None:
    generate(browser, store)
    for forged in ("", "ABCDEFGH", "ABCDEFGH:1:x", browser.cookies["pairing_code"].value[:-2]):
        browser.cookies["pairing_code"] = forged
        assert shown(browser, store) is None


def test_another_stores_cookie_shows_nothing(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    other = a_connection(company, "Second")
    generate(browser, store)
    stolen = browser.cookies["pairing_code"].value
    generate(browser, other)
    browser.cookies["pairing_code"] = stolen
    assert shown(browser, other) is None


# Who sees it.


def test_another_accountant_is_told_that_there_is_a_code(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    code = generate(browser, store)
    colleague = a_member(company, Role.ACCOUNTANT)
    text = card(colleague, store)
    assert "more; only who made it sees it." in text
    assert code not in text
    colleague.cookies["pairing_code"] = browser.cookies["pairing_code"].value
    assert shown(colleague, store) is None, "who logs in later in the same browser"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_who_may_not_generate_has_no_button(
    company: Company, store: StoreConnection, role: Role
) -> None:
    member = a_member(company, role)
    text = card(member, store)
    assert "<form" not in text
    assert "An accountant or owner generates a pairing code here." in text
    address = reverse("make_pairing_code", args=[company.pk, store.pk])
    assert member.post(address).status_code == 403
    assert not PairingCode.objects.exists()


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.OWNER])
def test_accountant_and_owner_generate(
    company: Company, store: StoreConnection, role: Role
) -> None:
    assert generate(a_member(company, role), store)


def test_the_card_alone_does_not_exist_for_strangers(
    browser: Client, stranger: Client, store: StoreConnection
) -> None:
    address = reverse("plugin_card", args=[store.company_id, store.pk])
    part = {"HX-Request": "true"}
    assert stranger.get(address, headers=part).status_code == 404
    assert Client().get(address, headers=part).status_code == 302
    assert browser.get(address, headers=part).status_code == 200
    assert browser.get(address)["Location"] == page_of(store)


def test_a_store_deleted_meanwhile_gets_no_code(browser: Client, store: StoreConnection) -> None:
    lifecycle.delete(store)
    address = reverse("make_pairing_code", args=[store.company_id, store.pk])
    assert browser.post(address).status_code == 404


# The card while a code is open.


def test_only_while_a_code_is_open_the_card_asks_again(
    browser: Client, store: StoreConnection
) -> None:
    assert "hx-get" not in card(browser, store)
    code = generate(browser, store)
    found = re.search(r'hx-get="([^"]+)"', card(browser, store))
    assert found is not None
    part = {"HX-Request": "true"}
    assert browser.get(found[1], headers=part).status_code == 204
    Plugin().pair(code)
    answer = browser.get(found[1], headers=part)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode()
    assert "<html" not in text
    assert "Paired" in text
    assert "hx-get" not in text
    assert code not in text


# The paired site.


@pytest.fixture
def paired(store: StoreConnection) -> Plugin:
    """A site that is paired."""
    plugin = Plugin()
    plugin.pair(a_code(store))
    return plugin


def test_a_paired_site_is_shown_with_what_it_told(
    browser: Client, store: StoreConnection, paired: Plugin
) -> None:
    text = card(browser, store)
    for fact in ("Asha’s shop", "shop.example.com", "10.5.1", "6.9", "0.1.0", "Paired"):
        assert fact in text
    for trouble in ("available in WordPress", "clock is", "wait in the store", "Paused"):
        assert trouble not in text


def test_troubles_of_the_site_are_said(
    browser: Client, store: StoreConnection, paired: Plugin
) -> None:
    PairedSite.objects.update(
        plugin_version="0.0.9", waiting=1, paused=["order.updated"], clock_skew=-3700
    )
    text = card(browser, store)
    assert "available in WordPress" in text
    assert "1 order waits in the store." in text
    assert "Paused in WooCommerce: Order updated." in text
    assert "The store’s clock is 1 hour behind this server’s." in text


@pytest.mark.parametrize(("skew", "is_said"), [(300, False), (-300, False), (301, True)])
def test_a_clock_may_be_five_minutes_off(
    browser: Client, store: StoreConnection, paired: Plugin, skew: int, is_said: bool
) -> None:
    PairedSite.objects.update(clock_skew=skew)
    assert ("The store’s clock is 5 minutes" in card(browser, store)) is is_said


def test_a_site_that_calls_itself_a_script_is_shown_as_text(
    browser: Client, store: StoreConnection
) -> None:
    evil = {
        "site_name": "<script>alert(1)</script>",
        "site_url": 'https://a.example/"><script>alert(1)</script>',
    }
    assert Plugin().pair(a_code(store), **evil)[0] == 200
    page = browser.get(page_of(store)).content.decode()
    assert "<script>alert" not in page


def test_that_a_store_moved_can_be_said_only_where_its_site_is_known(
    browser: Client, store: StoreConnection
) -> None:
    assert "The store has moved" not in card(browser, store)
    generate(browser, store, moved="on")
    assert PairingCode.objects.get().allows_other_site
    Plugin().pair(a_code(store))
    assert "The store has moved" in card(browser, store)
    generate(browser, store)
    assert not PairingCode.objects.get(used_at=None, voided_at=None).allows_other_site


def test_an_unpaired_site_is_said_and_offered_both_ways_back(
    browser: Client, store: StoreConnection, paired: Plugin
) -> None:
    paired.signed("unpair")
    text = card(browser, store)
    assert "Unpaired from shop.example.com." in text
    assert "Generate pairing code" in text
    assert reverse("resume_store", args=[store.company_id, store.pk]) in text


def test_the_card_stands_first_until_a_store_is_heard_by_webhook(
    browser: Client, store: StoreConnection
) -> None:
    def is_first() -> bool:
        page = browser.get(page_of(store)).content.decode()
        return page.index('id="plugin"') < page.index('id="live"')

    assert is_first()
    book(store, an_order())
    assert not is_first()
    Plugin().pair(a_code(store))
    assert is_first()


def test_the_number_of_queries_of_a_stores_page_is_bounded(
    browser: Client,
    store: StoreConnection,
    paired: Plugin,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    generate(browser, store)
    with django_assert_max_num_queries(16):
        browser.get(page_of(store))


def test_generating_is_on_record_without_the_code(browser: Client, store: StoreConnection) -> None:
    code = generate(browser, store)
    lines = " ".join(Activity.objects.values_list("text", flat=True))
    assert "A pairing code was made." in lines
    assert code not in lines


# Contact details.


def test_the_switch_is_saved_and_the_order_shows_the_contact(
    browser: Client, company: Company, store: StoreConnection
) -> None:
    order = an_order()
    order["billing"] |= {"address_1": "12 Hill Road", "phone": "98200 00000", "email": "a@b.in"}
    page = reverse("order", args=[company.pk, store.pk, 501])
    book(store, order)
    assert "Hill Road" not in browser.get(page).content.decode()

    options = {"name": "Main store", "is_enabled": "on", "post_as": "sale", "unmapped_sku": "post"}
    options["bare_refund"] = "spread"
    address = reverse("store_options", args=[company.pk, store.pk])
    browser.post(address, {**options, "share_contact_details": "on"})
    store.refresh_from_db()
    assert store.share_contact_details
    book(store, order)
    text = browser.get(page).content.decode()
    for detail in ("Contact", "Billed to", "12 Hill Road", "98200 00000", "a@b.in"):
        assert detail in text
    assert "Shipped to" not in text

    browser.post(address, options)
    assert "Billed to" not in browser.get(page).content.decode()
