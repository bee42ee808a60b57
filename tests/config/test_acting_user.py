"""In whose name a program writes, where nobody has logged in."""

from typing import cast

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from config.acting_user import acting_user
from config.databases import program_name
from ledger.models import Edit, Item
from tests.config.conftest import Manage
from tests.factories import a_company, a_user
from tests.server import as_environment


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["manage.py", "run_worker"], "counterfoil worker"),
        (["/srv/counterfoil/manage.py", "qcluster"], "counterfoil worker"),
        (["manage.py", "rotate_keys", "--json"], "counterfoil rotate_keys"),
        (["manage.py"], "counterfoil"),
        (["/usr/bin/pytest", "-q"], "counterfoil"),
    ],
)
def test_a_session_is_called_by_its_program(arguments: list[str], name: str) -> None:
    assert program_name(arguments, is_web=False) == name
    assert program_name(arguments, is_web=True) == "counterfoil web"


@pytest.mark.django_db
def test_who_logs_in_by_a_token_within_the_view_is_named() -> None:
    """As the REST framework does it: the request has nobody at first, and no session."""
    company, asha = a_company(), a_user("asha")
    request = RequestFactory().post("/api/v1/items")
    request.user = cast("AnonymousUser", SimpleLazyObject(AnonymousUser))

    def view(request: HttpRequest) -> HttpResponse:
        Item.objects.create(company=company, sku="A", name="Before")
        request.user = asha
        Item.objects.create(company=company, sku="B", name="After")
        return HttpResponse()

    acting_user(view)(request)
    before, after = Edit.objects.filter(table="ledger_item").order_by("id")
    assert (before.user, before.via) == (None, "api")
    assert (after.user, after.via, after.address) == (asha, "api", "127.0.0.1")


@pytest.mark.django_db(transaction=True)
def test_a_command_stands_in_the_edit_log_by_its_name(manage: Manage) -> None:
    done = manage(
        "create_company", "Asha Traders", "--state=27", "--owner=a@example.com",
        "--password=long pass", **as_environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = set(Edit.objects.values_list("via", "database_role"))
    assert said == {("counterfoil create_company", "counterfoil_app")}
    assert not Edit.objects.filter(user__isnull=False).exists()
