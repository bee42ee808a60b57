"""Staff's admin of connections and deliveries: found, tried again, and no secret shown."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from connections import lifecycle
from connections.models import Activity, Status, StoreConnection
from ledger.models import Company, Membership, Role, User
from sync.models import (
    Acceptance,
    Delivery,
    Order,
    OrderDocument,
    OrderDraft,
    Snapshot,
    SweepRun,
)
from tests.factories import a_user
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db

WRITTEN_BY_THE_PIPELINE = [
    Delivery, Snapshot, Order, OrderDocument, OrderDraft, Acceptance, Activity, SweepRun,
]  # fmt: skip


@pytest.fixture
def superuser(db: None) -> Client:
    """A browser of a superuser."""
    client = Client()
    client.force_login(User.objects.create_superuser("staff@example.com"))
    return client


@pytest.fixture
def busy(main_store: StoreConnection) -> StoreConnection:
    """Has sent orders that were booked, drafted, and that wait."""
    book(main_store, an_order(501), an_order(502, status="pending"), an_order(503, currency="USD"))
    return main_store


def _list(model: type) -> str:
    meta = admin.site._registry[model].opts
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")


@pytest.mark.parametrize("model", [StoreConnection, *WRITTEN_BY_THE_PIPELINE])
def test_every_list_is_shown_and_searched(
    superuser: Client, busy: StoreConnection, model: type
) -> None:
    assert superuser.get(_list(model), {"q": "501"}).status_code == 200
    assert admin.site._registry[model].search_fields


@pytest.mark.parametrize("model", WRITTEN_BY_THE_PIPELINE)
def test_what_the_pipeline_writes_is_not_touched_by_hand(
    superuser: Client, busy: StoreConnection, model: type
) -> None:
    meta = admin.site._registry[model].opts
    row = model._default_manager.order_by("pk").first()  # type: ignore[attr-defined]
    change = f"admin:{meta.app_label}_{meta.model_name}"
    assert superuser.get(reverse(f"{change}_add")).status_code == 403
    if row is not None:
        assert superuser.get(reverse(f"{change}_change", args=[row.pk])).status_code == 200
        assert superuser.post(reverse(f"{change}_change", args=[row.pk]), {}).status_code == 403
        assert superuser.post(reverse(f"{change}_delete", args=[row.pk])).status_code == 403


def test_waiting_orders_are_tried_again(superuser: Client, busy: StoreConnection) -> None:
    chosen = list(Order.objects.values_list("pk", flat=True))
    data = {"action": "retry_orders", "_selected_action": chosen}
    page = superuser.post(_list(Order), data, follow=True).content.decode()
    assert "Orders that are tried again: 1." in page
    assert Delivery.objects.get(state="received").order_id == 503


def test_deliveries_are_processed_again(superuser: Client, busy: StoreConnection) -> None:
    chosen = Delivery.objects.get(order_id=501)
    data = {"action": "replay_deliveries", "_selected_action": [chosen.pk]}
    page = superuser.post(_list(Delivery), data, follow=True).content.decode()
    assert "Deliveries that are processed again: 1." in page
    assert Delivery.objects.get(is_replay=True).snapshot_id == chosen.snapshot_id


def test_no_secret_is_shown_of_a_connection(superuser: Client, company: Company) -> None:
    rest = lifecycle.RestAccess("https://shop.example", "ck_1", "cs_1")
    connection = lifecycle.connect(company, name="Shop", rest=rest)
    address = reverse("admin:connections_storeconnection_change", args=[connection.pk])
    page = superuser.get(address).content.decode()
    for sealed in (connection.secret, connection.consumer_key, connection.consumer_secret):
        assert sealed not in page
    assert lifecycle.secret_of(connection) not in page


def test_a_store_is_paused_once(superuser: Client, main_store: StoreConnection) -> None:
    data = {"action": "pause", "_selected_action": [str(main_store.pk)]}
    assert b"is paused" in superuser.post(_list(StoreConnection), data, follow=True).content
    main_store.refresh_from_db()
    assert main_store.status == Status.UNPAIRED
    assert b"cannot become" in superuser.post(_list(StoreConnection), data, follow=True).content


@pytest.mark.parametrize(("is_member", "shown"), [(True, 3), (False, 0)])
def test_staff_that_is_no_superuser_sees_its_companies_alone(
    busy: StoreConnection, *, is_member: bool, shown: int
) -> None:
    staff = a_user("staff")
    staff.is_staff = True
    staff.save()
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="sync"))
    if is_member:
        Membership.objects.create(company=busy.company, user=staff, role=Role.VIEWER)
    client = Client()
    client.force_login(staff)
    answer = client.get(_list(Order))
    assert answer.context["cl"].result_count == shown
