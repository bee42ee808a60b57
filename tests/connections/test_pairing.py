"""Codes, and how a site and a connection come together by one."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from connections import lifecycle, pairing
from connections.models import Activity, PairedSite, PairingCode, Status, StoreConnection
from connections.site import Site
from tests.factories import NOW, a_company, a_user
from tests.plugin import SITE, Plugin, a_code

pytestmark = pytest.mark.django_db

HERE = Site(site_url="https://shop.example.com", wc_version="10.5.1", plugin_version="0.1.0")
A_MINUTE = timedelta(minutes=1)


def made(connection: StoreConnection, **options: bool) -> str:
    return pairing.make_code(connection, by=a_user(), now=NOW, **options).code


def redeem(code: str, site: Site = HERE, after: timedelta = A_MINUTE) -> pairing.Pairing:
    return pairing.redeem(code, site, now=NOW + after)


def lines() -> list[str]:
    return list(Activity.objects.order_by("id").values_list("text", flat=True))


# The code.


def test_a_code_is_eight_characters_that_nobody_mistakes(connection: StoreConnection) -> None:
    codes = "".join(made(connection) for _ in range(50))
    assert len(codes) == 400
    assert set(codes) <= set("ABCDEFGHJKMNPQRSTUVWXYZ23456789")
    assert not set(codes) & set("0O1IL")


def test_only_a_hash_of_the_code_is_kept(connection: StoreConnection) -> None:
    code = made(connection)
    row = PairingCode.objects.values_list().get()
    assert code not in str(row)
    assert code.encode().hex() not in str([bytes(x).hex() for x in row if isinstance(x, bytes)])


def test_the_hash_is_keyed(connection: StoreConnection, settings: Settings) -> None:
    code = made(connection)
    settings.SECRET_KEY = "another"
    with pytest.raises(pairing.CodeNotFoundError):
        redeem(code)


def test_a_code_is_good_for_ten_minutes(connection: StoreConnection) -> None:
    code = made(connection)
    with pytest.raises(pairing.CodeNotFoundError):
        redeem(code, after=timedelta(minutes=10))
    assert redeem(code, after=timedelta(minutes=10, seconds=-1)).connection == connection


def test_a_code_is_good_once(connection: StoreConnection) -> None:
    code = made(connection)
    redeem(code)
    with pytest.raises(pairing.CodeNotFoundError):
        redeem(code)


def test_a_new_code_voids_the_old_one(connection: StoreConnection) -> None:
    old, new = made(connection), made(connection)
    with pytest.raises(pairing.CodeNotFoundError):
        redeem(old)
    redeem(new)


def test_codes_of_two_stores_do_not_void_each_other(connection: StoreConnection) -> None:
    other = lifecycle.connect(connection.company, name="Second")
    first, second = made(connection), made(other)
    assert redeem(first).connection == connection
    assert redeem(second).connection == other


@pytest.mark.parametrize("typed", ["{lower}", " {} ", "{first}-{last}", "{first} {last}"])
def test_spaces_hyphens_and_case_make_no_difference(
    connection: StoreConnection, typed: str
) -> None:
    code = made(connection)
    text = typed.format(code, lower=code.lower(), first=code[:4], last=code[4:])
    assert redeem(text).connection == connection


def test_a_deleted_connection_has_no_codes(connection: StoreConnection) -> None:
    code = made(connection)
    lifecycle.delete(connection)
    with pytest.raises(pairing.CodeNotFoundError):
        redeem(code)
    with pytest.raises(lifecycle.NotPossibleError):
        made(connection)
    connection.refresh_from_db()
    assert (connection.status, connection.secret) == (Status.DELETED, "")


# Pairing.


def test_pairing_puts_a_new_secret_in_force_and_keeps_the_old_for_seven_days(
    connection: StoreConnection,
) -> None:
    old = connection.secret
    paired = redeem(made(connection))
    connection.refresh_from_db()
    assert lifecycle.secret_of(connection) == paired.secret
    assert re.fullmatch("[A-Za-z0-9]{40}", paired.secret)
    assert connection.previous_secret == old
    assert connection.previous_secret_until == NOW + A_MINUTE + timedelta(days=7)


def test_pairing_again_keeps_the_connection_and_changes_the_secret(
    connection: StoreConnection,
) -> None:
    first = redeem(made(connection))
    second = redeem(made(connection))
    assert second.connection.pk == first.connection.pk == connection.pk
    assert second.secret != first.secret
    assert PairedSite.objects.count() == 1


def test_pairing_revives_an_unpaired_connection(connection: StoreConnection) -> None:
    redeem(made(connection))
    lifecycle.unpair(connection)
    redeem(made(connection))
    connection.refresh_from_db()
    assert connection.status == Status.ACTIVE


def test_what_the_site_told_is_kept(connection: StoreConnection) -> None:
    site = Site.read(SITE | {"sent_at": "2026-11-21T10:30:00Z"}, now=NOW)
    redeem(made(connection), site)
    kept = PairedSite.objects.get()
    assert {name: getattr(kept, name) for name in SITE} == SITE
    assert (kept.clock_skew, kept.waiting, kept.paused) == (3600, 0, [])
    assert kept.paired_at == kept.told_at == NOW + A_MINUTE
    connection.refresh_from_db()
    assert connection.site_url == SITE["site_url"]


# Which site.


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example.com",
        "https://www.shop.example.com/",
        "https://SHOP.example.com:8443",
    ],
)
def test_scheme_port_www_and_a_slash_make_no_other_site(
    connection: StoreConnection, address: str
) -> None:
    redeem(made(connection))
    redeem(made(connection), Site(site_url=address))


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example.com",
        "https://shop.example.com/staging",
        "https://shop.example.com.evil.example",
    ],
)
def test_another_site_is_refused_and_nothing_changes(
    connection: StoreConnection, address: str
) -> None:
    redeem(made(connection))
    code = made(connection)
    before = StoreConnection.objects.values().get(), PairedSite.objects.values().get(), lines()
    with pytest.raises(pairing.AnotherSiteError) as refused:
        redeem(code, Site(site_url=address))
    assert refused.value.site_url == "https://shop.example.com"
    after = StoreConnection.objects.values().get(), PairedSite.objects.values().get(), lines()
    assert after == before
    assert redeem(code).connection == connection  # the code is still good


def test_a_code_for_a_store_that_moved_lets_another_site_in(connection: StoreConnection) -> None:
    redeem(made(connection))
    redeem(made(connection, allows_other_site=True), Site(site_url="https://new.example.com"))
    connection.refresh_from_db()
    assert connection.site_url == PairedSite.objects.get().site_url == "https://new.example.com"
    assert "The store moved from shop.example.com to new.example.com." in lines()


def test_the_address_that_a_connection_was_made_with_counts_too(
    connection: StoreConnection,
) -> None:
    rest = lifecycle.RestAccess("https://lab.example.com", "ck", "cs")
    lab = lifecycle.connect(connection.company, name="Lab", rest=rest)
    with pytest.raises(pairing.AnotherSiteError):
        redeem(made(lab))


# The activity log.


def test_each_step_is_in_the_activity_log_and_nothing_secret_in_it(
    connection: StoreConnection, plugin: Plugin, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    code = a_code(connection)
    plugin.pair(code)
    plugin.pair(code)
    plugin.signed("unpair")
    again = a_code(connection)
    plugin.pair(again)
    lifecycle.unpair(connection)
    assert lines() == [
        "Main store was connected.",
        "A pairing code was made.",
        "Paired with shop.example.com (WooCommerce 10.5.1, plugin 0.1.0).",
        "Main store was unpaired by the store.",
        "A pairing code was made.",
        "Paired again with shop.example.com (WooCommerce 10.5.1, plugin 0.1.0).",
        "Main store was unpaired here.",
    ]
    told = " ".join(lines()) + caplog.text
    assert "Not Found: /api/plugin/v1/pair" in caplog.text
    assert not any(secret in told for secret in (code, again, plugin.secret, "Asha"))


# Sweeping, and the command.


def test_codes_go_thirty_days_after_their_end(connection: StoreConnection) -> None:
    made(connection)
    end = NOW + timedelta(minutes=10)
    pairing.forget_old(end + timedelta(days=30))
    assert PairingCode.objects.exists()
    pairing.forget_old(end + timedelta(days=30, seconds=1))
    assert not PairingCode.objects.exists()


def test_the_command_prints_a_code_that_pairs(connection: StoreConnection, plugin: Plugin) -> None:
    out = StringIO()
    call_command("pairing_code", f"--connection={connection.pk}", "--json", stdout=out)
    printed = json.loads(out.getvalue())
    assert set(printed) == {"code", "expires_at"}
    left = PairingCode.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    assert plugin.pair(printed["code"])[0] == 200


def test_the_command_refuses_what_is_not_there(connection: StoreConnection) -> None:
    with pytest.raises(CommandError, match="no such connection"):
        call_command("pairing_code", f"--connection={a_user().pk:032x}")
    lifecycle.delete(connection)
    with pytest.raises(CommandError, match="is deleted"):
        call_command("pairing_code", f"--connection={connection.pk}")


def test_a_companys_code_pairs_that_companys_store_alone(connection: StoreConnection) -> None:
    other = lifecycle.connect(a_company(name="Other"), name="Other store")
    redeem(made(other))
    connection.refresh_from_db()
    assert connection.site_url == ""
    assert PairedSite.objects.get().company == other.company
