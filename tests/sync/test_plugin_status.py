"""*Test connection*: what a paired store is told, and what is kept of what it tells."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from connections import lifecycle
from connections.models import Activity, PairedSite, StoreConnection
from connections.plugin_package import package_of
from ledger.models import Company
from tests.plugin import Plugin, a_code
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def paired(main_store: StoreConnection) -> Plugin:
    """A site that is paired."""
    plugin = Plugin()
    plugin.pair(a_code(main_store))
    return plugin


def test_a_store_that_has_sent_nothing_is_told_so(paired: Plugin, settings: Settings) -> None:
    status, answer = paired.signed("status")
    assert status == 200
    assert answer.pop("server_time")[-1] == "Z"
    assert answer == {
        "reachable": True,
        "connection_name": "Main store",
        "orders_booked": 0,
        "last_order_at": None,
        "plugin": {"latest": package_of(settings.PLUGIN_FOLDER, "").version},
        "share_contact_details": False,
        "gstin_fields": [],
    }


def test_booked_orders_of_this_store_alone_are_counted(
    paired: Plugin, main_store: StoreConnection, company: Company
) -> None:
    book(a_connection(company, "Second"), an_order(900))
    book(main_store, an_order(501), an_order(502), an_order(503, status="pending"))
    answer = paired.signed("status")[1]
    assert (answer["orders_booked"], answer["last_order_at"]) == (2, "2026-11-18T06:00:00Z")


def test_options_of_the_connection_reach_the_plugin(paired: Plugin) -> None:
    StoreConnection.objects.update(share_contact_details=True, gstin_fields=["gst_no"])
    answer = paired.signed("status")[1]
    assert (answer["share_contact_details"], answer["gstin_fields"]) == (True, ["gst_no"])


def test_an_unpaired_store_is_told_so(paired: Plugin, main_store: StoreConnection) -> None:
    lifecycle.unpair(main_store)
    status, answer = paired.signed("status")
    assert (status, answer["error"]["code"]) == (401, "unpaired")


# What is kept.


def told(**facts: Any) -> dict[str, Any]:
    return {"site_url": "https://shop.example.com", **facts}


def test_what_the_store_tells_is_kept(paired: Plugin) -> None:
    later = timezone.now() + timedelta(hours=1)
    before = PairedSite.objects.get()
    paired.signed(
        "status",
        told(
            plugin_version="0.2.0",
            wc_version="10.6",
            sent_at=later.isoformat(),
            waiting=3,
            paused=["order.deleted", "coupon.created", 5],
        ),
    )
    site = PairedSite.objects.get()
    assert (site.plugin_version, site.wc_version, site.wp_version) == ("0.2.0", "10.6", "6.9")
    assert (site.waiting, site.paused) == (3, ["order.deleted"])
    assert site.clock_skew is not None
    assert 3595 <= site.clock_skew <= 3605
    assert site.told_at > before.told_at
    assert site.paired_at == before.paired_at


@pytest.mark.parametrize(
    "nonsense",
    [
        {"waiting": -1, "paused": "order.created", "healed": 7, "sent_at": "x"},
        {"waiting": True, "paused": [[]], "healed": {"order.created": 1}},
        {"waiting": 10**30, "plugin_version": "\u0000", "wc_version": "x" * 500},
        {"site_url": "\u0000", "sent_at": None, "wp_version": None},
    ],
)
def test_nonsense_is_left_out(paired: Plugin, nonsense: dict[str, Any]) -> None:
    assert paired.signed("status", nonsense)[0] == 200
    site = PairedSite.objects.get()
    assert (site.plugin_version, site.wc_version, site.paused) == ("0.1.0", "10.5.1", [])


def test_each_webhook_that_was_healed_is_an_activity_line(paired: Plugin) -> None:
    paired.signed("status", told(healed=["order.updated", "order.created", "x" * 999]))
    lines = list(Activity.objects.filter(text__contains="put it right").order_by("id"))
    assert [line.text.split()[2] for line in lines] == [
        "order.created",
        "order.updated",
    ]


def test_a_copy_of_the_store_at_another_address_changes_nothing_that_is_kept(
    paired: Plugin,
) -> None:
    before = PairedSite.objects.values().get()
    body = {"site_url": "https://staging.example.com", "waiting": 9, "healed": ["order.created"]}
    assert paired.signed("status", body)[0] == 200
    assert PairedSite.objects.values().get() == before
    assert not Activity.objects.filter(text__contains="put it right").exists()


def test_a_store_that_says_it_has_moved_takes_the_connection_along(
    paired: Plugin, main_store: StoreConnection
) -> None:
    new = {"site_url": "https://new.example.com", "rest_url": "https://new.example.com/wp-json/"}
    assert paired.signed("status", {**new, "moved": True})[0] == 200
    site = PairedSite.objects.get()
    main_store.refresh_from_db()
    assert (site.site_url, site.rest_url) == (new["site_url"], new["rest_url"])
    assert main_store.site_url == new["site_url"]
    assert paired.signed("status", {**new, "moved": True})[0] == 200
    assert Activity.objects.filter(text__contains="to new.example.com").count() == 1


def test_the_site_that_a_store_moved_from_changes_nothing_that_is_kept(
    paired: Plugin, main_store: StoreConnection
) -> None:
    Plugin().pair(a_code(main_store, moved=True), site_url="https://new.example.com")
    before = PairedSite.objects.values().get()
    assert paired.signed("status", {"waiting": 9})[0] == 200
    assert PairedSite.objects.values().get() == before


def test_a_store_of_another_company_is_never_answered_for(
    paired: Plugin, main_store: StoreConnection
) -> None:
    other = Plugin()
    other.pair(a_code(a_connection(Company.objects.create(name="Other", state="29"), "Theirs")))
    stolen = {"HTTP_X_COUNTERFOIL_CONNECTION": str(main_store.pk)}
    status, answer = other.signed("status", None, **stolen)
    assert (status, answer["error"]["code"]) == (401, "unauthentic")


def test_an_order_of_the_plugin_is_signed_with_the_secret_of_the_pairing(
    paired: Plugin, main_store: StoreConnection
) -> None:
    from sync.models import Delivery
    from tests import deliveries

    door = deliveries.Store(main_store.pk, paired.secret)
    assert door.send(an_order(501))[0] == 200
    Plugin().pair(a_code(main_store))
    assert door.send(an_order(502))[0] == 200, "in flight while the store was paired again"
    assert Delivery.objects.count() == 2
