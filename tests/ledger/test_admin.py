"""Staff's admin: everything can be found, nothing posted can be touched."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from ledger import invitations
from ledger.models import Company, Item, Membership, Role, User, Voucher
from tests.factories import NOW, a_company, a_sale, a_user, posted

pytestmark = pytest.mark.django_db

LEDGER_MODELS = sorted(
    (model for model in admin.site._registry if model._meta.app_label == "ledger"),
    key=lambda model: model._meta.model_name or "",
)
POSTED = ["voucher", "voucherline", "vouchertax", "entry", "draft"]


@pytest.fixture
def superuser(db: None) -> Client:
    """A browser of a superuser."""
    client = Client()
    client.force_login(User.objects.create_superuser("staff@example.com"))
    return client


@pytest.fixture
def voucher(company: Company) -> Voucher:
    """A posted sale."""
    (result,) = posted(company, a_sale())
    return Voucher.objects.get(pk=result.id)


def test_every_model_is_in_the_admin() -> None:
    assert len(LEDGER_MODELS) == 22


@pytest.mark.parametrize("model", LEDGER_MODELS, ids=lambda model: model._meta.model_name)
def test_every_model_is_listed_and_searched(
    superuser: Client, voucher: Voucher, model: type[object]
) -> None:
    name = model._meta.model_name  # type: ignore[attr-defined]
    response = superuser.get(reverse(f"admin:ledger_{name}_changelist"), {"q": "1"})
    assert response.status_code == 200
    assert admin.site._registry[model].search_fields  # type: ignore[index]


@pytest.mark.parametrize("name", POSTED)
def test_nobody_adds_posted_rows_in_the_admin(superuser: Client, name: str) -> None:
    assert superuser.get(reverse(f"admin:ledger_{name}_add")).status_code == 403


def test_a_voucher_is_shown_with_its_parts_and_cannot_be_saved(
    superuser: Client, voucher: Voucher
) -> None:
    address = reverse("admin:ledger_voucher_change", args=[voucher.pk])
    page = superuser.get(address)
    assert page.status_code == 200
    assert "Output CGST" in page.content.decode()
    assert superuser.post(address, {"reference": "2"}).status_code == 403
    delete = reverse("admin:ledger_voucher_delete", args=[voucher.pk])
    assert superuser.post(delete, {"post": "yes"}).status_code == 403


def test_a_companys_page_opens(superuser: Client, company: Company) -> None:
    assert (
        superuser.get(reverse("admin:ledger_company_change", args=[company.pk])).status_code == 200
    )


def staff_of(company: Company, *permissions: str) -> Client:
    person = a_user("staff")
    person.is_staff = True
    person.save()
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    Membership.objects.create(company=company, user=person, role=Role.VIEWER)
    client = Client()
    client.force_login(person)
    return client


def test_other_staff_see_their_own_companies_alone(voucher: Voucher) -> None:
    other = a_company(name="Other")
    (theirs,) = posted(other, a_sale())
    client = staff_of(voucher.company, "view_voucher", "view_company")
    page = client.get(reverse("admin:ledger_company_changelist")).content.decode()
    assert "Asha Traders" in page
    assert "Other" not in page
    address = reverse("admin:ledger_voucher_change", args=[theirs.id])
    assert client.get(address).status_code == 302
    address = reverse("admin:ledger_voucher_change", args=[voucher.pk])
    assert client.get(address).status_code == 200


def test_other_staff_choose_among_their_own_companies_alone(company: Company) -> None:
    a_company(name="Other")
    client = staff_of(company, "add_account", "view_account")
    page = client.get(reverse("admin:ledger_account_add")).content.decode()
    assert "Asha Traders" in page
    assert "Other" not in page


def test_a_person_is_added_by_address(superuser: Client) -> None:
    response = superuser.post(
        reverse("admin:ledger_user_add"),
        {
            "email": "New@Example.com",
            "password1": "quite a long one",
            "password2": "quite a long one",
            "usable_password": "true",
        },
    )
    assert response.status_code == 302
    person = User.objects.get(email="new@example.com")
    assert person.username == "new@example.com"
    assert not person.is_staff


def test_an_items_rate_belongs_to_the_items_company(superuser: Client, company: Company) -> None:
    item = Item.objects.create(company=company, sku="SH-1", name="Shirt")
    response = superuser.post(
        reverse("admin:ledger_item_change", args=[item.pk]),
        {
            "company": company.pk,
            "sku": "SH-1",
            "name": "Shirt",
            "taxability": "taxable",
            "unit": "NOS",
            "is_active": "on",
            "rates-TOTAL_FORMS": "1",
            "rates-INITIAL_FORMS": "0",
            "rates-0-rate": "18",
            "rates-0-valid_from": "2026-04-01",
        },
    )
    assert response.status_code == 302
    assert item.rates.get().company == company


def test_a_rule_of_the_database_is_said_and_kept(superuser: Client, company: Company) -> None:
    owner = Membership.objects.get(company=company)
    form = {"company": company.pk, "user": owner.user_id, "role": "viewer"}
    address = reverse("admin:ledger_membership_change", args=[owner.pk])
    answer = superuser.post(address, form, follow=True)
    assert "membership_last_owner_stays" in answer.content.decode()
    address = reverse("admin:ledger_membership_delete", args=[owner.pk])
    answer = superuser.post(address, {"post": "yes"}, follow=True)
    assert "membership_last_owner_stays" in answer.content.decode()
    owner.refresh_from_db()
    assert owner.role == Role.OWNER


def test_an_invitations_digest_is_not_shown(superuser: Client, company: Company) -> None:
    by = Membership.objects.get(company=company).user
    invited = invitations.invite(company, "new@example.com", Role.VIEWER, by=by, now=NOW)
    address = reverse("admin:ledger_invitation_change", args=[invited.invitation.pk])
    page = superuser.get(address).content.decode()
    assert "new@example.com" in page
    assert invited.invitation.digest not in page
