"""Staff find mappings, unmatched SKUs and imports, and change none of them past the pages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import StoreConnection
from ledger.models import User
from sync.models import SkuImport, SkuMapping, UnmatchedSku
from tests.stores import an_order, book
from tests.sync.skus.files import applied, items, sheet

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [SkuMapping, UnmatchedSku, SkuImport])
def test_staff_look_and_do_not_touch(
    main_store: StoreConnection, owner: User, model: type[Any]
) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("staff@example.com"))
    items(main_store.company, "CUP")
    book(main_store, an_order())
    applied(main_store, sheet("TEE,CUP"), owner)
    name = f"admin:sync_{model._meta.model_name}"
    row = model.objects.get()
    found = client.get(reverse(f"{name}_changelist"), {"q": "Main store"})
    assert str(row) in found.content.decode()
    assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    assert client.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
    assert client.get(reverse(f"{name}_add")).status_code == 403
