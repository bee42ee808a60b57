"""The admin for staff, walked through: every list, every page, and what it keeps to itself."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import BinaryField, Model
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.staff_site import OWN_APPS
from connections.models import StoreConnection
from ledger import invitations, second_factor, tokens
from ledger.admin import Untouchable
from ledger.models import Company, ItemRate, Membership, Party, Role, Session, User
from sync.models import Heartbeat, Order, OrderState, SkuImportPart
from tests.factories import a_company, a_user
from tests.stores import an_order, book
from tests.walk.everything import one_of_everything

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
SHOWN_ELSEWHERE = {ItemRate}
"""On the item's page."""
BYTES_ALONE = {SkuImportPart}
"""Parts of an uploaded file: there is nothing to read."""
MAY_BE_ADDED = {"ledger.Account", "ledger.Item", "ledger.Membership", "ledger.Party", "ledger.User"}
MAY_BE_CHANGED = MAY_BE_ADDED | {"ledger.Company", "connections.StoreConnection"}
MAY_BE_DELETED = MAY_BE_ADDED - {"ledger.User"} | {"ledger.ApiToken"}


def _names(models: Any) -> set[str]:
    return {model._meta.label for model in models}


def _logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("root@example.com", password="root's own long password")


@pytest.fixture
def company(db: None) -> Company:
    """Has something of everything, an owner with a second factor and a token among it."""
    owner = a_user("owner")
    company = a_company(owner=owner)
    one_of_everything(company, owner)
    return company


@pytest.fixture
def staff(company: Company) -> User:
    """Member of the company, and may see every model."""
    person = a_user("staff")
    person.is_staff = True
    person.save()
    person.user_permissions.set(Permission.objects.all())
    Membership.objects.create(company=company, user=person, role=Role.VIEWER)
    return person


def _change(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def _changelist(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_every_model_of_ours_is_shown() -> None:
    ours = {each for each in apps.get_models() if each._meta.app_label in OWN_APPS}
    assert _names(ours - set(MODELS)) == _names(SHOWN_ELSEWHERE | BYTES_ALONE)
    assert Group not in MODELS


def test_all_but_a_few_masters_are_only_shown(superuser: User) -> None:
    request = HttpRequest()
    request.user = superuser
    sites = admin.site._registry
    assert _names(m for m in MODELS if sites[m].has_add_permission(request)) == MAY_BE_ADDED
    assert _names(m for m in MODELS if sites[m].has_change_permission(request)) == MAY_BE_CHANGED
    assert _names(m for m in MODELS if sites[m].has_delete_permission(request)) == MAY_BE_DELETED


def test_nothing_is_deleted_in_bulk(superuser: User) -> None:
    request = HttpRequest()
    request.user = superuser
    for model in MODELS:
        assert "delete_selected" not in admin.site._registry[model].get_actions(request)


def test_what_other_packages_keep_is_only_shown() -> None:
    foreign = [m for m in MODELS if m._meta.app_label not in OWN_APPS]
    assert {"django_q.Schedule", "axes.AccessAttempt"} <= _names(foreign)
    assert all(isinstance(admin.site._registry[m], Untouchable) for m in foreign)


def test_a_superuser_opens_every_list_and_every_row(company: Company, superuser: User) -> None:
    browser = _logged_in(superuser)
    for model in MODELS:
        assert browser.get(_changelist(model), {"q": "1"}).status_code == 200, model
        assert browser.get(_changelist(model), {"o": "1"}).status_code == 200, model
        for row in model._default_manager.all()[:3]:
            code = browser.get(_change(row)).status_code
            assert code == (403 if model is Session else 200), model


def test_other_staff_see_nothing_of_companies_that_they_are_no_members_of(
    company: Company, staff: User
) -> None:
    other = a_company(name="Other", owner=a_user("another"))
    one_of_everything(other, Membership.objects.get(company=other).user)
    browser = _logged_in(staff)
    for model in MODELS:
        assert browser.get(_changelist(model)).status_code in (200, 403), model
        if hasattr(model, "company"):
            for row in model._default_manager.filter(company=other)[:3]:
                assert browser.get(_change(row)).status_code in (302, 403), model


def test_no_page_shows_a_secret(company: Company, superuser: User) -> None:
    owner = Membership.objects.get(company=company, role=Role.OWNER).user
    second_factor.begin(owner)
    raw = tokens.issue(owner, company=company)
    told = invitations.invite(company, "n@example.com", Role.VIEWER, by=owner, now=timezone.now())
    browser = _logged_in(superuser)
    browser.get(reverse("admin:index"))
    secrets = {raw, told.token, browser.session.session_key or "-", owner.password}
    for model in MODELS:
        secrets |= {text for row in model._default_manager.all()[:20] for text in _secrets_of(row)}
    assert len(secrets) > 8
    for model in MODELS:
        rows = () if model is Session else model._default_manager.all()[:3]
        pages = [_changelist(model), *map(_change, rows)]
        for page in pages:
            shown = browser.get(page).content.decode()
            assert [each for each in secrets if each in shown] == [], page


def _secrets_of(row: Model) -> list[str]:
    """What a row holds that lets somebody in, as Django would print it."""
    found = []
    for name in row._meta.get_fields():
        is_bytes = isinstance(name, BinaryField)
        if is_bytes or name.name in ("digest", "seed", "session_data", "secret", "consumer_key"):
            value = getattr(row, name.name)
            text = bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value or "")
            found += [text] if len(text) > 8 else []
    return found


def test_staff_cannot_raise_themselves_or_take_over_a_superuser(
    staff: User, superuser: User
) -> None:
    browser = _logged_in(staff)
    form = {"email": superuser.email, "is_active": "on", "is_superuser": "on", "is_staff": "on"}
    for person in (staff, superuser):
        browser.post(_change(person), form)
        password = reverse("admin:auth_user_password_change", args=[person.pk])
        fresh = {"password1": "another long one", "password2": "another long one"}
        assert browser.post(password, fresh).status_code == 403
    colleague = a_user("colleague")
    browser.post(_change(colleague), form | {"email": colleague.email})
    assert not User.objects.filter(is_superuser=True).exclude(pk=superuser.pk).exists()
    assert User.objects.get(pk=colleague.pk).is_staff is False


def _waiting(company: Company) -> int:
    return Order.objects.filter(company=company, state=OrderState.WAITING).count()


def test_the_index_says_what_needs_a_look(company: Company, superuser: User) -> None:
    Heartbeat.objects.all().delete()
    browser = _logged_in(superuser)
    page = browser.get(reverse("admin:index")).content.decode()
    assert re.search(rf"Orders that wait: <strong>{_waiting(company)}</strong>", page)
    assert "The worker is silent" in page
    assert browser.get(f"{reverse('admin:sync_order_changelist')}?state=waiting").status_code == 200


def test_the_index_says_when_nothing_does(superuser: User) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())
    page = _logged_in(superuser).get(reverse("admin:index")).content.decode()
    assert "Nothing: the worker runs" in page


def test_the_index_counts_for_staff_what_they_may_see(company: Company, staff: User) -> None:
    other = a_company(name="Other", owner=a_user("another"))
    store = StoreConnection.objects.filter(company=company)[0]
    one_of_everything(other, Membership.objects.get(company=other).user)
    book(store, an_order(599, currency="EUR"))
    page = _logged_in(staff).get(reverse("admin:index")).content.decode()
    assert re.search(rf"Orders that wait: <strong>{_waiting(company)}</strong>", page)


def test_what_is_booked_is_not_deleted_from_under_it(company: Company, superuser: User) -> None:
    browser = _logged_in(superuser)
    account = company.accounts.filter(entries__isnull=False)[0]
    party = Party.objects.get(company=company, is_pseudo=True)
    rows: list[Model] = [account, party]
    for row in rows:
        name = f"admin:ledger_{row._meta.model_name}_delete"
        browser.post(reverse(name, args=[row.pk]), {"post": "yes"})
        assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_the_admin_is_where_settings_say() -> None:
    assert "config.staff_app.StaffConfig" in settings.INSTALLED_APPS
