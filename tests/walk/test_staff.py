"""Django's admin: staff see their own companies alone, and who is no staff sees nothing."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from ledger.models import Company, User
from sync.models import Order, SkuMapping
from tests.walk.conftest import OTHER, VICTIM, a_member, logged_in
from tests.walk.everything import Things
from tests.walk.fingerprint import of_everything
from tests.walk.who_may import MAY

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
OF_ALL = {"auth.Group"}
"""Of no company: names of what staff may do in the admin."""


def _addresses(model: type[Model]) -> Iterator[str]:
    """A model's pages: its lists, and those of each row there is."""
    meta = model._meta
    base = f"admin:{meta.app_label}_{meta.model_name}"
    yield reverse(f"{base}_changelist")
    yield reverse(f"{base}_changelist") + "?q=Kestrel"
    yield reverse(f"{base}_add")
    for row in model._default_manager.all()[:40]:
        for page in ("change", "history", "delete"):
            yield reverse(f"{base}_{page}", args=[row.pk])


@pytest.fixture
def both(things: Things, own_things: Things) -> None:
    """Two companies with one of everything each."""


@pytest.fixture
def staff(stranger: User) -> Client:
    """Staff who may do in the admin whatever can be allowed, for the own company."""
    stranger.is_staff = True
    stranger.save()
    stranger.user_permissions.set(Permission.objects.all())
    return logged_in(stranger)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_staff_of_another_company_see_and_change_nothing_here(
    model: type[Model], both: None, staff: Client
) -> None:
    before = of_everything()
    for address in _addresses(model):
        shown = staff.get(address)
        told = shown.content.decode().replace("Kestrel&quot;", "").replace('value="Kestrel"', "")
        assert VICTIM not in told, address
    assert of_everything() == before


def test_staff_see_what_is_their_own(both: None, staff: Client) -> None:
    """So that the test above does not pass because staff see nothing at all."""
    for model in (Company, Order, SkuMapping):
        address = next(_addresses(model))
        assert OTHER in staff.get(address).content.decode(), model


@pytest.mark.parametrize("model", [Company, SkuMapping], ids=["company", "mapping"])
def test_staff_of_another_company_save_nothing_here(
    model: type[Model], both: None, staff: Client, company: Company
) -> None:
    rows = model._default_manager.filter(**_of(model, company))
    meta = model._meta
    before = of_everything()
    for row in rows:
        for page in ("change", "delete"):
            address = reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk])
            staff.post(address, {"name": "Changed", "post": "yes"})
    assert rows.exists()
    assert of_everything() == before


def _of(model: type[Model], company: Company) -> dict[str, object]:
    return {"pk": company.pk} if model is Company else {"company": company}


@pytest.mark.parametrize("role", [*sorted(MAY), "nobody"])
def test_who_is_no_staff_gets_no_page_of_the_admin(role: str, both: None, company: Company) -> None:
    browser = logged_in(None if role == "nobody" else a_member(company, role))
    before = of_everything()
    for model in MODELS:
        for address in list(_addresses(model))[:9]:
            for method in ("get", "post"):
                answer = getattr(browser, method)(address)
                assert answer.status_code in {302, 403}, (address, answer.status_code)
                where = answer.headers.get("Location", "/admin/login/")
                assert where.startswith(("/admin/login/", "/login/")), address
    assert of_everything() == before
