"""What was booked before SKUs could be mapped is known as well: the migration looks back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection as database

from connections.models import StoreConnection
from sync.models import Order, UnmatchedSku
from tests.orders import Json, Store
from tests.server import PROJECT
from tests.stores import book

pytestmark = pytest.mark.django_db

LOOKING_BACK = PROJECT / "sync/migrations/sql/0005_unmatched_so_far.sql"


def _known() -> list[Any]:
    skus = UnmatchedSku.objects.order_by("connection", "key")
    orders = Order.objects.order_by("connection", "order_id")
    return [
        *skus.values_list("key", "sku", "name", "lines", "last_order_id", "last_number", "last_at"),
        *orders.values_list("order_id", "missing_skus"),
    ]


def test_the_migration_finds_what_the_pipeline_would_have_kept(
    main_store: StoreConnection, order_of: Callable[..., Json]
) -> None:
    later = "2026-11-20T06:00:00"
    shipped = order_of(502, "tee", "", created=later)
    shipped["shipping_lines"] = [{**Store().shipping("40", "0"), "id": 77}]
    shipped["total"] = str(Decimal(shipped["total"]) + 40)
    book(main_store, order_of(501, "TEE", "Ünit"), shipped)
    refund = {"id": 9, "total": "-59.00"}
    again = order_of(501, "TEE", "Ünit") | {"refunds": [refund]}
    book(main_store, again | {"date_modified_gmt": "2026-11-19T06:00:00"})
    StoreConnection.objects.update(unmapped_sku="wait")
    book(main_store, order_of(503, "Lamp", "lamp"))
    before = _known()
    assert len(before) == 7
    UnmatchedSku.objects.all().delete()
    Order.objects.update(missing_skus=None)
    with database.cursor() as cursor:
        cursor.execute(LOOKING_BACK.read_text())
    assert _known() == before
