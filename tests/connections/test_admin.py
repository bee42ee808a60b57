"""Staff's view of pairing: everything can be looked at, nothing changed, no hash seen."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from connections.guess_limits import count_guess
from connections.models import GuessCount, PairedSite, PairingCode, StoreConnection
from ledger.models import User
from tests.factories import NOW, a_user
from tests.plugin import Plugin, a_code

pytestmark = pytest.mark.django_db
MODELS = [PairingCode, PairedSite, GuessCount]


@pytest.fixture
def superuser(db: None) -> Client:
    """A browser of a superuser."""
    client = Client()
    client.force_login(User.objects.create_superuser("staff@example.com"))
    return client


@pytest.fixture(autouse=True)
def paired(connection: StoreConnection) -> None:
    """Something of each kind to look at."""
    Plugin().pair(a_code(connection))
    count_guess("203.0.113.7", now=NOW)


def _address(model: type, page: str, *ids: object) -> str:
    return reverse(f"admin:connections_{model.__name__.lower()}_{page}", args=ids)


@pytest.mark.parametrize("model", MODELS)
def test_each_is_listed_and_no_hash_is_in_it(superuser: Client, model: type) -> None:
    page = superuser.get(_address(model, "changelist")).content.decode()
    assert "0 of" not in page
    code = PairingCode.objects.get()
    for secret in (
        bytes(code.digest).hex(),
        str(bytes(code.digest)),
        GuessCount.objects.all()[0].key,
    ):
        assert secret not in page


@pytest.mark.parametrize("model", MODELS)
def test_none_is_touched_by_hand(superuser: Client, model: type) -> None:
    row = model.objects.all()[0]  # type: ignore[attr-defined]
    assert superuser.get(_address(model, "add")).status_code == 403
    for page in ("change", "delete"):
        assert superuser.post(_address(model, page, row.pk), {}).status_code == 403


def test_a_code_is_shown_without_its_hash(superuser: Client) -> None:
    code = PairingCode.objects.get()
    page = superuser.get(_address(PairingCode, "change", code.pk)).content.decode()
    assert "digest" not in page.lower()
    assert "hmac" not in page.lower()


def test_staff_that_is_no_member_sees_no_store(connection: StoreConnection) -> None:
    staff = a_user("staff")
    staff.is_staff = True
    staff.save()
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="connections"))
    client = Client()
    client.force_login(staff)
    for model in (PairingCode, PairedSite):
        answer = client.get(_address(model, "changelist"))
        assert answer.context["cl"].result_count == 0
